package dev.sluice.pipeline;

import dev.sluice.core.ExitCode;
import dev.sluice.core.TableVersion;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one unit of work did.
 *
 * @param exit OK, or what the run shall answer in the end though the work is done: REJECTED, BREACH; NOTHING ends the
 *     interval here
 * @param facts short named texts that later steps and people look up in the record
 */
public record StepResult(
        ExitCode exit,
        List<TableVersion> read,
        List<TableVersion> wrote,
        long rowsIn,
        long rowsOut,
        long quarantined,
        Map<String, String> facts) {
    public StepResult {
        read = List.copyOf(read);
        wrote = List.copyOf(wrote);
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
    }

    /** A result without rows. */
    public static StepResult of(Map<String, String> facts, List<TableVersion> read, List<TableVersion> wrote) {
        return new StepResult(ExitCode.OK, read, wrote, 0, 0, 0, facts);
    }

    /** The same result with one fact more. */
    public StepResult with(String fact, String text) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(fact, text);
        return new StepResult(exit, read, wrote, rowsIn, rowsOut, quarantined, more);
    }

    /** The same result with another answer of the run. */
    public StepResult exit(ExitCode code) {
        return new StepResult(code, read, wrote, rowsIn, rowsOut, quarantined, facts);
    }
}
