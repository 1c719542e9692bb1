package dev.sluice.frame;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The profile of the rows that one task sees; those of all tasks are merged by the driver. */
final class PartitionProfile {
    private final StructType schema;
    private final ColumnProfileBuilder[] builders;
    private final Cell[] cells;
    private long rows;

    /** Of rows whose first columns are these. */
    PartitionProfile(StructType schema) {
        this.schema = schema;
        this.builders = new ColumnProfileBuilder[schema.length()];
        this.cells = new Cell[schema.length()];
        for (int i = 0; i < builders.length; i++) {
            DataType type = schema.apply(i).dataType();
            builders[i] = new ColumnProfileBuilder(type.catalogString());
            cells[i] = cell(type);
        }
    }

    void add(InternalRow row) {
        rows++;
        for (int i = 0; i < builders.length; i++) {
            if (row.isNullAt(i)) {
                builders[i].addNull();
            } else {
                cells[i].add(row, i, builders[i]);
            }
        }
    }

    /** A row whose dates and times are the numbers that Spark holds. */
    void addPublic(Row row) {
        rows++;
        for (int i = 0; i < builders.length; i++) {
            if (row.isNullAt(i)) {
                builders[i].addNull();
            } else {
                addValue(row.get(i), builders[i]);
            }
        }
    }

    /** What a task sends to the driver. */
    String encoded() {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        for (int i = 0; i < builders.length; i++) {
            columns.put(schema.apply(i).name(), builders[i].build());
        }
        return ProfileCodec.encode(new TableProfile(rows, columns));
    }

    /** All rows, from what the tasks sent, in the order of their partitions. */
    static TableProfile merge(StructType schema, List<String> encoded) {
        Map<String, ColumnProfileBuilder> merged = new LinkedHashMap<>();
        for (StructField field : schema.fields()) {
            merged.put(field.name(), new ColumnProfileBuilder(field.dataType().catalogString()));
        }
        long rows = 0;
        for (String partition : encoded) {
            TableProfile profile = ProfileCodec.decode(partition);
            rows += profile.rows();
            profile.columns().forEach((name, column) -> merged.get(name).add(column));
        }
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        merged.forEach((name, column) -> columns.put(name, column.build()));
        return new TableProfile(rows, columns);
    }

    /** Moves one value from a row to its column. */
    @FunctionalInterface
    private interface Cell {
        void add(InternalRow row, int i, ColumnProfileBuilder column);
    }

    private static Cell cell(DataType type) {
        if (type instanceof DecimalType decimal) {
            int precision = decimal.precision();
            int scale = decimal.scale();
            return (row, i, column) ->
                    column.addDouble(row.getDecimal(i, precision, scale).toDouble());
        }
        return switch (type.catalogString()) {
            case "boolean" -> (row, i, column) -> column.addBoolean(row.getBoolean(i));
            case "tinyint" -> (row, i, column) -> column.addLong(row.getByte(i));
            case "smallint" -> (row, i, column) -> column.addLong(row.getShort(i));
            case "int", "date" -> (row, i, column) -> column.addLong(row.getInt(i));
            case "bigint", "timestamp" -> (row, i, column) -> column.addLong(row.getLong(i));
            case "float" -> (row, i, column) -> column.addDouble(row.getFloat(i));
            case "double" -> (row, i, column) -> column.addDouble(row.getDouble(i));
            case "string" ->
                (row, i, column) -> column.addText(row.getUTF8String(i).getBytes());
            default -> (row, i, column) -> column.addOther();
        };
    }

    private static void addValue(Object value, ColumnProfileBuilder column) {
        switch (column.kind()) {
            case BOOLEAN -> column.addBoolean((Boolean) value);
            case WHOLE, DATE, TIMESTAMP -> column.addLong(((Number) value).longValue());
            case REAL -> column.addDouble(((Number) value).doubleValue());
            case TEXT -> column.addText(((String) value).getBytes(StandardCharsets.UTF_8));
            case OTHER -> column.addOther();
        }
    }
}
