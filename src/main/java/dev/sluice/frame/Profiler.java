package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
        return PartitionProfile.merge(
                schema,
                rows.queryExecution()
                        .toRdd()
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PartitionProfile profile = new PartitionProfile(schema);
                            partition.forEachRemaining(profile::add);
                            return List.of(profile.encoded()).iterator();
                        })
                        .collect());
    }

    static TableProfile profilePublicly(Dataset<Row> rows) {
        StructType schema = rows.schema();
        Column[] plain =
                Stream.of(schema.fields()).map(Profiler::withoutCalendar).toArray(Column[]::new);
        return PartitionProfile.merge(
                schema,
                rows.select(plain)
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PartitionProfile profile = new PartitionProfile(schema);
                            partition.forEachRemaining(profile::addPublic);
                            return List.of(profile.encoded()).iterator();
                        })
                        .collect());
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
}
