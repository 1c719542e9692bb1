package dev.sluice.adapter.delta;

import static org.apache.spark.sql.functions.col;

import dev.sluice.core.Hashes;
import dev.sluice.frame.Columns;
import dev.sluice.port.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The files of a version, as its log tells them, by the partitions that Spark sees in its rows. */
final class DeltaPartitions {
    private DeltaPartitions() {}

    /** The partitions with marks of the schema and the files' names. No job is needed. */
    static Partitions of(VersionFiles.Contents contents, SparkSession spark) {
        StructType schema = (StructType) DataType.fromJson(contents.schema());
        Map<List<String>, String> names = names(contents, schema, spark);
        Map<String, List<String>> files = new HashMap<>();
        contents.files().forEach(file -> files.computeIfAbsent(names.get(file.partition()), any -> new ArrayList<>())
                .add(file.name()));
        SortedMap<String, String> marks = new TreeMap<>();
        files.forEach((name, of) -> marks.put(
                name,
                Hashes.id(
                        Stream.concat(Stream.of(contents.schema()), of.stream().sorted())
                                .toArray(String[]::new))));
        return new Partitions(schema, contents.partitionedBy(), marks);
    }

    /** Names of partitions as Spark gives them of their rows: the log has texts, which Spark casts to the columns' types. */
    private static Map<List<String>, String> names(
            VersionFiles.Contents contents, StructType schema, SparkSession spark) {
        List<String> by = contents.partitionedBy();
        if (by.isEmpty()) {
            return Map.of(by, "");
        }
        List<List<String>> values = contents.files().stream()
                .map(VersionFiles.DataFile::partition)
                .distinct()
                .toList();
        StructType texts = new StructType();
        for (String name : by) {
            texts = texts.add(name, DataTypes.StringType);
        }
        List<Row> named = spark.createDataFrame(
                        values.stream()
                                .map(one -> RowFactory.create(one.toArray()))
                                .toList(),
                        texts)
                .select(by.stream()
                        .map(name -> col(Columns.quoted(name))
                                .cast(schema.apply(name).dataType())
                                .as(name))
                        .toArray(Column[]::new))
                .select(Columns.partition(by))
                .collectAsList();
        Map<List<String>, String> names = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            names.put(values.get(i), named.get(i).getString(0));
        }
        return names;
    }
}
