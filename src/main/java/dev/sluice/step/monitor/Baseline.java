package dev.sluice.step.monitor;

import dev.sluice.config.Metric;
import dev.sluice.stats.TableProfile;
import java.util.Map;
import java.util.Objects;

/**
 * What a model version was like when it was trained: what the monitor compares with.
 *
 * @param training profile of the rows it was trained on, their {@code probability} included
 * @param test metrics on the test rows, as far as they are known
 */
public record Baseline(TableProfile training, Map<Metric, Double> test) {
    public Baseline {
        Objects.requireNonNull(training, "training");
        test = Map.copyOf(test);
    }
}
