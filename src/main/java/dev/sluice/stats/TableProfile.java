package dev.sluice.stats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a table's rows after one scan.
 *
 * @param rows number of rows
 * @param columns by name, in the table's order
 * @param nested fields of structs and elements of arrays, by path: {@code a.b} for field b of column a, which is null where a
 *     is, and {@code a[]} for the elements of a, each a row of that profile. A name with other signs than letters, digits and
 *     underscores is quoted as in SQL, with backticks.
 */
public record TableProfile(long rows, Map<String, ColumnProfile> columns, Map<String, ColumnProfile> nested) {
    public TableProfile {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        nested = Collections.unmodifiableMap(new LinkedHashMap<>(nested));
        columns.forEach((name, column) -> {
            if (column.rows() != rows) {
                throw new IllegalArgumentException(
                        "column " + name + " has " + column.rows() + " rows, the table " + rows);
            }
        });
    }

    /** Of columns without structs and arrays. */
    public TableProfile(long rows, Map<String, ColumnProfile> columns) {
        this(rows, columns, Map.of());
    }

    /**
     * The profile of the rows of both, which must be different rows.
     *
     * @throws IllegalArgumentException when names or types of the columns differ
     */
    public TableProfile merge(TableProfile other) {
        return new TableProfile(rows + other.rows, merge(columns, other.columns), merge(nested, other.nested));
    }

    private static Map<String, ColumnProfile> merge(Map<String, ColumnProfile> left, Map<String, ColumnProfile> right) {
        if (!left.keySet().equals(right.keySet())) {
            throw new IllegalArgumentException(
                    "expected a profile of the columns " + left.keySet() + ", found one of " + right.keySet());
        }
        Map<String, ColumnProfile> merged = new LinkedHashMap<>();
        left.forEach((name, column) -> merged.put(name, column.merge(right.get(name))));
        return merged;
    }
}
