package dev.sluice.port;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A finished run, as the registry keeps it.
 *
 * @param artifacts local folder whose content becomes the run's artifacts
 */
public record TrackedRun(
        RunKey key,
        String experiment,
        String name,
        Map<String, String> params,
        Map<String, Double> metrics,
        Map<String, String> tags,
        List<Input> inputs,
        Path artifacts) {
    public TrackedRun {
        params = Map.copyOf(params);
        metrics = Map.copyOf(metrics);
        tags = Map.copyOf(tags);
        inputs = List.copyOf(inputs);
    }

    /**
     * A table version that the run read.
     *
     * @param location where the table is
     * @param context what for: training, validation, evaluation
     * @param columns name and Spark SQL type of each column, in order
     * @param rows number of rows
     */
    public record Input(
            TableVersion version, String location, String context, Map<String, String> columns, long rows) {}
}
