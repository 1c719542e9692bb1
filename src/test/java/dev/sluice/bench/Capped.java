package dev.sluice.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Work of a slow peer, which is stopped after some time. */
final class Capped {
    private Capped() {}

    /** What the work gives; empty where it was stopped. */
    static <T> Optional<T> run(String id, Duration cap, Supplier<T> work) {
        AtomicBoolean stopped = new AtomicBoolean();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        // What is stopped may become a failed part of a result instead of an exception, and the next job begin.
        ScheduledFuture<?> stop = clock.scheduleWithFixedDelay(
                () -> {
                    stopped.set(true);
                    LocalSpark.session().sparkContext().cancelAllJobs();
                },
                cap.toSeconds(),
                1,
                TimeUnit.SECONDS);
        try {
            T found = work.get();
            return stopped.get() ? Optional.empty() : Optional.of(found);
        } catch (Exception failure) { // Spark throws checked ones that no signature names
            if (!stopped.get()) {
                throw failure;
            }
            return Optional.empty();
        } finally {
            if (stopped.get()) {
                System.err.println(id + "  the peer was stopped: its results are not compared");
            }
            stop.cancel(false);
            clock.shutdown();
        }
    }
}
