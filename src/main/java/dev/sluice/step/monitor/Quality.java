package dev.sluice.step.monitor;

import dev.sluice.config.Metric;
import dev.sluice.config.Monitor;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.Classification;
import dev.sluice.stats.ScoreCounts;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;

/** How good the predictions were, of which the truth is known by now. */
final class Quality {
    private final Monitor.Quality settings;
    private final Map<Metric, Double> test;
    private final double threshold;

    /**
     * A judge of one model version.
     *
     * @param test its metrics on the test rows
     * @param threshold probability from which the decision is 1
     */
    Quality(Monitor.Quality settings, Map<Metric, Double> test, double threshold) {
        this.settings = settings;
        this.test = test;
        this.threshold = threshold;
    }

    /**
     * Metrics of each day, recorded; then of the whole window, of which the one that the settings name is judged.
     *
     * @param window counts of the labelled rows of the window
     * @param days those of the days that lie in the window whole
     */
    List<Measurement> of(ScoreCounts window, SortedMap<LocalDate, ScoreCounts> days) {
        List<Measurement> measured = new ArrayList<>();
        days.forEach((day, counts) -> {
            for (Metric metric : metrics()) {
                measured.add(
                        measurement(metric, Optional.of(day), counts, OptionalDouble.empty(), Optional.empty(), ""));
            }
        });
        for (Metric metric : metrics()) {
            measured.add(
                    metric == settings.metric()
                            ? judged(window)
                            : measurement(
                                    metric, Optional.empty(), window, OptionalDouble.empty(), Optional.empty(), ""));
        }
        return List.copyOf(measured);
    }

    /** F1 and the area under the precision-recall curve always: what people ask for first. */
    private Set<Metric> metrics() {
        return EnumSet.of(Metric.F1, Metric.AREA_UNDER_PR, settings.metric());
    }

    private Measurement judged(ScoreCounts window) {
        Metric metric = settings.metric();
        if (window.rows() == 0) {
            return notJudged(window, "no label is known yet");
        }
        if (window.rows() < settings.minRows()) {
            return notJudged(window, window.rows() + " rows with a label, min_rows " + settings.minRows());
        }
        double value = Classification.of(window, threshold).value(metric);
        if (Double.isNaN(value)) {
            return notJudged(window, window.positives() + " positives among " + window.rows() + " rows");
        }
        OptionalDouble bound = bound();
        if (bound.isEmpty()) {
            return notJudged(window, "no " + metric.word() + " on test rows is known of this model version");
        }
        double limit = bound.getAsDouble();
        boolean met = metric.higherIsBetter() ? value >= limit : value <= limit;
        String side = metric.higherIsBetter() ? (met ? "at least" : "below") : (met ? "at most" : "above");
        return measurement(
                metric,
                Optional.empty(),
                window,
                bound,
                Optional.of(met ? Verdict.OK : Verdict.BREACH),
                String.format(Locale.ROOT, "%s %.4f, %s %.4f", metric.word(), value, side, limit));
    }

    /** The stricter of the two bounds; empty where the only one needs a test value that is not known. */
    private OptionalDouble bound() {
        Optional<Double> relative = settings.breachBelowTest()
                .flatMap(ratio ->
                        Optional.ofNullable(test.get(settings.metric())).map(value -> value * ratio));
        if (relative.isEmpty()) {
            return settings.min().map(OptionalDouble::of).orElse(OptionalDouble.empty());
        }
        return OptionalDouble.of(
                settings.min().map(min -> Math.max(min, relative.get())).orElse(relative.get()));
    }

    private Measurement notJudged(ScoreCounts window, String reason) {
        return measurement(
                settings.metric(),
                Optional.empty(),
                window,
                OptionalDouble.empty(),
                Optional.of(Verdict.NOT_JUDGED),
                reason);
    }

    private Measurement measurement(
            Metric metric,
            Optional<LocalDate> day,
            ScoreCounts counts,
            OptionalDouble bound,
            Optional<Verdict> verdict,
            String reason) {
        double value = Classification.of(counts, threshold).value(metric);
        return new Measurement(
                Measurement.Kind.QUALITY,
                metric.word(),
                day,
                Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value),
                test.containsKey(metric) ? OptionalDouble.of(test.get(metric)) : OptionalDouble.empty(),
                bound,
                counts.rows(),
                definition(metric),
                verdict,
                reason);
    }

    private String definition(Metric metric) {
        return switch (metric) {
            case AREA_UNDER_PR -> "average precision, ties within 2^-16";
            case AREA_UNDER_ROC -> "Mann-Whitney, ties within 2^-16";
            case F1, PRECISION, RECALL, ACCURACY -> "decision at " + threshold;
            case LOG_LOSS -> "mean, in nats";
            case BRIER -> "mean squared difference";
            case CALIBRATION_ERROR -> "ten equally wide bins";
        };
    }
}
