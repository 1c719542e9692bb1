package dev.sluice.stats;

/**
 * Population stability index of two profiles of a column: the sum over the buckets of {@link Shares} of (c - r) ln(c / r),
 * with r and c the shares of the reference and of the current rows and a share of zero replaced by 1e-4, as Evidently
 * does. 0 for equal shares; conventionally small below 0.1, large above 0.25.
 */
public final class Psi {
    private static final double INSTEAD_OF_ZERO = 1e-4;

    private Psi() {}

    /** The index. */
    public static Estimate of(Shares shares) {
        double leastReference =
                Math.min(INSTEAD_OF_ZERO, 1.0 / shares.reference().rows());
        double leastCurrent = Math.min(INSTEAD_OF_ZERO, 1.0 / shares.current().rows());
        return shares.sum(
                (r, c) -> part(r, INSTEAD_OF_ZERO, c, INSTEAD_OF_ZERO),
                (r, c) -> part(r, leastReference, c, leastCurrent));
    }

    private static double part(double reference, double leastReference, double current, double leastCurrent) {
        double r = reference == 0 ? leastReference : reference;
        double c = current == 0 ? leastCurrent : current;
        return (c - r) * Math.log(c / r);
    }
}
