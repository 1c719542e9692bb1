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

    @Doc("How far columns may be from their reference.")
    public record Limits(
            @Doc("Columns; all when left out.") List<String> columns,
            @Doc("What tells how far; by_sample_size chooses for each column.") @Default("psi") Distance distance,
            @Doc("Beyond it a warning is recorded; when left out 0.1, for a p_value 0.05.") Optional<Double> warn,
            @Doc("Beyond it the interval breaches; when left out 0.25, for a p_value 0.01.") Optional<Double> breach,
            @Doc("With fewer rows, here or in the reference, nothing is judged.") @Name("min_rows") @Default("500")
                    long minRows) {
        public Limits {
            columns = List.copyOf(columns);
            if (distance == Distance.BY_SAMPLE_SIZE) {
                requireNone("warn", warn);
                requireNone("breach", breach);
            } else {
                requireOrder(distance, warn, breach);
            }
        }

        private static void requireNone(String key, Optional<Double> bound) {
            if (bound.isPresent()) {
                throw new Invalid(key, "expected none, as by_sample_size chooses the bounds too, found " + bound.get());
            }
        }

        private static void requireOrder(Distance distance, Optional<Double> warn, Optional<Double> breach) {
            Invalid.unless(
                    distance.bounds().isPresent() || (warn.isPresent() && breach.isPresent()),
                    "",
                    "expected warn and breach, as " + distance.word() + " is in the units of the column");
            Distance.Bounds bounds = bounds(distance, warn, breach);
            Invalid.unless(
                    !distance.isBeyond(bounds.warn(), bounds.breach()),
                    "warn",
                    "expected at " + (distance.isTest() ? "least" : "most") + " breach (" + bounds.breach()
                            + "), found " + bounds.warn());
        }

        /**
         * The bounds of a column.
         *
         * @param measured its distance: the one that these limits name, or what was chosen
         */
        public Distance.Bounds bounds(Distance measured) {
            return bounds(measured, warn, breach);
        }

        private static Distance.Bounds bounds(Distance measured, Optional<Double> warn, Optional<Double> breach) {
            return new Distance.Bounds(
                    warn.or(() -> measured.bounds().map(Distance.Bounds::warn)).orElseThrow(),
                    breach.or(() -> measured.bounds().map(Distance.Bounds::breach))
                            .orElseThrow());
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
