package dev.sluice.step.monitor;

import dev.sluice.config.Metric;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.RegisteredModels;
import dev.sluice.port.ModelVersion;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model version was like when it was trained: what the monitor compares with.
 *
 * @param training profile of the rows it was trained on, their {@code probability} included
 * @param test metrics on the test rows, as far as they are known
 */
public record Baseline(TableProfile training, Map<Metric, Double> test) {
    /** Tags of a registered version: {@code test.areaUnderPR} and so on. */
    private static final String TEST = "test.";

    public Baseline {
        Objects.requireNonNull(training, "training");
        test = Map.copyOf(test);
    }

    /**
     * What is kept with a registered version.
     *
     * @param modelVersion {@code NAME/VERSION}
     * @throws dev.sluice.core.SluiceException MODEL_MISSING when there is no such version, MODEL_REFUSED when it has no profile
     */
    public static Baseline of(RegisteredModels models, String modelVersion) {
        ModelVersion version = models.resolve(modelVersion);
        Map<Metric, Double> test = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            // NaN where the test rows could not tell it: no value to compare with.
            Optional.ofNullable(version.tags().get(TEST + metric.word()))
                    .map(Double::valueOf)
                    .filter(value -> !value.isNaN())
                    .ifPresent(value -> test.put(metric, value));
        }
        return new Baseline(
                ProfileCodec.decode(ProfileCodec.state(models.text(version, ModelDirectory.PROFILE))), test);
    }
}
