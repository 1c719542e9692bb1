package dev.sluice.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * What is said when the driver is told to end in the middle of a run, as by Ctrl-C: one line, instead of all that Spark and the
 * step then find missing. The run then has a moment to write how it ended.
 */
final class Farewell implements AutoCloseable {
    /** Spark stops its session at 40: before that, and after it. */
    private static final int FIRST = 100;

    private static final int LAST = 1;
    private static final int SECONDS = 2;

    private final Runnable say;
    private final Runnable wait = this::awaitEnd;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean said;

    /**
     * Waits for the end.
     *
     * @param silence keeps others from speaking after it
     */
    Farewell(Runnable silence) {
        say = () -> {
            said = true;
            silence.run();
            Console.message("stopped; the same command goes on from here");
        };
        ShutdownHookManager.get().addShutdownHook(say, FIRST);
        ShutdownHookManager.get().addShutdownHook(wait, LAST);
    }

    boolean isSaid() {
        return said;
    }

    /** The run has ended, by itself or not. */
    @Override
    public void close() {
        end.countDown();
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(say);
            ShutdownHookManager.get().removeShutdownHook(wait);
        }
    }

    private void awaitEnd() {
        try {
            if (!end.await(SECONDS, TimeUnit.SECONDS)) {
                Console.message("the run did not end by itself; it may have left its status RUNNING");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
