package dev.sluice.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The right to change a pipeline's tables, held by one driver at a time. A lease is an object with the next number
 * (epoch) that exactly one driver manages to create; the holder rewrites a beat beside it. A new driver takes over when the
 * last lease was released, when its process is known to be gone, or when its beat has stood still for longer than a holder
 * may be silent. Two drivers' clocks are never compared.
 */
public final class Lease implements Fence, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOST = host();

    /** How often a holder shows that it lives, and how long it may be silent. */
    public record Timing(Duration beat, Duration silence) {
        public static final Timing USUAL = new Timing(Duration.ofSeconds(5), Duration.ofSeconds(20));
    }

    private final Storage storage;
    private final String folder;
    private final long epoch;
    private final ScheduledExecutorService beating;
    private final ScheduledFuture<?> beat;
    private final AtomicLong beats = new AtomicLong();

    private Lease(Storage storage, String folder, long epoch, Timing timing) {
        this.storage = storage;
        this.folder = folder;
        this.epoch = epoch;
        this.beating = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-lease");
            thread.setDaemon(true);
            return thread;
        });
        // A beat that could not be written is not fatal: check() finds out whether somebody took over.
        this.beat = beating.scheduleAtFixedRate(this::beat, 0, timing.beat().toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes the lease of a pipeline.
     *
     * @throws SluiceException LEASE_HELD while another driver holds it
     */
    public static Lease take(Storage storage, String pipeline, String runId, Timing timing) {
        String folder = "_sluice/lease/" + pipeline;
        long last = newest(storage.list(folder));
        if (last > 0) {
            refuseWhileHeld(storage, folder, last, timing);
        }
        long epoch = last + 1;
        if (!storage.create(file(folder, epoch, "lease"), holder(runId))) {
            throw held("another driver that came first just now", "");
        }
        return new Lease(storage, folder, epoch, timing);
    }

    private static void refuseWhileHeld(Storage storage, String folder, long last, Timing timing) {
        if (storage.read(file(folder, last, "released")).isPresent()) {
            return;
        }
        Optional<byte[]> content = storage.read(file(folder, last, "lease"));
        JsonNode holder = content.map(Lease::parse).orElseGet(JSON::createObjectNode);
        String who = "run " + holder.path("run_id").asText("?") + " (process "
                + holder.path("pid").asText("?") + " on " + holder.path("host").asText("?") + ", since "
                + holder.path("since").asText("?") + ")";
        if (HOST.equals(holder.path("host").asText())) {
            if (lives(holder)) {
                throw held(who, holder.path("run_id").asText());
            }
            return;
        }
        byte[] before = storage.read(file(folder, last, "beat")).orElse(new byte[0]);
        pause(timing.silence());
        byte[] after = storage.read(file(folder, last, "beat")).orElse(new byte[0]);
        if (!java.util.Arrays.equals(before, after)) {
            throw held(who, holder.path("run_id").asText());
        }
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void check() {
        long newest = newest(storage.list(folder));
        if (newest != epoch) {
            throw new SluiceException(
                    ErrorCode.LEASE_LOST,
                    "another driver took over this pipeline (lease " + newest + ", ours is " + epoch + ")",
                    "nothing more is written by this one; look at the other run: sluice status");
        }
    }

    @Override
    public void close() {
        beat.cancel(false);
        beating.shutdown();
        storage.write(file(folder, epoch, "released"), new byte[0]);
        // Older ones alone: where another driver took over, the newer lease is that driver's.
        for (String name : storage.list(folder)) {
            if (name.compareTo(number(epoch)) < 0) {
                storage.delete(folder + "/" + name);
            }
        }
    }

    private void beat() {
        try {
            storage.write(
                    file(folder, epoch, "beat"),
                    Long.toString(beats.incrementAndGet()).getBytes(StandardCharsets.UTF_8));
        } catch (SluiceException e) {
            beats.decrementAndGet();
        }
    }

    private static boolean lives(JsonNode holder) {
        return ProcessHandle.of(holder.path("pid").asLong())
                .filter(ProcessHandle::isAlive)
                .map(process -> holder.path("started").asText().equals(started(process)))
                .orElse(false);
    }

    private static byte[] holder(String runId) {
        ProcessHandle self = ProcessHandle.current();
        Map<String, Object> fields = Map.of(
                "run_id", runId,
                "host", HOST,
                "pid", self.pid(),
                "started", started(self),
                "since",
                        Instant.now()
                                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                .toString());
        try {
            return JSON.writeValueAsBytes(new java.util.TreeMap<>(fields));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Start time of a process, so that a number used again for another process is not taken for the same. */
    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    private static JsonNode parse(byte[] content) {
        try {
            return JSON.readTree(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SluiceException held(String who, String runId) {
        return new SluiceException(
                ErrorCode.LEASE_HELD,
                "the pipeline is being run by " + who,
                "wait until it has ended and run the same command again"
                        + (runId.isEmpty() ? "" : "; see sluice status --run-id " + runId));
    }

    private static long newest(List<String> names) {
        return names.stream()
                .filter(name -> name.endsWith(".lease"))
                .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
                .max()
                .orElse(0);
    }

    private static String file(String folder, long epoch, String kind) {
        return folder + "/" + number(epoch) + "." + kind;
    }

    private static String number(long epoch) {
        return String.format(Locale.ROOT, "%012d", epoch);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw held("another driver; waiting for it was interrupted", "");
        }
    }
}
