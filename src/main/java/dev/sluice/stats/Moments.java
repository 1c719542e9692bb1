package dev.sluice.stats;

/**
 * Mean, variance, skewness and kurtosis of numbers, infinities included and NaN not.
 *
 * @param count of the numbers
 * @param sum of the numbers, added as doubles in their order
 * @param squares sum of the second powers of the differences from the mean
 * @param cubes of the third powers
 * @param fourths of the fourth powers
 */
public record Moments(long count, double sum, double squares, double cubes, double fourths) {
    /** NaN without numbers. */
    public double mean() {
        return sum / count;
    }

    /** Of the population: squares divided by count. NaN without numbers, and where they or their sum are infinite. */
    public double variance() {
        return Double.isFinite(sum) ? squares / count : Double.NaN;
    }

    /** Of the population: how far the numbers reach to the right more than to the left. NaN without variance. */
    public double skewness() {
        double variance = variance();
        return variance > 0 ? cubes / count / (variance * Math.sqrt(variance)) : Double.NaN;
    }

    /** Of the population, in excess of the 3 of a normal distribution. NaN without variance. */
    public double kurtosis() {
        double variance = variance();
        return variance > 0 ? fourths / count / (variance * variance) - 3 : Double.NaN;
    }

    /**
     * Sums of powers within blocks around the mean of each block, put together with the formulas of Pébay, "Formulas for
     * robust, one-pass parallel computation of covariances and arbitrary-order statistical moments" (Sandia 2008), after
     * Chan, Golub and LeVeque (1979). Not for use by several threads.
     */
    static final class Builder {
        private long count;
        private double sum;
        private double squares;
        private double cubes;
        private double fourths;

        /** The first numbers of a block; NaN is passed over. */
        void add(double[] block, int to) {
            long n = 0;
            double local = 0;
            double all = sum;
            for (int i = 0; i < to; i++) {
                double value = block[i];
                if (!Double.isNaN(value)) {
                    n++;
                    local += value;
                    all += value;
                }
            }
            if (n == 0) {
                return;
            }
            double mean = local / n;
            double second = 0;
            double third = 0;
            double fourth = 0;
            for (int i = 0; i < to; i++) {
                double off = block[i] - mean;
                if (!Double.isNaN(block[i])) {
                    double square = off * off;
                    second += square;
                    third += square * off;
                    fourth += square * square;
                }
            }
            join(n, mean, second, third, fourth);
            count += n;
            sum = all;
        }

        void add(Moments other) {
            if (other.count > 0) {
                join(other.count, other.mean(), other.squares, other.cubes, other.fourths);
                count += other.count;
                sum += other.sum;
            }
        }

        private void join(long n, double mean, double second, double third, double fourth) {
            if (count == 0) {
                squares = second;
                cubes = third;
                fourths = fourth;
                return;
            }
            double off = mean - sum / count;
            double both = (double) count + n;
            double a = count / both;
            double b = n / both;
            double square = off * off;
            fourths += fourth
                    + square * square * a * b * both * (a * a - a * b + b * b)
                    + 6 * square * (a * a * second + b * b * squares)
                    + 4 * off * (a * third - b * cubes);
            cubes += third + square * off * a * b * (count - n) + 3 * off * (a * second - b * squares);
            squares += second + square * a * n;
        }

        Moments build() {
            return new Moments(count, sum, squares, cubes, fourths);
        }
    }
}
