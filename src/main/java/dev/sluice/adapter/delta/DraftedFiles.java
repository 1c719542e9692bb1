package dev.sluice.adapter.delta;

import static org.apache.spark.sql.functions.expr;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.pipeline.Failures;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.DeltaLog$;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.DeltaOptions;
import org.apache.spark.sql.delta.DummySnapshot;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.delta.actions.SetTransaction;
import org.apache.spark.sql.delta.commands.WriteIntoDelta;
import org.apache.spark.sql.delta.constraints.Constraint;
import org.apache.spark.sql.delta.constraints.Constraints;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The rows of a commit as files in their table's folder, which the transaction log does not name yet. Delta's own writer
 * makes them, with statistics, and Delta's own transaction adds them later, so that rows are not copied to be published.
 * Delta has no public way to do one without the other.
 */
final class DraftedFiles {
    /** Settings of a table that have no say in how its files are written. A table with any other takes rows from Delta alone. */
    private static final Set<String> HARMLESS = Set.of(
            "delta.setTransactionRetentionDuration",
            "delta.checkpointInterval",
            "delta.logRetentionDuration",
            "delta.deletedFileRetentionDuration",
            "delta.enableExpiredLogCleanup");

    private final SparkSession spark;
    private final DeltaLog log;
    private final Commit commit;
    private final Metadata metadata;
    private final List<AddFile> files;

    /** From here on the log may name the files, whatever Delta answers. */
    private boolean isTried;

    private DraftedFiles(SparkSession spark, DeltaLog log, Commit commit, Metadata metadata, List<AddFile> files) {
        this.spark = spark;
        this.log = log;
        this.commit = commit;
        this.metadata = metadata;
        this.files = files;
    }

    /** Writes the rows; empty, and nothing is read, where the mode or the table does not allow it. */
    static Optional<DraftedFiles> write(SparkSession spark, String location, Commit asked) {
        if (asked.mode() instanceof Commit.Mode.Merge) {
            return Optional.empty();
        }
        DeltaLog log = DeltaLog$.MODULE$.forTable(spark, location);
        Snapshot known = log.update(false, Option.empty(), Option.empty());
        if (!isPlain(known.metadata())) {
            return Optional.empty();
        }
        // This transaction describes the files and is never committed, so it may take the rows' schema whatever the
        // table's is.
        OptimisticTransaction writing = log.startTransaction(Option.empty(), Option.apply(known));
        boolean replaces = asked.mode() instanceof Commit.Mode.Overwrite || known.version() < 0;
        Commit commit = replaces ? asked : namedAs(known.metadata().schema(), asked);
        List<String> partitionBy =
                replaces ? commit.partitionBy() : java(known.metadata().partitionColumns());
        describe(spark, log, writing, commit, SaveMode.Overwrite, partitionBy);
        List<Constraint> constraints = new ArrayList<>();
        if (commit.mode() instanceof Commit.Mode.ReplaceWhere slice) {
            constraints.add(new Constraints.Check(
                    "rows of the slice", expr(slice.predicate()).expr()));
        }
        List<AddFile> files = new ArrayList<>();
        for (FileAction file :
                java(writing.writeFiles(commit.rows(), Option.apply(options(spark, Map.of())), scala(constraints)))) {
            files.add((AddFile) file);
        }
        return Optional.of(new DraftedFiles(spark, log, commit, writing.metadata(), files));
    }

    private static boolean isPlain(Metadata metadata) {
        return HARMLESS.containsAll(
                        JavaConverters.mapAsJavaMap(metadata.configuration()).keySet())
                // Columns that Delta computes or numbers say so beside their types.
                && !String.valueOf(metadata.schemaString()).contains("\"delta.");
    }

    /** With the names that the table has, which may differ in letter case: other readers tell them apart. */
    private static Commit namedAs(StructType table, Commit commit) {
        Dataset<Row> rows = commit.rows();
        for (String name : rows.columns()) {
            int at = DeclaredColumns.indexOf(table, name);
            if (at >= 0 && !table.apply(at).name().equals(name)) {
                rows = rows.withColumnRenamed(name, table.apply(at).name());
            }
        }
        return new Commit(commit.table(), rows, commit.mode(), commit.key(), commit.epoch(), commit.partitionBy());
    }

    /** The rows, from the files. */
    Dataset<Row> rows() {
        return log.createDataFrame(
                new DummySnapshot(log.logPath(), log, metadata, Option.empty()), scala(files), false, Option.empty());
    }

    /** The rows that the files hold, by their statistics. */
    long count() {
        long rows = 0;
        for (AddFile file : files) {
            if (file.numLogicalRecords().isEmpty()) {
                return rows().count(); // the session was told to collect no statistics
            }
            rows += (Long) file.numLogicalRecords().get();
        }
        return rows;
    }

