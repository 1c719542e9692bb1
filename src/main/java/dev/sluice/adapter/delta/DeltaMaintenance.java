package dev.sluice.adapter.delta;

import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.Failures;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.commands.VacuumCommand$;
import scala.Option;

/** Looks after one table, by what Delta has for it: nothing that grows with the table's files is held here. */
final class DeltaMaintenance {
    private static final VacuumCommand$ VACUUM = VacuumCommand$.MODULE$;

    /** How far down another table may lie in a table's folder: names have three parts at most. */
    private static final int DEPTH = 2;

    private final SparkSession spark;
    private final TableName table;
    private final String location;
    private final Maintenance how;
    private final DeltaLog log;

    /** Has a session of its own, since Delta takes from its settings how it does this. */
    DeltaMaintenance(SparkSession spark, TableName table, String location, Maintenance how) {
        this.spark = spark.newSession();
        this.table = table;
        this.location = location;
        this.how = how;
        this.log = DeltaLog.forTable(this.spark, location);
        // Ten thousand tasks, Spark's own setting, list no faster than a few for each core.
        this.spark
                .conf()
                .set(
                        "spark.sql.sources.parallelPartitionDiscovery.parallelism",
                        4L * spark.sparkContext().defaultParallelism());
    }

    Maintained run() throws IOException {
        Snapshot before = newest();
        requireColumns(before);
        if (how.keep().isPresent()) {
            Path folder = new Path(location);
            requireNoOtherTable(table, folder.getFileSystem(log.newDeltaHadoopConf()), folder, DEPTH);
        }
        return how.dryRun() ? estimate(before) : maintain(before);
    }

    private Maintained maintain(Snapshot before) {
        rewrite();
        FaultPoint.hit("maintain.rewritten");
        long removed = how.keep().isPresent() ? vacuum(kept(before)) : 0;
        FaultPoint.hit("maintain.vacuumed");
        Snapshot after = newest();
        if (how.keep().isPresent() && after.checkpointProvider().version() < after.version()) {
            log.checkpointAndCleanUpDeltaLog(after, Option.empty());
        }
        return new Maintained(table, size(before), size(after), removed, wholeFrom(before, removed));
    }

    private void rewrite() {
        set("optimize.minFileSize", Long.toString(how.targetBytes()));
        set("optimize.maxFileSize", Long.toString(how.targetBytes()));
        var optimize = DeltaTable.forPath(spark, location).optimize();
        if (how.zorder().isEmpty()) {
            optimize.executeCompaction();
        } else {
            optimize.executeZOrderBy(how.zorder().toArray(String[]::new));
        }
    }

    /** Leaves the table's history alone when there is nothing to remove. */
    private long vacuum(Duration keep) {
        if (removable(keep) == 0) {
            return 0;
        }
        set("vacuum.parallelDelete.enabled", "true");
        set("vacuum.logging.enabled", "true"); // the history then says how many files were removed
        DeltaTable delta = DeltaTable.forPath(spark, location);
        // Delta prints what it removed, to where results of ours go.
        scala.Console.withOut(OutputStream.nullOutputStream(), () -> delta.vacuum(hours(keep)));
        Row end = delta.history(1).select("operationMetrics").head();
        return Long.parseLong(end.<String, String>getJavaMap(0).get("numDeletedFiles"));
    }

    private long removable(Duration keep) {
        return VACUUM.gc(
                        spark,
                        log,
                        true,
                        Option.apply(hours(keep)),
                        VACUUM.gc$default$5(),
                        VACUUM.gc$default$6(),
                        VACUUM.gc$default$7(),
                        VACUUM.gc$default$8())
                .count();
    }

