package dev.sluice.stats;

import java.util.OptionalDouble;

/**
 * Population stability index of two profiles of a column: the sum over the buckets of {@link Shares} of (c - r) ln(c / r),
 * with r and c the shares of the reference and of the current rows and a share of zero replaced by 1e-4, as Evidently
 * does. 0 for equal shares; conventionally small below 0.1, large above 0.25.
 *
 * <p>Where a side's ranks are not exact, each of its shares may be wrong by twice its {@link Quantiles#rankError}.
 */
public final class Psi {
    private static final double INSTEAD_OF_ZERO = 1e-4;

    private Psi() {}

    /** The index; empty where {@link Shares#of} cannot tell the shares. */
    public static OptionalDouble of(ColumnProfile reference, ColumnProfile current) {
        return Shares.of(reference, current).stream().mapToDouble(Psi::of).findAny();
    }

    /** The index of known shares; a bucket that is empty on both sides adds nothing. */
    public static double of(Shares shares) {
        double sum = 0;
        for (int i = 0; i < shares.buckets().size(); i++) {
            double r = shares.reference().get(i) == 0
                    ? INSTEAD_OF_ZERO
                    : shares.reference().get(i);
            double c = shares.current().get(i) == 0
                    ? INSTEAD_OF_ZERO
                    : shares.current().get(i);
            sum += (c - r) * Math.log(c / r);
        }
        return sum;
    }
}
