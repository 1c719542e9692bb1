package dev.sluice.config;

import java.util.Optional;

@Doc("A condition the candidate must meet on the test rows: a bound, or a comparison with a baseline or the champion.")
public record Gate(
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
                long minRows) {
    public Gate {
        Invalid.unless(
                min.isPresent() || max.isPresent() || than.isPresent(),
                "",
                "expected min, max or than, found none of them");
        Invalid.unless(
                than.isEmpty() || (min.isEmpty() && max.isEmpty()),
                "than",
                "expected either a comparison (than, by) or bounds (min, max), found both");
        Invalid.unless(than.isPresent() || by == 0, "by", "expected than beside by, found by alone");
        Invalid.unless(than.isEmpty() || each.isEmpty(), "each", "expected each with min or max, found it with than");
    }

    /** The verdict without a champion. */
    public enum Absent {
        PASS,
        FAIL
    }
}
