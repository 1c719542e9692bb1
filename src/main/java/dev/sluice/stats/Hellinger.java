package dev.sluice.stats;

/** Hellinger distance: the square root of half the sum of (√r - √c)² over the buckets of {@link Shares}; from 0 to 1. */
public final class Hellinger {
    private Hellinger() {}

    /** The distance. */
    public static Estimate of(Shares shares) {
        return shares.sum((r, c) -> Math.pow(Math.sqrt(r) - Math.sqrt(c), 2) / 2)
                .through(Math::sqrt);
    }
}
