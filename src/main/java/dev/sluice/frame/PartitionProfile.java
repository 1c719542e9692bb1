package dev.sluice.frame;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The profile of the rows that one task sees; those of all tasks are merged by the driver. */
final class PartitionProfile {
    private final StructType schema;
    private final Cells[] cells;
    private long rows;

    /** Of rows whose first columns are these. */
    PartitionProfile(StructType schema) {
        this.schema = schema;
        this.cells = new Cells[schema.length()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = Cells.of(schema.apply(i).dataType());
        }
    }

    void add(InternalRow row) {
        rows++;
        for (int i = 0; i < cells.length; i++) {
            cells[i].add(row, i);
        }
    }

    /**
     * All rows of a batch.
     *
     * @param columns which of the batch's each of ours is
     */
    void add(ColumnarBatch batch, List<Integer> columns) {
        rows += batch.numRows();
        for (int i = 0; i < cells.length; i++) {
            cells[i].add(batch.column(columns.get(i)), batch.numRows());
        }
    }

    /** A row whose dates and times are the numbers that Spark holds. */
    void addPublic(Row row) {
        rows++;
        for (int i = 0; i < cells.length; i++) {
            cells[i].addPublic(row.get(i));
        }
    }

    /** What a task sends to the driver: a state. */
    byte[] encoded() {
        return ProfileCodec.encode(build());
    }

    /** All rows, from what the tasks sent, in the order of their partitions. */
    static TableProfile merge(StructType schema, List<byte[]> encoded) {
        PartitionProfile all = new PartitionProfile(schema);
        for (byte[] partition : encoded) {
            all.add(ProfileCodec.decode(partition));
        }
        return all.build();
    }

    /** All rows of a profile. */
    void add(TableProfile profile) {
        rows += profile.rows();
        columns().forEach((name, column) -> column.add(profile.columns().get(name)));
        nested().forEach((path, column) -> column.add(profile.nested().get(path)));
    }

    TableProfile build() {
        return new TableProfile(rows, built(columns()), built(nested()));
    }

    private Map<String, ColumnProfileBuilder> columns() {
        Map<String, ColumnProfileBuilder> columns = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            columns.put(schema.apply(i).name(), cells[i].profile);
        }
        return columns;
    }

    private Map<String, ColumnProfileBuilder> nested() {
        Map<String, ColumnProfileBuilder> nested = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            cells[i].nested(NestedCells.part(schema.apply(i).name()), nested);
        }
        return nested;
    }

    private static Map<String, ColumnProfile> built(Map<String, ColumnProfileBuilder> columns) {
        Map<String, ColumnProfile> built = new LinkedHashMap<>();
        columns.forEach((name, column) -> built.put(name, column.build()));
        return built;
    }
}
