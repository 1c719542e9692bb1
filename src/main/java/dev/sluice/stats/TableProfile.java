package dev.sluice.stats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a table's rows after one scan.
 *
 * @param rows number of rows
 * @param columns by name, in the table's order
 */
public record TableProfile(long rows, Map<String, ColumnProfile> columns) {
    public TableProfile {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        columns.forEach((name, column) -> {
            if (column.rows() != rows) {
                throw new IllegalArgumentException(
                        "column " + name + " has " + column.rows() + " rows, the table " + rows);
            }
        });
    }

    /**
     * The profile of the rows of both, which must be different rows.
     *
     * @throws IllegalArgumentException when names or types of the columns differ
     */
    public TableProfile merge(TableProfile other) {
        if (!columns.keySet().equals(other.columns.keySet())) {
            throw new IllegalArgumentException("expected a profile of the columns " + columns.keySet()
                    + ", found one of " + other.columns.keySet());
        }
        Map<String, ColumnProfile> merged = new LinkedHashMap<>();
        columns.forEach((name, column) -> merged.put(name, column.merge(other.columns.get(name))));
        return new TableProfile(rows + other.rows, merged);
    }
}
