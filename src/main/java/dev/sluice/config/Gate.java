package dev.sluice.config;

import java.util.Optional;

/** A condition that a candidate must meet. */
@Family
@Doc("A condition the candidate must meet: of a metric on the test rows, or of what was found of its features.")
public sealed interface Gate permits Gate.OfMetric, Gate.OfLeakage {
    @Doc("A metric on the test rows: a bound, or a comparison with a baseline or the champion.")
    record OfMetric(
            @Doc("Metric that is judged.") Metric metric,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Compared with: the name of a candidate, or champion (scored again on the same rows).")
                    Optional<String> than,
            @Doc("How much better than that it must be; negative allows a loss.") @Default("0") double by,
            @Doc("Verdict when there is no champion.") @Default("fail") Absent absent,
            @Doc("Column whose every value is judged on its own.") Optional<String> each,
            @Doc("Smaller slices are reported, not judged; with fewer rows in all the verdict is inconclusive.")
                    @Name("min_rows")
                    @Default("1")
                    long minRows)
            implements Gate {
        public OfMetric {
            Invalid.unless(
                    min.isPresent() || max.isPresent() || than.isPresent(),
                    "",
                    "expected min, max or than, found none of them");
            Invalid.unless(
                    than.isEmpty() || (min.isEmpty() && max.isEmpty()),
                    "than",
                    "expected either a comparison (than, by) or bounds (min, max), found both");
            Invalid.unless(than.isPresent() || by == 0, "by", "expected than beside by, found by alone");
            Invalid.unless(
                    than.isEmpty() || each.isEmpty(), "each", "expected each with min or max, found it with than");
        }
    }

    @Doc(
            "What the newest audits of the features, and of the feature sets that they are made from, have found (sluice feature audit):"
                    + " without one, or where a feature leaks, it fails.")
    record OfLeakage(@Doc("What else must be true of the audit; {} for nothing.") Limits leakage) implements Gate {
        @Doc("What else must be true of an audit.")
        public record Limits(
                @Doc("Largest share of the label's entropy that a feature may tell alone, from 0 to 1.")
                        @Name("max_of_label")
                        Optional<Double> maxOfLabel) {
            public Limits {
                Invalid.unless(
                        maxOfLabel.isEmpty() || (maxOfLabel.get() >= 0 && maxOfLabel.get() <= 1),
                        "max_of_label",
                        "expected a share from 0 to 1, found "
                                + maxOfLabel.map(String::valueOf).orElse(""));
            }
        }
    }

    /** The verdict without a champion. */
    enum Absent {
        PASS,
        FAIL
    }
}
