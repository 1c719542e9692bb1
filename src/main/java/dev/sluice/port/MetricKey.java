package dev.sluice.port;

import java.util.Objects;

/**
 * What a number measures, whatever the check that asked for it.
 *
 * @param analyzer the analyzer as JSON, by which two numbers are of one series
 * @param entity what it is about: Dataset, Column or Multicolumn
 * @param instance the column or columns, {@code *} for the table
 * @param name the kind of metric, such as Mean
 */
public record MetricKey(String analyzer, String entity, String instance, String name) {
    public MetricKey {
        Objects.requireNonNull(analyzer, "analyzer");
        Objects.requireNonNull(entity, "entity");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(name, "name");
    }
}
