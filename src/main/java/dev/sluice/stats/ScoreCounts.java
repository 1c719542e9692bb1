package dev.sluice.stats;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a binary classifier said of some rows, small enough to keep for every slice: how many positive and negative rows
 * have a probability in each bin of width 2<sup>-16</sup>, and the exact sums behind the log loss and the Brier score.
 * Counts of disjoint rows merge into the counts of all of them.
 *
 * @param bins occupied bins by number: bin {@code b} holds the probabilities from b/65536 up to, not including,
 *     (b+1)/65536; bin 65536 holds 1 alone
 * @param logLossSum sum of {@link #logLoss} over all rows
 * @param squareSum sum of the squared differences of probability and label over all rows
 */
public record ScoreCounts(SortedMap<Integer, Bin> bins, double logLossSum, double squareSum) {
    /** Bins that the unit interval is cut into. */
    public static final int RESOLUTION = 1 << 16;

    /** Probabilities are held this far away from 0 and 1 in the log loss: the machine epsilon, as scikit-learn does. */
    public static final double EPSILON = Math.ulp(1.0);

    public ScoreCounts {
        bins = Collections.unmodifiableSortedMap(new TreeMap<>(bins));
        if (!bins.isEmpty() && (bins.firstKey() < 0 || bins.lastKey() > RESOLUTION)) {
            throw new IllegalArgumentException(
                    "bins are numbered 0 to " + RESOLUTION + ", found " + bins.firstKey() + " to " + bins.lastKey());
        }
    }

    /** Rows of one bin, by label. */
    public record Bin(long positives, long negatives) {
        public Bin {
            if (positives < 0 || negatives < 0) {
                throw new IllegalArgumentException(
                        "rows are counted from 0, found " + positives + " positives and " + negatives + " negatives");
            }
        }

        /** The rows of both. */
        public Bin plus(Bin other) {
            return new Bin(positives + other.positives, negatives + other.negatives);
        }
    }

    /** No rows. */
    public static ScoreCounts none() {
        return new ScoreCounts(Collections.emptySortedMap(), 0, 0);
    }

    /**
     * The bin of a probability; in Spark SQL {@code CAST(floor(p * 65536) AS INT)}, exact because 65536 is a power of two.
     *
     * @throws IllegalArgumentException when it is not a number from 0 to 1
     */
    public static int bin(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is a number from 0 to 1, found " + probability);
        }
        return (int) (probability * RESOLUTION);
    }

    /** Negative log likelihood of one row, in nats. */
    public static double logLoss(double probability, boolean positive) {
        double held = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
        return positive ? -Math.log(held) : -Math.log1p(-held);
    }

    /** Counts all rows of both; the rows must be different ones. */
    public ScoreCounts merge(ScoreCounts other) {
        SortedMap<Integer, Bin> merged = new TreeMap<>(bins);
        other.bins.forEach((number, bin) -> merged.merge(number, bin, Bin::plus));
        return new ScoreCounts(merged, logLossSum + other.logLossSum, squareSum + other.squareSum);
    }

    /** Number of rows. */
    public long rows() {
        return bins.values().stream()
                .mapToLong(bin -> bin.positives + bin.negatives)
                .sum();
    }

    /** Number of rows whose label is 1. */
    public long positives() {
        return bins.values().stream().mapToLong(Bin::positives).sum();
    }

    /** Takes rows one by one, or bins that somebody else counted. Not for use by several threads. */
    public static final class Builder {
        private final SortedMap<Integer, Bin> bins = new TreeMap<>();
        private double logLossSum;
        private double squareSum;

        /** One row. */
        public Builder add(double probability, boolean positive) {
            double miss = probability - (positive ? 1 : 0);
            return add(
                    bin(probability), positive ? 1 : 0, positive ? 0 : 1, logLoss(probability, positive), miss * miss);
        }

        /** All rows of one bin, or some of them. */
        public Builder add(int number, long positives, long negatives, double logLosses, double squares) {
            bins.merge(number, new Bin(positives, negatives), Bin::plus);
            logLossSum += logLosses;
            squareSum += squares;
            return this;
        }

        /** What was added so far. */
        public ScoreCounts build() {
            return new ScoreCounts(bins, logLossSum, squareSum);
        }
    }

    /** Bins in falling order of probability. */
    Iterable<Map.Entry<Integer, Bin>> falling() {
        TreeMap<Integer, Bin> falling = new TreeMap<>(Collections.reverseOrder());
        falling.putAll(bins);
        return falling.entrySet();
    }
}
