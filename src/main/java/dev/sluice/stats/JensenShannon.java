package dev.sluice.stats;

/**
 * Two numbers of one name that must not be compared with each other: the divergence to base 2, from 0 to 1 (as in
 * TensorFlow Data Validation), and the distance, the square root of the divergence in natural logarithms, from 0 to
 * {@code sqrt(ln 2)} (as in SciPy and Evidently).
 */
public final class JensenShannon {
    private JensenShannon() {}

    /** Divergence, logarithm to base 2. */
    public static Estimate divergenceLog2(Shares shares) {
        return nats(shares).through(nats -> nats / Math.log(2));
    }

    /** Distance, natural logarithm. */
    public static Estimate distanceLn(Shares shares) {
        return nats(shares).through(Math::sqrt);
    }

    private static Estimate nats(Shares shares) {
        return shares.sum((r, c) -> Math.max(0, part(r, (r + c) / 2) + part(c, (r + c) / 2)));
    }

    private static double part(double share, double mixed) {
        return share == 0 ? 0 : share * Math.log(share / mixed) / 2;
    }
}
