package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Variance and standard deviation, of exact sums of the values and of their squares: {@code (n Σx² − (Σx)²) / (n (n − 1))}, of a
 * population {@code / n²}. A square is held as two doubles, so that it is exact from 1e-145 to 1e145.
 */
enum Spread {
    VAR_SAMP(true, false),
    VAR_POP(false, false),
    STDDEV_SAMP(true, true),
    STDDEV_POP(false, true);

    private static final MathContext DIGITS = MathContext.DECIMAL128;

    private final boolean sample;
    private final boolean root;

    Spread(boolean sample, boolean root) {
        this.sample = sample;
        this.root = root;
    }

    /** The part of a square that a double leaves over. */
    static double restOfSquare(double value) {
        double rest = Math.fma(value, value, -(value * value));
        return Double.isFinite(rest) ? rest : 0;
    }

    /** Null for no value, and for one that is a sample; NaN where a value or a square is not finite. */
    Double of(long count, ExactSum sum, ExactSum squares) {
        if (count == 0 || (sample && count == 1)) {
            return null;
        }
        if (!Double.isFinite(sum.value()) || !Double.isFinite(squares.value())) {
            return Double.NaN;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal difference = n.multiply(exact(squares)).subtract(exact(sum).pow(2));
        BigDecimal by = n.multiply(sample ? n.subtract(BigDecimal.ONE) : n);
        double variance = Math.max(0, difference.divide(by, DIGITS).doubleValue());
        return root ? Math.sqrt(variance) : variance;
    }

    /** What a sum rounds to, and what is left of it again and again. */
    private static BigDecimal exact(ExactSum sum) {
        double rounded = sum.value();
        if (rounded == 0) {
            return BigDecimal.ZERO;
        }
        sum.remove(rounded);
        BigDecimal rest = exact(sum);
        sum.add(rounded);
        return rest.add(new BigDecimal(rounded));
    }
}
