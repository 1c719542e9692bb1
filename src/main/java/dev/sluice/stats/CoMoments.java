package dev.sluice.stats;

import java.io.Serializable;

/**
 * How two numbers vary together, of rows that have both; put together with the formulas of Chan, Golub and LeVeque, "Updating
 * formulae and a pairwise algorithm for computing sample variances" (1979). Those of disjoint rows merge into those of all.
 *
 * @param count of rows
 * @param meanX of the first numbers
 * @param meanY of the second ones
 * @param squaresX sum of the second powers of the differences of the first numbers from their mean
 * @param squaresY of the second ones
 * @param products sum of the products of both differences
 */
public record CoMoments(long count, double meanX, double meanY, double squaresX, double squaresY, double products)
        implements Serializable {
    /** Of no rows. */
    public static final CoMoments NONE = new CoMoments(0, 0, 0, 0, 0, 0);

    /**
     * Of the first rows of a block, in two passes, by their differences from the first row: exact where numbers are large and near
     * one another.
     */
    public static CoMoments of(double[] xs, double[] ys, int to) {
        if (to == 0) {
            return NONE;
        }
        double x = 0;
        double y = 0;
        for (int i = 0; i < to; i++) {
            x += xs[i] - xs[0];
            y += ys[i] - ys[0];
        }
        x /= to;
        y /= to;
        double squaresX = 0;
        double squaresY = 0;
        double products = 0;
        for (int i = 0; i < to; i++) {
            double offX = xs[i] - xs[0] - x;
            double offY = ys[i] - ys[0] - y;
            squaresX += offX * offX;
            squaresY += offY * offY;
            products += offX * offY;
        }
        return new CoMoments(to, xs[0] + x, ys[0] + y, squaresX, squaresY, products);
    }

    /** Those of the rows of both. */
    public CoMoments merge(CoMoments other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        double all = (double) count + other.count;
        double share = other.count / all;
        double offX = other.meanX - meanX;
        double offY = other.meanY - meanY;
        double weight = count * share;
        return new CoMoments(
                count + other.count,
                meanX + offX * share,
                meanY + offY * share,
                squaresX + other.squaresX + offX * offX * weight,
                squaresY + other.squaresY + offY * offY * weight,
                products + other.products + offX * offY * weight);
    }

    /**
     * Pearson's correlation: the products divided by the root of the product of both squares, as {@code scipy.stats.pearsonr}
     * computes it; -1 to 1. NaN of fewer than two rows, where either number is always the same, and where one is infinite.
     */
    public double correlation() {
        double all = Math.sqrt(squaresX) * Math.sqrt(squaresY);
        return all > 0 ? Math.max(-1, Math.min(1, products / all)) : Double.NaN;
    }
}
