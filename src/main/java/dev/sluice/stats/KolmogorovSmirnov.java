package dev.sluice.stats;

/**
 * Whether two samples of numbers were drawn from one and the same source. All rows take part: NaN lies above every number,
 * as in Spark, and null above NaN.
 */
public final class KolmogorovSmirnov {
    private KolmogorovSmirnov() {}

    /**
     * The statistic: the largest difference of the two shares of rows at most x, over all x.
     *
     * @param reference a column of numbers with a row at least
     * @param current another
     */
    public static Estimate statistic(ColumnProfile reference, ColumnProfile current) {
        Staircase references = Staircase.of(reference);
        Staircase currents = Staircase.of(current);
        double numbersR = numbers(reference) / reference.rows();
        double numbersC = numbers(current) / current.rows();
        Largest largest = new Largest();
        Staircase.visit(references, currents, (x, r, c) -> largest.take(r * numbersR - c * numbersC));
        largest.take(reference.completeness() - current.completeness());
        return new Estimate(largest.value, references.error() * numbersR + currents.error() * numbersC);
    }

    /**
     * The probability of such a statistic or a larger one where the source is the same, as it is with many rows on both
     * sides: {@link #survival} of the statistic times the root of nm / (n + m). Rather too large where values are equal
     * (nulls among them) or rows few.
     */
    public static Estimate pValue(ColumnProfile reference, ColumnProfile current) {
        double n = reference.rows();
        double m = current.rows();
        double root = Math.sqrt(n * m / (n + m));
        return statistic(reference, current).through(statistic -> survival(root * statistic));
    }

    /**
     * The probability that a variable of Kolmogorov's distribution is above x. Of the two series for it, each converges
     * within five terms on its side of 1 (Kolmogorov 1933; Marsaglia, Tsang and Wang 2003, section 1).
     */
    static double survival(double x) {
        // Below, it is 1 to the last bit.
        if (x < 0.1) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= 5; k++) {
            sum += x < 1
                    ? Math.exp(-Math.pow((2 * k - 1) * Math.PI / x, 2) / 8)
                    : (k % 2 == 1 ? 1 : -1) * Math.exp(-2 * Math.pow(k * x, 2));
        }
        return x < 1 ? 1 - Math.sqrt(2 * Math.PI) / x * sum : 2 * sum;
    }

    private static double numbers(ColumnProfile column) {
        return column.numbers().orElseThrow().count();
    }

    private static final class Largest {
        private double value;

        void take(double difference) {
            value = Math.max(value, Math.abs(difference));
        }
    }
}
