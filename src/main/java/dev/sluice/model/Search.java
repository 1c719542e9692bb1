package dev.sluice.model;

import dev.sluice.config.Metric;
import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Tries every trial; one that fails is an outcome, not an end.
 *
 * @param <M> what a fit gives
 * @param outcomes one of each trial, in the order of the trials
 */
public record Search<M>(Train.Search settings, List<Outcome<M>> outcomes) {
    private static final Pattern TASK = Pattern.compile("(?s)^Job aborted.*?\\(TID \\d+\\) \\([^)]*\\): ");

    public Search {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * A fitted model with the search's metric on both parts.
     *
     * @param <M> the model
     */
    public record Fit<M>(M model, double train, double validate) {}

    /** How a trial ended. */
    public enum Status {
        OK,
        FAILED,
        /** It was not started, since the search's time was over. */
        TIMEOUT
    }

    /**
     * What became of a trial.
     *
     * @param <M> the model
     * @param fit present exactly when the status is OK
     * @param error why it failed; empty otherwise
     */
    public record Outcome<M>(Trial trial, Status status, Optional<Fit<M>> fit, double seconds, String error) {}

    /**
     * Runs the trials, {@code settings.parallelism()} at a time.
     *
     * @param fit called from several threads
     * @param told hears of each outcome as it comes
     */
    public static <M> Search<M> run(
            List<Trial> trials, Train.Search settings, Function<Trial, Fit<M>> fit, Consumer<Outcome<M>> told) {
        long start = System.nanoTime();
        ExecutorService pool = Executors.newFixedThreadPool(settings.parallelism());
        try {
            List<Future<Outcome<M>>> running = new ArrayList<>();
            for (Trial trial : trials) {
                running.add(pool.submit(() -> {
                    boolean late =
                            System.nanoTime() - start >= settings.timeout().toNanos();
                    Outcome<M> outcome =
                            late ? new Outcome<>(trial, Status.TIMEOUT, Optional.empty(), 0, "") : attempt(trial, fit);
                    told.accept(outcome);
                    return outcome;
                }));
            }
            List<Outcome<M>> outcomes = new ArrayList<>();
            for (Future<Outcome<M>> future : running) {
                outcomes.add(future.get());
            }
            return new Search<>(settings, outcomes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the search was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a trial ended in an error of the machine: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private static <M> Outcome<M> attempt(Trial trial, Function<Trial, Fit<M>> fit) {
        long start = System.nanoTime();
        try {
            Fit<M> fitted = fit.apply(trial);
            return new Outcome<>(trial, Status.OK, Optional.of(fitted), seconds(start), "");
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            return new Outcome<>(trial, Status.FAILED, Optional.empty(), seconds(start), reason(e));
        }
    }

    /** What went wrong, without the place and the stack that Spark puts into the messages of failed tasks. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        int stack = message.indexOf("\n\tat ");
        return TASK.matcher(stack < 0 ? message : message.substring(0, stack)).replaceFirst("");
    }

    private static double seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
    }

    /**
     * The outcome that is best on the validation rows; of equally good ones the first.
     *
     * @throws SluiceException TRAINING_FAILED when none worked, or a larger share failed than {@code max_failed}
     */
    public Outcome<M> best() {
        List<Outcome<M>> failed =
                outcomes.stream().filter(o -> o.status() == Status.FAILED).toList();
        List<Outcome<M>> worked = List.copyOf(bestOfEach().values());
        if (worked.isEmpty() || failed.size() > settings.maxFailed() * outcomes.size()) {
            long late =
                    outcomes.stream().filter(o -> o.status() == Status.TIMEOUT).count();
            throw new SluiceException(
                    ErrorCode.TRAINING_FAILED,
                    failed.size() + " of " + outcomes.size() + " trials failed and " + late
                            + " were not started in time"
                            + " (search.max_failed " + settings.maxFailed() + ", search.timeout " + settings.timeout()
                            + ")"
                            + failed.stream()
                                    .findFirst()
                                    .map(o -> "; the first, " + o.trial() + ": " + o.error())
                                    .orElse(""),
                    "each trial's error is in _sluice.candidates; change the grid, or widen the limits");
        }
        return worked.stream().reduce((a, b) -> better(b, a) ? b : a).orElseThrow();
    }

    /** By candidate, in order: the outcome that is best on the validation rows; candidates of which none worked are left out. */
    public Map<String, Outcome<M>> bestOfEach() {
        Map<String, Outcome<M>> best = new LinkedHashMap<>();
        for (Outcome<M> outcome : outcomes) {
            if (outcome.status() == Status.OK) {
                best.merge(outcome.trial().candidate(), outcome, (a, b) -> better(b, a) ? b : a);
            }
        }
        return best;
    }

    private boolean better(Outcome<M> a, Outcome<M> b) {
        Metric metric = settings.metric();
        double left = a.fit().orElseThrow().validate();
        double right = b.fit().orElseThrow().validate();
        if (Double.isNaN(right)) {
            return !Double.isNaN(left);
        }
        return metric.higherIsBetter() ? left > right : left < right;
    }
}
