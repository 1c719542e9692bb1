package dev.sluice.port;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The verdict of one check.
 *
 * @param check its name in the pipeline file
 * @param column column or columns it is about; empty for the table
 * @param metric what was measured; empty when nothing could be
 * @param found in words
 * @param expected in words
 * @param source where what was measured comes from
 * @param measures what series the metric belongs to; empty where it is none of all rows, or a value that is told to nobody
 */
public record CheckResult(
        String check,
        String column,
        Status status,
        OptionalDouble metric,
        String found,
        String expected,
        Source source,
        Optional<MetricKey> measures) {
    public CheckResult {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(measures, "measures");
    }

    /** A verdict whose metric belongs to no series. */
    public CheckResult(
            String check,
            String column,
            Status status,
            OptionalDouble metric,
            String found,
            String expected,
            Source source) {
        this(check, column, status, metric, found, expected, source, Optional.empty());
    }

    /** What the verdict means for the publish. */
    public enum Status {
        PASS,
        /** Not true, recorded, published all the same. */
        WARN,
        /** Not true: nothing is published. */
        FAIL
    }

    /** Where a metric comes from. */
    public enum Source {
        /** The profile, which costs nothing more. */
        PROFILE,
        /** Counts of groups of rows: keys by their fingerprints, others by a query. */
        GROUPING,
        /** Aggregates of Deequ's analyzers, over all rows or over those of each group. */
        DEEQU,
        /** A look into another table. */
        TABLES
    }
}
