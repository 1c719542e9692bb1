package dev.sluice.port;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructType;

/**
 * Of which files a version of a table consists, partition by partition.
 *
 * @param schema of its rows
 * @param by columns that its files are partitioned by; without any all files are one partition, whose name is empty
 * @param files mark of the files by the name of their partition, as {@code Columns.partition} in {@code frame} makes it of a row. In
 *     two versions of a table a partition has equal marks only where its rows are the same, and read with the same schema.
 *     Equal rows may have different marks: files are written anew to be joined, too.
 */
public record Partitions(StructType schema, List<String> by, SortedMap<String, String> files) {
    public Partitions {
        Objects.requireNonNull(schema, "schema");
        by = List.copyOf(by);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }
}
