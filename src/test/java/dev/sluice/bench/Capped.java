package dev.sluice.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work of a peer that is stopped after a time; what it has cost until then counts, and standard error says so. */
final class Capped {
    private Capped() {}

    /**
     * Runs Spark's jobs; empty where they were stopped, for then there is nothing that could be compared.
     *
     * @param id of the benchmark
     */
    static <T> Optional<T> run(String id, Duration cap, Callable<T> work) throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        // What is stopped may become a failed metric instead of an exception, and the next pass begin.
        ScheduledFuture<?> stop = clock.scheduleWithFixedDelay(
                () -> {
                    stopped.set(true);
                    LocalSpark.session().sparkContext().cancelAllJobs();
                },
                cap.toSeconds(),
                1,
                TimeUnit.SECONDS);
        try {
            T found = work.call();
            return stopped.get() ? stopped(id) : Optional.of(found);
        } catch (Exception failure) {
            if (!stopped.get()) {
                throw failure;
            }
            return stopped(id);
        } finally {
            stop.cancel(false);
            clock.shutdown();
        }
    }

    private static <T> Optional<T> stopped(String id) {
        System.err.println(id + "  the peer was stopped: its results are not compared");
        return Optional.empty();
    }
}
