package dev.sluice.stats;

import java.util.function.DoubleUnaryOperator;

/**
 * A number computed from summaries.
 *
 * @param error the most that the same number of the rows themselves differs by; 0 where nothing was left out
 */
public record Estimate(double value, double error) {
    public Estimate {
        if (Double.isNaN(value) || !(error >= 0)) {
            throw new IllegalArgumentException("expected a number and its error, found " + value + " and " + error);
        }
    }

    /** A rising or falling function of a number that is not negative. */
    Estimate through(DoubleUnaryOperator function) {
        double through = function.applyAsDouble(value);
        double low = function.applyAsDouble(Math.max(0, value - error));
        double high = function.applyAsDouble(value + error);
        return new Estimate(through, Math.max(Math.abs(low - through), Math.abs(high - through)));
    }
}
