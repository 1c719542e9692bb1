package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Profiles rows in one scan: each task summarises its partition, column by column, without making rows of it where it can,
 * and sends back a state; the driver merges these in the order of the partitions. All ways give the same profile.
 */
public final class Profiler {
    private Profiler() {}

    /** How rows were read. */
    public enum Way {
        /** As vectors, column by column, as their files hold them. */
        COLUMNS,
        /** As the rows that Spark works on. */
        ROWS,
        /** As the rows of Spark's public interface: another Spark than the one we were built with. */
        PUBLIC
    }

    /** What one scan found, and how. */
    public record Scan(TableProfile profile, Way way) {}

    /** Puts profiles of disjoint rows together one by one, so that they need not be held all at once. */
    public static final class Merge {
        private final PartitionProfile all;

        /** Of no rows yet. */
        public Merge(StructType schema) {
            this.all = new PartitionProfile(schema);
        }

        /** All rows of a profile, which has the schema's columns. */
        public void add(TableProfile profile) {
            all.add(profile);
        }

        /** The profile of all rows that were added. */
        public TableProfile build() {
            return all.build();
        }
    }

    /** The profile of all rows, by one Spark job beside those of the rows' own shuffles. */
    public static TableProfile profile(Dataset<Row> rows) {
        return scan(rows).profile();
    }

    /** The profile of all rows, and the way that was taken. */
    public static Scan scan(Dataset<Row> rows) {
        try {
            Optional<Batches> batches = Batches.of(rows);
            return batches.isPresent()
                    ? new Scan(byColumns(rows.schema(), batches.get()), Way.COLUMNS)
                    : new Scan(byRows(rows), Way.ROWS);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            // Another Spark than the one we were built with: the public way gives the same profile, more slowly.
            return new Scan(publicly(rows), Way.PUBLIC);
        }
    }

    /**
     * The profiles of the rows of each value of some columns, by the names of these, all in one scan. Rows are read as rows.
     *
     * @param by columns that can be cast to texts
     */
    public static Map<String, Slices> slices(Dataset<Row> rows, List<String> by) {
        try {
            return slicesOfRows(rows, by);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            // Another Spark than the one we were built with.
            return slicesPublicly(rows, by);
        }
    }

    private static Map<String, Slices> slicesOfRows(Dataset<Row> rows, List<String> by) {
        StructType schema = rows.schema();
        int first = schema.length();
        Column[] all = Stream.concat(Stream.of(schema.fieldNames()).map(name -> col(Columns.quoted(name))), slicing(by))
                .toArray(Column[]::new);
        return merged(
                schema,
                by,
                rows.select(all)
                        .queryExecution()
                        .toRdd()
                        .toJavaRDD()
                        .mapPartitions(partition -> parts(
                                schema,
                                by.size(),
                                partition,
                                (row, i) -> row.isNullAt(first + i)
                                        ? null
                                        : row.getUTF8String(first + i).toString(),
                                PartitionProfile::add))
                        .collect());
    }

    static Map<String, Slices> slicesPublicly(Dataset<Row> rows, List<String> by) {
        StructType schema = rows.schema();
        int first = schema.length();
        Column[] all = Stream.concat(plain(schema), slicing(by)).toArray(Column[]::new);
        return merged(
                schema,
                by,
                rows.select(all)
                        .toJavaRDD()
                        .mapPartitions(partition -> parts(
                                schema,
                                by.size(),
                                partition,
                                (row, i) -> row.getString(first + i),
                                PartitionProfile::addPublic))
                        .collect());
    }

    /**
     * The profiles of groups of a table's partitions, all in one scan; rows of partitions without a group are not read.
     *
     * @param by columns that the rows' files are partitioned by
     * @param groups the group of each partition, by its {@link Columns#partition name}
     */
    public static SortedMap<String, TableProfile> groups(
            Dataset<Row> rows, List<String> by, Map<String, String> groups) {
        Column name = Columns.partition(by);
        Dataset<Row> chosen = rows.where(name.isin(groups.keySet().toArray()));
        Map<String, String> sent = new HashMap<>(groups); // which can be
        Map<String, List<byte[]>> states;
        try {
            states = groupedStates(chosen, name, sent);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            // Another Spark than the one we were built with.
            states = groupedStatesPublicly(chosen, name, sent);
        }
        SortedMap<String, TableProfile> profiles = new TreeMap<>();
        for (String group : groups.values()) {
            profiles.put(group, PartitionProfile.merge(rows.schema(), states.getOrDefault(group, List.of())));
        }
        return profiles;
    }

