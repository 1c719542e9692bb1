package dev.sluice.model;

import dev.sluice.config.Metric;
import dev.sluice.stats.Classification;
import dev.sluice.stats.ScoreCounts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What each model said of the same rows.
 *
 * @param selected the candidate that is judged
 * @param counts by model, candidate or {@value #CHAMPION}, then by slice; every model has the slice of all rows
 * @param threshold probability from which the decision is 1
 */
public record Evaluation(String selected, Map<String, Map<Slice, ScoreCounts>> counts, double threshold) {
    /** Name under which the champion stands. */
    public static final String CHAMPION = "champion";

    public Evaluation {
        Map<String, Map<Slice, ScoreCounts>> copy = new LinkedHashMap<>();
        counts.forEach((model, slices) -> {
            Objects.requireNonNull(slices.get(Slice.ALL), "counts of all rows of " + model);
            copy.put(model, Collections.unmodifiableMap(new LinkedHashMap<>(slices)));
        });
        counts = Collections.unmodifiableMap(copy);
        Objects.requireNonNull(counts.get(selected), "counts of the selected model");
    }

    /** Whether the model was scored. */
    public boolean has(String model) {
        return counts.containsKey(model);
    }

    /** A model's metrics on a slice. */
    public Classification of(String model, Slice slice) {
        return Classification.of(counts.get(model).getOrDefault(slice, ScoreCounts.none()), threshold);
    }

    /** A model's metric on all rows. */
    public double value(String model, Metric metric) {
        return of(model, Slice.ALL).value(metric);
    }

    /** The selected model's slices by a column, in order of value. */
    public List<Slice> slices(String column) {
        return counts.get(selected).keySet().stream()
                .filter(slice -> slice.column().equals(column))
                .toList();
    }
}
