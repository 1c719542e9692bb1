package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

@Doc("How the deployed model is watched.")
public record Monitor(
        @Doc("Table of what was measured.") @Default("gold.monitor") dev.sluice.core.TableName table,
        @Doc("Drift of inputs and scores against the training profile of the model that scored.") Optional<Drift> drift,
        @Doc("Quality once labels are known.") Optional<Quality> quality,
        @Doc("When measurements ask for retraining.") @Default("{}") Breach breach) {

    @Doc("Drift against the training profile.")
    public record Drift(
            @Doc("Drift of the features.") Optional<Limits> inputs,
            @Doc("Drift of the predicted probability.") Optional<Limits> output) {
        public Drift {
            Invalid.unless(
                    output.stream()
                            .allMatch(limits -> limits.columns().isEmpty()
                                    || limits.columns().equals(List.of("probability"))),
                    "output",
                    "expected no columns, or probability alone, found "
                            + output.map(Limits::columns).orElse(List.of()));
        }
    }

    @Doc("Limits of the population stability index.")
    public record Limits(
            @Doc("Columns; all when left out.") List<String> columns,
            @Doc("Above it a warning is recorded.") @Default("0.1") double warn,
            @Doc("Above it the interval breaches.") @Default("0.25") double breach,
            @Doc("With fewer rows nothing is judged.") @Name("min_rows") @Default("500") long minRows) {
        public Limits {
            columns = List.copyOf(columns);
            Invalid.unless(warn <= breach, "warn", "expected at most breach (" + breach + "), found " + warn);
        }
    }

    @Doc("Quality once labels are known.")
    public record Quality(
            @Doc("Metric that is judged.") Metric metric,
            @Doc("Scored decision times this far back from the newest known label count together.") @Default("7d")
                    Duration window,
            @Doc("Smallest ratio to the value on the test rows (largest, where lower is better).")
                    @Name("breach_below_test")
                    Optional<Double> breachBelowTest,
            @Doc("Smallest value, of a metric where higher is better.") Optional<Double> min,
            @Doc("With fewer labelled rows nothing is judged.") @Name("min_rows") @Default("500") long minRows) {
        public Quality {
            Invalid.unless(
                    breachBelowTest.isPresent() || min.isPresent(),
                    "",
                    "expected breach_below_test, min or both, found neither");
            Invalid.unless(
                    min.isEmpty() || metric.higherIsBetter(),
                    "min",
                    "expected breach_below_test, as a low " + metric.word() + " is a good one, found min");
            Invalid.unless(
                    !window.isNegative() && !window.isZero(), "window", "expected a span above zero, found " + window);
        }
    }

    @Doc("When measurements ask for retraining: at_least breaches among the of_last intervals, and the latest is one.")
    public record Breach(
            @Doc("How many intervals are looked at.") @Name("of_last") @Default("1") int ofLast,
            @Doc("How many of them must breach.") @Name("at_least") @Default("1") int atLeast) {
        public Breach {
            Invalid.unless(
                    atLeast >= 1 && atLeast <= ofLast,
                    "at_least",
                    "expected 1 to of_last (" + ofLast + "), found " + atLeast);
        }
    }
}
