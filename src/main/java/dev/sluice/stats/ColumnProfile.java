package dev.sluice.stats;

/**
 * What is known of one column after one scan.
 *
 * @param type Spark SQL name of its type
 * @param rows number of rows
 * @param nulls rows without a value
 */
public record ColumnProfile(String type, long rows, long nulls) {}
