package dev.sluice.stats;

import org.apache.commons.math3.special.Gamma;

/**
 * Pearson's chi-square test of homogeneity: whether two samples were drawn from one and the same source. With two buckets
 * it is the two-sided z-test of two proportions. Both sides are samples here, unlike in a test of goodness of fit, which takes
 * the reference for the truth; and there is no correction for continuity. Where many buckets are expected to hold fewer than
 * five rows, the p-value is not to be trusted.
 */
public final class ChiSquare {
    private ChiSquare() {}

    /** The statistic: the sum of (found - expected)² / expected over the buckets of both samples, those without rows left out. */
    public static Estimate statistic(Shares shares) {
        double n = shares.reference().rows();
        double m = shares.current().rows();
        // What the two cells of a bucket add together.
        return shares.sum((r, c) -> r + c == 0 ? 0 : n * m * (r - c) * (r - c) / (n * r + m * c));
    }

    /** The probability of such a statistic or a larger one where the source is the same; 1 where all rows are in one bucket. */
    public static Estimate pValue(Shares shares) {
        int filled = 0;
        for (int i = 0; i < shares.buckets().size(); i++) {
            if (shares.reference().counts().get(i) + shares.current().counts().get(i) > 0) {
                filled++;
            }
        }
        double half = (filled - 1) / 2.0;
        return half == 0
                ? new Estimate(1, 0)
                : statistic(shares).through(statistic -> Gamma.regularizedGammaQ(half, statistic / 2));
    }
}
