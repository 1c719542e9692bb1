package dev.sluice.config;

import java.util.Optional;

/** What makes a number unusual beside earlier ones, by Deequ's strategy of that name. */
@Family
@Doc("What makes a number unusual beside earlier ones.")
public sealed interface Anomaly
        permits Anomaly.AbsoluteChange, Anomaly.RelativeChange, Anomaly.Normal, Anomaly.HoltWinters {
    /** Fewest earlier numbers that it can be decided by. */
    default int fewest() {
        return 1;
    }

    /** Fewest that it is decided by when nobody says how many. */
    default int enough() {
        return fewest();
    }

    @Doc("Its difference from the one before lies outside of bounds.")
    record AbsoluteChange(@Doc("Bounds of the number minus the one before.") @Name("absolute_change") Change change)
            implements Anomaly {}

    @Doc("Its ratio to the one before lies outside of bounds.")
    record RelativeChange(
            @Doc("Bounds of the number over the one before: 1 where they are the same.") @Name("relative_change")
                    Change change)
            implements Anomaly {
        public RelativeChange {
            change.min()
                    .ifPresent(min -> Invalid.unless(
                            min >= 0, "relative_change/min", "expected a ratio of 0 or more, found " + min));
        }
    }

    /** It is far from a mean, in standard deviations. */
    sealed interface Normal extends Anomaly permits OnlineNormal, BatchNormal {
        @Override
        default int fewest() {
            return 2;
        }

        @Override
        default int enough() {
            return 7;
        }
    }

    @Doc(
            "It is far from the running mean, in running standard deviations; earlier numbers that were far themselves do not count.")
    record OnlineNormal(@Doc("How many standard deviations.") @Name("online_normal") Deviations deviations)
            implements Normal {}

    @Doc("It is far from the mean of the earlier numbers, in their standard deviations.")
    record BatchNormal(@Doc("How many standard deviations.") @Name("batch_normal") Deviations deviations)
            implements Normal {}

    @Doc(
            "It is far from what Holt and Winters' additive method forecasts from the intervals right before, none of which may be missing.")
    record HoltWinters(
            @Doc("What repeats itself: week, of intervals of a day, or year, of intervals of a month.")
                    @Name("holt_winters")
                    Season season)
            implements Anomaly {
        /** What repeats itself. */
        public enum Season {
            WEEK(7, "1 day"),
            YEAR(12, "1 month");

            private final int intervals;
            private final String length;

            Season(int intervals, String length) {
                this.intervals = intervals;
                this.length = length;
            }

            /** Intervals in a season. */
            public int intervals() {
                return intervals;
            }

            /** Length of each, as {@link dev.sluice.core.Interval#length} says it. */
            public String length() {
                return length;
            }
        }

        @Override
        public int fewest() {
            return 2 * season.intervals();
        }
    }

    @Doc("Bounds of a change, both included.")
    record Change(@Doc("Smallest change.") Optional<Double> min, @Doc("Largest change.") Optional<Double> max) {
        public Change {
            CheckRules.bounds(min, max);
        }
    }

    @Doc("Standard deviations on either side, no bound where left out.")
    record Deviations(
            @Doc("So many below the mean.") Optional<Double> below,
            @Doc("So many above the mean.") Optional<Double> above) {
        public Deviations {
            Invalid.unless(below.isPresent() || above.isPresent(), "", "expected below, above or both, found neither");
            positive("below", below);
            positive("above", above);
        }

        private static void positive(String key, Optional<Double> factor) {
            Invalid.unless(
                    factor.stream().allMatch(number -> number > 0),
                    key,
                    () -> "expected a number above 0, found " + factor.orElseThrow());
        }
    }
}
