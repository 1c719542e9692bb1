package dev.sluice.port;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows on their way into a table, whose columns it can have.
 *
 * @param epoch epoch of the lease under which the commit is made; kept in the table's history
 */
public record Commit(TableName table, Dataset<Row> rows, Mode mode, RunKey key, long epoch, List<String> partitionBy) {
    public Commit {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(key, "key");
        partitionBy = List.copyOf(partitionBy);
        ColumnNames.requireStorable(table, rows.schema());
    }

    /** What happens to the rows that are there. */
    public sealed interface Mode {
        /** They stay. */
        record Append() implements Mode {}

        /** They go, and the table takes the schema of the new rows. */
        record Overwrite() implements Mode {}

        /**
         * Those that meet the predicate go; new rows that do not meet it make the commit fail. The slice is cleared when
         * there are no new rows.
         */
        record ReplaceWhere(String predicate) implements Mode {}

        /**
         * A new row takes the place of the one with the same key if it is greater by the order's columns, then by all others;
         * rows with other keys stay. At most one new row has a key.
         */
        record Merge(List<String> key, List<String> orderBy) implements Mode {
            public Merge {
                key = List.copyOf(key);
                orderBy = List.copyOf(orderBy);
            }

            /** All of these columns, those of the order first: the order is then total, and the same whoever comes first. */
            public List<String> totalOrder(List<String> columns) {
                Set<String> order = new LinkedHashSet<>(orderBy);
                order.addAll(columns);
                key.forEach(order::remove);
                return List.copyOf(order);
            }
        }
    }
}
