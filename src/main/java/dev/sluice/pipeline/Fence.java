package dev.sluice.pipeline;

/** Keeps a driver that lost its lease from doing harm. */
public interface Fence {
    /** Number of the lease that this driver holds; a later lease has a higher one. */
    long epoch();

    /**
     * Passes while the lease is held.
     *
     * @throws dev.sluice.core.SluiceException LEASE_LOST when another driver took over
     */
    void check();
}
