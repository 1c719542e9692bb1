package dev.sluice.adapter.deequ;

import dev.sluice.config.Check;
import dev.sluice.port.CheckResult;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.MetricKey;
import java.util.Optional;
import java.util.OptionalDouble;

/** What was decided, and why, in words. */
record Verdict(
        boolean holds,
        String column,
        OptionalDouble metric,
        String found,
        String expected,
        Source source,
        Optional<MetricKey> measures) {
    /** Whose metric belongs to no series. */
    Verdict(boolean holds, String column, OptionalDouble metric, String found, String expected, Source source) {
        this(holds, column, metric, found, expected, source, Optional.empty());
    }

    CheckResult result(String name, Check check) {
        CheckResult.Status otherwise =
                check.otherwise() == Check.TableElse.WARN ? CheckResult.Status.WARN : CheckResult.Status.FAIL;
        return new CheckResult(
                name, column, holds ? CheckResult.Status.PASS : otherwise, metric, found, expected, source, measures);
    }

    /** The same, with a metric that is told to nobody. */
    Verdict withoutMetric() {
        return new Verdict(holds, column, OptionalDouble.empty(), found, expected, source);
    }

    /** The same, with more that was found. */
    Verdict adding(String more) {
        return new Verdict(holds, column, metric, found + more, expected, source, measures);
    }
}
