package dev.sluice.stats;

import java.util.Objects;

/**
 * What is known of the numbers of a column. A number is neither null nor NaN; infinities are numbers.
 *
 * @param nans values that are NaN
 * @param infinities numbers that are infinite
 * @param zeros numbers that are zero
 * @param negatives numbers below zero
 * @param min smallest number; NaN when there is none
 * @param max largest number; NaN when there is none
 * @param moments of the numbers
 * @param quantiles of the numbers; exact where the different values were counted
 */
public record Numbers(
        long nans,
        long infinities,
        long zeros,
        long negatives,
        double min,
        double max,
        Moments moments,
        Quantiles quantiles) {
    public Numbers {
        Objects.requireNonNull(moments, "moments");
        Objects.requireNonNull(quantiles, "quantiles");
        if (nans < 0 || moments.count() < 0 || quantiles.count() != moments.count()) {
            throw new IllegalArgumentException("counts do not fit together: " + moments.count() + " numbers, " + nans
                    + " NaN, " + quantiles.count() + " in the quantiles");
        }
    }

    /** How many numbers there are. */
    public long count() {
        return moments.count();
    }

    /** Of the numbers, added as doubles in their order. */
    public double sum() {
        return moments.sum();
    }

    /** NaN without numbers. */
    public double mean() {
        return moments.mean();
    }

    /** Of the population. NaN without numbers, and where they or their sum are infinite. */
    public double variance() {
        return moments.variance();
    }

    /** Square root of the variance. */
    public double sd() {
        return Math.sqrt(variance());
    }

    /** Takes blocks of values, or other summaries; {@link #quantiles} are fed apart. Not for use by several threads. */
    static final class Builder {
        private final Moments.Builder moments = new Moments.Builder();
        private final Quantiles.Builder quantiles = new Quantiles.Builder();
        private long nans;
        private long infinities;
        private long zeros;
        private long negatives;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private boolean some;

        /** The first values of a block. */
        void add(double[] block, int to) {
            int nan = 0;
            int infinite = 0;
            int zero = 0;
            int negative = 0;
            double low = min;
            double high = max;
            for (int i = 0; i < to; i++) {
                double value = block[i];
                nan += Double.isNaN(value) ? 1 : 0;
                infinite += Double.isInfinite(value) ? 1 : 0;
                zero += value == 0 ? 1 : 0;
                negative += value < 0 ? 1 : 0;
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
            nans += nan;
            infinities += infinite;
            zeros += zero;
            negatives += negative;
            min = low;
            max = high;
            some |= nan < to;
            moments.add(block, to);
        }

        void add(Numbers other) {
            nans += other.nans;
            infinities += other.infinities;
            zeros += other.zeros;
            negatives += other.negatives;
            moments.add(other.moments);
            if (other.count() > 0) {
                min = Math.min(min, other.min);
                max = Math.max(max, other.max);
                some = true;
            }
        }

        Quantiles.Builder quantiles() {
            return quantiles;
        }

        /** With quantiles that are known better than from what was fed. */
        Numbers build(Quantiles known) {
            return new Numbers(
                    nans,
                    infinities,
                    zeros,
                    negatives,
                    some ? min : Double.NaN,
                    some ? max : Double.NaN,
                    moments.build(),
                    known);
        }

        Numbers build() {
            return build(quantiles.build());
        }
    }
}
