package dev.sluice.pipeline;

import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import java.time.Instant;

/**
 * The manifest of one unit of work that was done.
 *
 * @param settings hash of the settings that its output depends on
 * @param code version of Sluice that did it
 */
public record StepRecord(
        RunKey key,
        String runId,
        String target,
        Interval interval,
        String settings,
        String code,
        long epoch,
        Instant finished,
        double seconds,
        StepResult result) {
    /** Fact of a record that takes back what was made before: the rows of the target's table are gone. */
    static final String DROPPED = "dropped";

    /** Whether it says that what the target's works made was dropped. */
    public boolean isDrop() {
        return result.facts().containsKey(DROPPED);
    }
}
