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
    }
}
