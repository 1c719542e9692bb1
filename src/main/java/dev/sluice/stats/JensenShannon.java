package dev.sluice.stats;

/**
 * Two numbers of one name that must not be compared with each other: the divergence to base 2, from 0 to 1 (as in
 * TensorFlow Data Validation), and the distance, the square root of the divergence in natural logarithms, from 0 to
 * {@code sqrt(ln 2)} (as in SciPy and Evidently).
 */
public final class JensenShannon {
    private JensenShannon() {}

    /** Divergence, logarithm to base 2. */
    public static double divergence(Shares shares) {
        return nats(shares) / Math.log(2);
    }

    /** Distance, natural logarithm. */
    public static double distance(Shares shares) {
        return Math.sqrt(nats(shares));
    }

    private static double nats(Shares shares) {
        double sum = 0;
        for (int i = 0; i < shares.buckets().size(); i++) {
            double r = shares.reference().get(i);
            double c = shares.current().get(i);
            sum += part(r, (r + c) / 2) + part(c, (r + c) / 2);
        }
        return Math.max(0, sum);
    }

    private static double part(double share, double mixed) {
        return share == 0 ? 0 : share * Math.log(share / mixed) / 2;
    }
}
