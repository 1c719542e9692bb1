package dev.sluice.stats;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which different values a column has, and how many; null is none of them. */
public sealed interface Distinct {
    /** So many different values are counted one by one. */
    int MOST_COUNTED = 200;

    /** So many standard errors below the number of values an estimate of the different ones leaves no doubt. */
    double NO_DOUBT = 5;

    /** A value of more bytes is not kept: a column with one is estimated. */
    int LONGEST_COUNTED = 256;

    /** Number of different values. */
    double count();

    /** Relative standard error of {@link #count}; 0 where it is exact. */
    double relativeError();

    /**
     * Rows of each value that is known, as text: dates, times (UTC) and numbers as Java prints them, bytes in hexadecimal.
     */
    SortedMap<String, Long> frequencies();

    /** How many more rows than {@link #frequencies} says a value may have, also one that is not there; 0 where exact. */
    long error();

    /**
     * A value that is frequent.
     *
     * @param atLeast rows that it has
     * @param atMost the same where the count is exact
     */
    record Frequent(String value, long atLeast, long atMost) {}

    /**
     * Whether some value certainly has two rows or more: one was seen twice, or there are far fewer different values than
     * values, by {@link #NO_DOUBT} standard errors of an estimate.
     *
     * @param values how many values there are, null not being one
     */
    default boolean repeats(long values) {
        return top(1).stream().anyMatch(value -> value.atLeast() > 1)
                || count() * (1 + NO_DOUBT * relativeError()) < values;
    }

    /** The most frequent values that are known, in falling order; of equally frequent ones the smaller text first. */
    default List<Frequent> top(int most) {
        return frequencies().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .map(entry -> new Frequent(entry.getKey(), entry.getValue(), entry.getValue() + error()))
                .toList();
    }

    /** Exactly these values. */
    record Counted(SortedMap<String, Long> frequencies) implements Distinct {
        public Counted {
            frequencies = copy(frequencies);
        }

        @Override
        public double count() {
            return frequencies.size();
        }

        @Override
        public double relativeError() {
            return 0;
        }

        @Override
        public long error() {
            return 0;
        }
    }

    /**
     * Too many to count.
     *
     * @param sketch of all values
     * @param frequencies rows that the values have at least which were seen most; none of them has more than
     *     {@link #LONGEST_COUNTED} bytes
     * @param error at most one in a hundred of the rows
     * @param values how many there are, equal ones too: more cannot be different, whatever the sketch estimates
     */
    record Estimated(HyperLogLog sketch, SortedMap<String, Long> frequencies, long error, long values)
            implements Distinct {
        public Estimated {
            Objects.requireNonNull(sketch, "sketch");
            frequencies = copy(frequencies);
            if (error < 0) {
                throw new IllegalArgumentException("an error is not negative, found " + error);
            }
        }

        @Override
        public double count() {
            return Math.min(sketch.count(), (double) values);
        }

        @Override
        public double relativeError() {
            return sketch.relativeError();
        }
    }

    private static SortedMap<String, Long> copy(SortedMap<String, Long> frequencies) {
        frequencies.forEach((value, rows) -> {
            if (rows <= 0) {
                throw new IllegalArgumentException("a value has at least one row, found " + rows + " of " + value);
            }
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(frequencies));
    }
}