    private Maintained estimate(Snapshot now) {
        Column bytes = col("size");
        Column joined = how.zorder().isEmpty() ? bytes.lt(how.targetBytes()) : lit(true);
        Column files = count(when(joined, 1));
        Column parts = sum(when(joined, bytes)).divide(how.targetBytes());
        Column written = how.zorder().isEmpty()
                ? when(files.gt(1), ceil(parts)).otherwise(files)
                : greatest(floor(parts), lit(1L));
        Row after = now.allFiles()
                .toDF()
                .groupBy(to_json(col("partitionValues"))) // files of different partitions stay apart
                .agg(count(when(not(joined), 1)).plus(written).as("files"))
                .agg(coalesce(sum("files"), lit(0L)))
                .head();
        long removed = how.keep().isPresent() ? removable(kept(now)) : 0;
        return new Maintained(
                table,
                size(now),
                new Maintained.Size(after.getLong(0), now.sizeInBytes()),
                removed,
                wholeFrom(now, removed));
    }

    /** What is asked for, or what the table's own property asks for when that is longer. */
    private Duration kept(Snapshot snapshot) {
        Duration own = Duration.ofMillis(DeltaLog.tombstoneRetentionMillis(snapshot.metadata()));
        Duration asked = how.keep().orElseThrow();
        return own.compareTo(asked) > 0 ? own : asked;
    }

    /** The version that was the newest when the time began that is kept. */
    private OptionalLong wholeFrom(Snapshot snapshot, long removed) {
        return removed == 0
                ? OptionalLong.empty()
                : OptionalLong.of(log.history()
                        .getActiveCommitAtTime(Timestamp.from(Instant.now().minus(kept(snapshot))), true, false, true)
                        .version());
    }

    private void requireColumns(Snapshot snapshot) {
        List<String> columns = List.of(snapshot.metadata().schema().fieldNames());
        List<String> partitions = List.of(snapshot.metadata().partitionSchema().fieldNames());
        for (String column : how.zorder()) {
            if (partitions.contains(column)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "table " + table + " is partitioned by " + column + ", so that its values are apart already",
                        "order by other columns");
            }
            if (!columns.contains(column)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "table " + table + " has no column '" + column + "'"
                                + Nearest.of(column, columns)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse(""),
                        "columns: " + String.join(", ", columns));
            }
        }
    }

    /** Removes a table's folder, where it is there and no other table lies in it. */
    static void remove(TableName table, Path folder, Configuration hadoop) {
        try {
            FileSystem files = folder.getFileSystem(hadoop);
            if (files.exists(folder)) {
                requireNoOtherTable(table, files, folder, DEPTH);
                // The log first: what has none is no table, while a log without files is one that cannot be read.
                files.delete(new Path(folder, "_delta_log"), true);
                FaultPoint.hit("drop.log");
                files.delete(folder, true);
            }
        } catch (IOException failure) {
            throw Failures.classify(failure);
        }
    }

    /** To Delta every file below a table's folder is the table's, so it would remove those of a table in there. */
    private static void requireNoOtherTable(TableName table, FileSystem files, Path folder, int depth)
            throws IOException {
        RemoteIterator<FileStatus> children = files.listStatusIterator(folder);
        while (children.hasNext()) {
            FileStatus child = children.next();
            String name = child.getPath().getName();
            if (!child.isDirectory() || name.startsWith("_") || name.startsWith(".") || name.contains("=")) {
                continue;
            }
            if (files.exists(new Path(child.getPath(), "_delta_log"))) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "another table lies in the folder of " + table + ": " + child.getPath(),
                        "nothing is removed there, since that could be the other table's files; give one of the two a name"
                                + " that is not the beginning of the other's");
            }
            if (depth > 1) {
                requireNoOtherTable(table, files, child.getPath(), depth - 1);
            }
        }
    }

    private Snapshot newest() {
        return log.update(false, Option.empty(), Option.empty());
    }

    private static Maintained.Size size(Snapshot snapshot) {
        return new Maintained.Size(snapshot.numOfFiles(), snapshot.sizeInBytes());
    }

    private static double hours(Duration keep) {
        return Math.ceil(keep.toSeconds() / 3600.0);
    }

    private void set(String setting, String value) {
        spark.conf().set("spark.databricks.delta." + setting, value);
    }
}
