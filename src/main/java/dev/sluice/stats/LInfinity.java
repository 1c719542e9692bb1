package dev.sluice.stats;

/** L-infinity distance: the largest difference of the two shares of a bucket of {@link Shares}; from 0 to 1. */
public final class LInfinity {
    private LInfinity() {}

    /** The distance. */
    public static Estimate of(Shares shares) {
        double largest = 0;
        double error = 0;
        for (int i = 0; i < shares.buckets().size(); i++) {
            double difference = shares.reference().shares().get(i)
                    - shares.current().shares().get(i);
            largest = Math.max(largest, Math.abs(difference));
            error = Math.max(
                    error,
                    shares.reference().errors().get(i)
                            + shares.current().errors().get(i));
        }
        return new Estimate(largest, error);
    }
}
