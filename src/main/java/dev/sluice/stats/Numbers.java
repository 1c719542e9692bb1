package dev.sluice.stats;

import java.util.Objects;

/**
 * What is known of the numbers of a column.
 *
 * @param count numbers that are neither null nor NaN; infinities count
 * @param nans values that are NaN
 * @param min smallest number; NaN when there is none
 * @param max largest number; NaN when there is none
 * @param sum of the numbers, added as doubles
 * @param squares sum of the squared differences from the mean
 * @param quantiles of the numbers
 */
public record Numbers(long count, long nans, double min, double max, double sum, double squares, Quantiles quantiles) {
    public Numbers {
        Objects.requireNonNull(quantiles, "quantiles");
        if (count < 0 || nans < 0 || quantiles.count() != count) {
            throw new IllegalArgumentException("counts do not fit together: " + count + " numbers, " + nans + " NaN, "
                    + quantiles.count() + " in the quantiles");
        }
    }

    /** NaN without numbers. */
    public double mean() {
        return sum / count;
    }

    /** Of the population: squares divided by count. NaN without numbers, and where they or their sum are infinite. */
    public double variance() {
        return Double.isFinite(sum) ? squares / count : Double.NaN;
    }

    /** Square root of the variance. */
    public double sd() {
        return Math.sqrt(variance());
    }

    /** Moments after Welford, merged after Chan, Golub and LeVeque (1979), with the exact running sum in place of the mean. */
    static final class Builder {
        private final Quantiles.Builder quantiles = new Quantiles.Builder();
        private long count;
        private long nans;
        private double min = Double.NaN;
        private double max = Double.NaN;
        private double sum;
        private double squares;

        void add(double value) {
            if (Double.isNaN(value)) {
                nans++;
                return;
            }
            if (count > 0) {
                double off = value - sum / count;
                squares += off * off * count / (count + 1);
            }
            count++;
            sum += value;
            widen(value, value);
            quantiles.add(value);
        }

        void add(Numbers other) {
            nans += other.nans;
            if (other.count == 0) {
                return;
            }
            squares += other.squares;
            if (count > 0) {
                double off = other.mean() - sum / count;
                squares += off * off * count / (count + other.count) * other.count;
            }
            count += other.count;
            sum += other.sum;
            widen(other.min, other.max);
            quantiles.add(other.quantiles);
        }

        Numbers build() {
            return new Numbers(count, nans, min, max, sum, squares, quantiles.build());
        }

        private void widen(double low, double high) {
            min = low < min || Double.isNaN(min) ? low : min;
            max = high > max || Double.isNaN(max) ? high : max;
        }
    }
}
