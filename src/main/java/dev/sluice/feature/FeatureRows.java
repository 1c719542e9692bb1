package dev.sluice.feature;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computed features.
 *
 * @param rows key, {@code as_of}, kept columns, features in the plan's order; lazy
 * @param spineRows number of spine rows, which is the number that {@code rows} must have
 */
public record FeatureRows(Dataset<Row> rows, long spineRows) {}
