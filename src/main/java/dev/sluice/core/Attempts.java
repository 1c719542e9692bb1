package dev.sluice.core;

/**
 * How often something is tried that may work in a moment: five times over some three seconds, by when a server that restarts
 * is back.
 */
public final class Attempts {
    public static final int MOST = 5;

    private static final long FIRST_PAUSE_MILLIS = 200;

    private Attempts() {}

    /**
     * Waits before the next attempt, each time twice as long; not before the first.
     *
     * @param failures so far
     * @throws SluiceException INTERRUPTED
     */
    public static void pause(int failures) {
        if (failures == 0) {
            return;
        }
        try {
            Thread.sleep(FIRST_PAUSE_MILLIS << (failures - 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(
                    ErrorCode.INTERRUPTED, "the run was ended from outside", "run the same command again", e);
        }
    }
}
