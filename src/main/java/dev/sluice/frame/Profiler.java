package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Profiles rows in one scan: each task summarises its partition, column by column, without making rows of it, and sends
 * back the profile as text; the driver merges these in the order of the partitions.
 */
public final class Profiler {
    private Profiler() {}

    /** The profile of all rows, by one Spark job beside those of the rows' own shuffles. */
    public static TableProfile profile(Dataset<Row> rows) {
        try {
            return profileInternally(rows);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            // Another Spark than the one we were built with: the public way gives the same profile, more slowly.
            return profilePublicly(rows);
        }
    }

    static TableProfile profileInternally(Dataset<Row> rows) {
        StructType schema = rows.schema();
        return merge(schema, rows.queryExecution().toRdd().toJavaRDD().mapPartitions(partition -> {
            Partition summary = new Partition(schema);
            partition.forEachRemaining(summary::add);
            return summary.encoded();
        }));
    }

    static TableProfile profilePublicly(Dataset<Row> rows) {
        StructType schema = rows.schema();
        Column[] plain =
                Stream.of(schema.fields()).map(Profiler::withoutCalendar).toArray(Column[]::new);
        return merge(schema, rows.select(plain).toJavaRDD().mapPartitions(partition -> {
            Partition summary = new Partition(schema);
            partition.forEachRemaining(summary::addPublic);
            return summary.encoded();
        }));
    }

    /** Dates and times as the numbers that Spark holds: java.sql has another calendar before 1582. */
    private static Column withoutCalendar(StructField field) {
        String quoted = Columns.quoted(field.name());
        return switch (ColumnKind.of(field.dataType().catalogString())) {
            case DATE -> expr("unix_date(" + quoted + ")");
            case TIMESTAMP -> expr("unix_micros(" + quoted + ")");
            default -> col(quoted);
        };
    }

    private static TableProfile merge(StructType schema, JavaRDD<String> partitions) {
        Map<String, ColumnProfileBuilder> merged = new LinkedHashMap<>();
        for (StructField field : schema.fields()) {
            merged.put(field.name(), new ColumnProfileBuilder(field.dataType().catalogString()));
        }
        long rows = 0;
        for (String partition : partitions.collect()) {
            TableProfile profile = ProfileCodec.decode(partition);
            rows += profile.rows();
            profile.columns().forEach((name, column) -> merged.get(name).add(column));
        }
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        merged.forEach((name, column) -> columns.put(name, column.build()));
        return new TableProfile(rows, columns);
    }

    /** The columns of one partition. */
    private static final class Partition {
        private final StructType schema;
        private final ColumnProfileBuilder[] builders;
        private final Cell[] cells;
        private long rows;

        Partition(StructType schema) {
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

        Iterator<String> encoded() {
            Map<String, ColumnProfile> columns = new LinkedHashMap<>();
            for (int i = 0; i < builders.length; i++) {
                columns.put(schema.apply(i).name(), builders[i].build());
            }
            return List.of(ProfileCodec.encode(new TableProfile(rows, columns))).iterator();
        }
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