    /** One try to commit; empty where the key has landed before. What Delta throws is thrown. */
    Optional<Committed> commit(LandedKeys landed, DeltaLogFiles logFiles) {
        Publication transaction = new Publication(log);
        Snapshot newest = transaction.snapshot();
        boolean exists = newest.version() >= 0;
        if (exists && landed.contain(commit.key(), logFiles, newest.metadata().id(), newest.version())) {
            if (!isTried) {
                discard();
            }
            return Optional.empty();
        }
        // Whoever commits the same key from now on makes this commit fail.
        transaction.readTxn().$plus$eq(commit.key().text());
        SaveMode mode = commit.mode() instanceof Commit.Mode.Append ? SaveMode.Append : SaveMode.Overwrite;
        Optional<String> slice = commit.mode() instanceof Commit.Mode.ReplaceWhere replace
                ? Optional.of(replace.predicate())
                : Optional.empty();
        describe(
                spark,
                log,
                transaction,
                commit,
                slice.isPresent() && exists ? SaveMode.Append : mode,
                commit.partitionBy());
        requireSamePartitions(transaction.metadata());
        List<Action> actions = new ArrayList<>();
        ReplacedFiles replaced = new ReplacedFiles(spark, log, transaction, logFiles);
        if (exists && slice.isPresent()) {
            actions.addAll(replaced.of(slice.get()));
        } else if (exists && mode == SaveMode.Overwrite) {
            actions.addAll(replaced.all());
        }
        actions.addAll(files);
        actions.add(new SetTransaction(
                commit.key().text(), 0, Option.apply(log.clock().getTimeMillis())));
        transaction.registerSQLMetrics(spark, metrics());
        isTried = true;
        long version = transaction.commit(
                scala(actions),
                new DeltaOperations.Write(
                        mode,
                        Option.apply(scala(commit.partitionBy())),
                        Option.apply(slice.orElse(null)),
                        Option.apply(DeltaTables.metadata(commit))));
        if (transaction.isCheckpointDue) {
            logFiles.checkpoint(version);
        }
        return Optional.of(new Committed(new TableVersion(commit.table(), version), count(), false));
    }

    /** Deletes the files, and the folders that they alone were in. */
    void discard() {
        try {
            FileSystem storage = log.dataPath().getFileSystem(log.newDeltaHadoopConf());
            for (AddFile file : files) {
                Path path = new Path(log.dataPath(), new Path(URI.create(file.path())));
                storage.delete(path, false);
                for (Path folder = path.getParent();
                        !folder.equals(log.dataPath().getParent()) && storage.listStatus(folder).length == 0;
                        folder = folder.getParent()) {
                    storage.delete(folder, false);
                }
            }
        } catch (IOException e) {
            throw Failures.classify(e);
        }
    }

    /** Leaves the checkpoint to us: Delta's way to one is jobs of Spark, by which it counts the files of the table too. */
    private static final class Publication extends OptimisticTransaction {
        private boolean isCheckpointDue;

        Publication(DeltaLog log) {
            super(log, Option.empty(), Option.<Snapshot>empty());
        }

        @Override
        public void setNeedsCheckpoint(long version, Snapshot committed) {
            super.setNeedsCheckpoint(version, committed);
            isCheckpointDue = needsCheckpoint();
            needsCheckpoint_$eq(false);
        }
    }

    private static void describe(
            SparkSession spark,
            DeltaLog log,
            OptimisticTransaction transaction,
            Commit commit,
            SaveMode mode,
            List<String> partitionBy) {
        boolean overwrites = mode == SaveMode.Overwrite;
        WriteIntoDelta write = new WriteIntoDelta(
                log,
                mode,
                options(spark, Map.of(overwrites ? "overwriteSchema" : "mergeSchema", "true")),
                scala(partitionBy),
                scala(DeltaTables.SETTINGS),
                commit.rows(),
                Option.empty(),
                Option.empty());
        write.updateMetadata(
                spark,
                transaction,
                commit.rows().schema(),
                scala(partitionBy),
                scala(DeltaTables.SETTINGS),
                overwrites,
                false);
    }

    private void requireSamePartitions(Metadata now) {
        if (!now.partitionColumns().equals(metadata.partitionColumns())) {
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    commit.table() + " is partitioned by " + java(now.partitionColumns()) + ", the rows are written by "
                            + java(metadata.partitionColumns()),
                    "nothing was published; give the table's write the partition_by that the table has, or run the same"
                            + " command again if another writer has just changed it");
        }
    }

    /** What the table's history says of the commit. */
    private scala.collection.immutable.Map<String, SQLMetric> metrics() {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("numFiles", (long) files.size());
        values.put("numOutputRows", count());
        values.put("numOutputBytes", files.stream().mapToLong(AddFile::size).sum());
        Map<String, SQLMetric> metrics = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            SQLMetric metric = SQLMetrics.createMetric(spark.sparkContext(), name);
            metric.set(value);
            metrics.put(name, metric);
        });
        return scala(metrics);
    }

    private static DeltaOptions options(SparkSession spark, Map<String, String> options) {
        return new DeltaOptions(scala(options), spark.sessionState().conf());
    }

    static <T> List<T> java(Seq<T> values) {
        return JavaConverters.seqAsJavaList(values);
    }

    static <T> Seq<T> scala(List<T> values) {
        return JavaConverters.asScalaBuffer(values).toList();
    }

    static <V> scala.collection.immutable.Map<String, V> scala(Map<String, V> values) {
        scala.collection.immutable.Map<String, V> map = scala.collection.immutable.Map$.MODULE$.empty();
        for (Map.Entry<String, V> entry : values.entrySet()) {
            map = map.$plus(new Tuple2<>(entry.getKey(), entry.getValue()));
        }
        return map;
    }
}
