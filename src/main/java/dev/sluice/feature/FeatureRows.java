package dev.sluice.feature;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computed features.
 *
 * @param rows key, {@code as_of}, kept columns, features in the plan's order; lazy
 * @param spineRows number of spine rows, which is the number that {@code rows} must have
 * @param passes how histories are met, for people: {@code probe of bronze.weather by origin (842 spine rows, 3.1 MiB of history)}
 */
public record FeatureRows(Dataset<Row> rows, long spineRows, List<String> passes) {
    public FeatureRows {
        passes = List.copyOf(passes);
    }
}
