package dev.sluice.testing;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Measures what an action holds. */
public final class LiveHeap {
    /** Between two collections, which stop everything else. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private LiveHeap() {}

    /** The most bytes that were reachable in this JVM while the action ran, found by collecting garbage again and again. */
    public static long most(Runnable action) {
        AtomicBoolean running = new AtomicBoolean(true);
        long[] most = new long[1];
        Thread watch = new Thread(
                () -> {
                    while (running.get()) {
                        most[0] = Math.max(most[0], now());
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                },
                "live-heap");
        watch.start();
        try {
            action.run();
        } finally {
            running.set(false);
            join(watch);
        }
        return Math.max(most[0], now());
    }

    private static long now() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