    static Map<String, List<byte[]>> groupedStates(Dataset<Row> rows, Column name, Map<String, String> groups) {
        StructType schema = rows.schema();
        Column[] all = Stream.concat(
                        Stream.of(schema.fieldNames()).map(column -> col(Columns.quoted(column))), Stream.of(name))
                .toArray(Column[]::new);
        Dataset<Row> named = rows.select(all);
        Optional<PartitionBatches> batches = PartitionBatches.of(named);
        if (batches.isPresent()) {
            List<Integer> columns = batches.get().columns();
            PartitionBatches.Namer namer = batches.get().namer();
            return GroupedProfile.all(batches.get()
                    .batches()
                    .toJavaRDD()
                    .mapPartitions(partition -> {
                        GroupedProfile grouped = new GroupedProfile(schema, groups);
                        Function<ColumnarBatch, String> partitionOf = namer.start();
                        partition.forEachRemaining(batch -> {
                            if (batch.numRows() > 0) {
                                grouped.of(partitionOf.apply(batch)).add(batch, columns);
                            }
                        });
                        return List.of(grouped.states()).iterator();
                    })
                    .collect());
        }
        int last = schema.length();
        return GroupedProfile.all(named.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> {
                    GroupedProfile grouped = new GroupedProfile(schema, groups);
                    partition.forEachRemaining(row ->
                            grouped.of(row.getUTF8String(last).toString()).add(row));
                    return List.of(grouped.states()).iterator();
                })
                .collect());
    }

    static Map<String, List<byte[]>> groupedStatesPublicly(Dataset<Row> rows, Column name, Map<String, String> groups) {
        StructType schema = rows.schema();
        int last = schema.length();
        return GroupedProfile.all(
                rows.select(Stream.concat(plain(schema), Stream.of(name)).toArray(Column[]::new))
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            GroupedProfile grouped = new GroupedProfile(schema, groups);
                            partition.forEachRemaining(
                                    row -> grouped.of(row.getString(last)).addPublic(row));
                            return List.of(grouped.states()).iterator();
                        })
                        .collect());
    }

    private static Stream<Column> slicing(List<String> by) {
        return by.stream().map(name -> col(Columns.quoted(name)).cast("string"));
    }

    /** The value of a slicing column of a row; null where there is none. */
    @FunctionalInterface
    private interface Sliced<T> {
        String value(T row, int i);
    }

    private static <T> Iterator<List<SlicedProfile.Part>> parts(
            StructType schema,
            int slicing,
            Iterator<T> partition,
            Sliced<T> sliced,
            BiConsumer<PartitionProfile, T> add) {
        List<SlicedProfile> slices =
                Stream.generate(() -> new SlicedProfile(schema)).limit(slicing).toList();
        partition.forEachRemaining(row -> {
            for (int i = 0; i < slicing; i++) {
                slices.get(i).add(sliced.value(row, i), profile -> add.accept(profile, row));
            }
        });
        return List.of(slices.stream().map(SlicedProfile::part).toList()).iterator();
    }

    private static Map<String, Slices> merged(
            StructType schema, List<String> by, List<List<SlicedProfile.Part>> tasks) {
        Map<String, Slices> found = new LinkedHashMap<>();
        for (int i = 0; i < by.size(); i++) {
            int column = i;
            found.put(
                    by.get(i),
                    SlicedProfile.merge(
                            schema,
                            tasks.stream().map(parts -> parts.get(column)).toList()));
        }
        return found;
    }

    private static TableProfile byColumns(StructType schema, Batches batches) {
        List<Integer> columns = batches.columns();
        return PartitionProfile.merge(
                schema,
                batches.batches()
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PartitionProfile profile = new PartitionProfile(schema);
                            partition.forEachRemaining(batch -> profile.add(batch, columns));
                            return state(profile);
                        })
                        .collect());
    }

    static TableProfile byRows(Dataset<Row> rows) {
        StructType schema = rows.schema();
        return PartitionProfile.merge(
                schema,
                rows.queryExecution()
                        .toRdd()
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PartitionProfile profile = new PartitionProfile(schema);
                            partition.forEachRemaining(profile::add);
                            return state(profile);
                        })
                        .collect());
    }

    static TableProfile publicly(Dataset<Row> rows) {
        StructType schema = rows.schema();
        return PartitionProfile.merge(
                schema,
                rows.select(plain(schema).toArray(Column[]::new))
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PartitionProfile profile = new PartitionProfile(schema);
                            partition.forEachRemaining(profile::addPublic);
                            return state(profile);
                        })
                        .collect());
    }

    private static Iterator<byte[]> state(PartitionProfile profile) {
        return List.of(profile.encoded()).iterator();
    }

    /** Columns for {@link PartitionProfile#addPublic}. */
    static Stream<Column> plain(StructType schema) {
        return Stream.of(schema.fields())
                .map(field -> withoutCalendar(col(Columns.quoted(field.name())), field.dataType()));
    }

    /** Dates and times as the numbers that Spark holds: java.sql has another calendar before 1582. */
    private static Column withoutCalendar(Column column, DataType type) {
        if (type instanceof DateType) {
            return unix_date(column);
        } else if (type instanceof TimestampType) {
            return unix_micros(column);
        } else if (type instanceof ArrayType array) {
            return transform(column, element -> withoutCalendar(element, array.elementType()));
        } else if (type instanceof StructType struct) {
            Column[] fields = Stream.of(struct.fields())
                    .map(field -> withoutCalendar(column.getField(field.name()), field.dataType())
                            .as(field.name()))
                    .toArray(Column[]::new);
            return when(column.isNotNull(), struct(fields));
        }
        return column;
    }
}
