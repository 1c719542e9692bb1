package dev.sluice.adapter.delta;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.pipeline.Failures;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Draft;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Partitions;
import dev.sluice.port.Tables;
import io.delta.exceptions.DeltaConcurrentModificationException;
import io.delta.kernel.engine.Engine;
import io.delta.tables.DeltaTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.schema.DeltaInvariantViolationException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Delta tables at {@code ROOT/bronze/flights}. Every commit has the run key as {@code txnAppId} and 0 as {@code
 * txnVersion}: never a date as version, because Delta silently drops a version that is not above the last, and with it
 * the backfill of an older interval.
 */
public final class DeltaTables implements Tables {
    private static final int ATTEMPTS = 3;

    /** Of a table that is made. */
    static final Map<String, String> SETTINGS = Map.of(
            // A run may be repeated a month later; its transaction must still be known then.
            "delta.setTransactionRetentionDuration", "interval 60 days", "delta.checkpointInterval", "50");

    private final Supplier<SparkSession> spark;
    private final Engine engine;
    private final Configuration hadoop;
    private final String root;
    private final Map<TableName, LandedKeys> keys = new ConcurrentHashMap<>();

    /**
     * Tables below a root.
     *
     * @param spark asked when rows are read or written; what the log says is known without
     * @param hadoop how the root's file system is opened
     * @param root absolute folder, as Hadoop opens it
     */
    public DeltaTables(Supplier<SparkSession> spark, Configuration hadoop, String root) {
        this.spark = spark;
        this.engine = DeltaLogFiles.engine(hadoop);
        this.hadoop = hadoop;
        this.root = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
    }

    @Override
    public String location(TableName table) {
        return root + "/" + table.path();
    }

    @Override
    public Optional<TableVersion> latest(TableName table) {
        return log(table).newest().map(version -> new TableVersion(table, version));
    }

    @Override
    public StructType columns(TableVersion version) {
        return (StructType)
                DataType.fromJson(log(version.table()).files(version.version()).schema());
    }

    @Override
    public Dataset<Row> read(TableVersion version) {
        return spark.get()
                .read()
                .format("delta")
                .option("versionAsOf", version.version())
                .load(location(version.table()));
    }

    @Override
    public boolean hasRows(TableVersion version, String condition) {
        Dataset<Row> rows = read(version).where(expr(condition));
        return log(version.table())
                .files(version.version())
                .of(rows)
                .filter(files -> files.stream().allMatch(file -> file.rows() >= 0))
                .map(files -> files.stream().anyMatch(file -> file.rows() > 0))
                .orElseGet(() -> !rows.isEmpty());
    }

    @Override
    public Partitions partitions(TableVersion version) {
        return DeltaPartitions.of(log(version.table()).files(version.version()).contents(), spark.get());
    }

    @Override
    public Optional<TableVersion> landed(TableName table, RunKey key) {
        return log(table).find(key).map(entry -> new TableVersion(table, entry.version()));
    }

    @Override
    public Optional<Draft> draft(Commit commit) {
        Optional<DraftedFiles> files;
        try {
            files = DraftedFiles.write(spark.get(), location(commit.table()), commit);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            return Optional.empty(); // another Delta than the one we were built with
        } catch (Exception e) { // Spark throws checked ones that no signature names
            throw translate(commit, e, false);
        }
        LandedKeys landed = keys.computeIfAbsent(commit.table(), table -> new LandedKeys());
        return files.map(written -> new Draft() {
            @Override
            public Dataset<Row> rows() {
                return written.rows();
            }

            @Override
            public long count() {
                return written.count();
            }

            @Override
            public Committed commit() {
                DeltaLogFiles log = log(commit.table());
                return tried(commit, () -> written.commit(landed, log)
                        .orElseGet(() -> committed(commit, found(commit, log), true)));
            }

            @Override
            public void discard() {
                written.discard();
            }
        });
    }

    @Override
    public Committed commit(Commit commit) {
        Optional<Draft> draft = draft(commit);
        if (draft.isPresent()) {
            return draft.get().commit();
        }
        Optional<DeltaLogFiles.Entry> before = log(commit.table()).find(commit.key());
        if (before.isPresent()) {
            return committed(commit, before.get(), true);
        }
        return tried(commit, () -> {
            write(commit);
            return committed(commit, found(commit, log(commit.table())), false);
        });
    }

    /** What a write gave. It is repeated when another writer came between, and asked for in the log when it failed. */
    private Committed tried(Commit commit, Callable<Committed> write) {
        DeltaLogFiles log = log(commit.table());
        for (int attempt = 1; ; attempt++) {
            try {
                FaultPoint.hit("commit.before");
                Committed committed = write.call();
                if (!committed.earlier()) {
                    FaultPoint.hit("commit.after");
                }
                return committed;
            } catch (Exception | Error failure) { // Spark throws checked ones that no signature names
                Optional<DeltaLogFiles.Entry> landed = log.find(commit.key());
                if (landed.isPresent()) {
                    return committed(commit, landed.get(), false);
                }
                boolean conflict = causes(failure, DeltaConcurrentModificationException.class);
                if (!conflict || attempt == ATTEMPTS) {
                    throw translate(commit, failure, conflict);
                }
            }
        }
    }

    private static DeltaLogFiles.Entry found(Commit commit, DeltaLogFiles log) {
        return log.find(commit.key())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.OUTCOME_UNKNOWN,
                        "the commit to " + commit.table() + " was answered, but its transaction is not in the log",
                        "run the same command again: it finds what landed"));
    }

    @Override
    public Maintained maintain(TableName table, Maintenance maintenance) {
        if (log(table).newest().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "table " + table + " does not exist at " + location(table),
                    "run the step that makes it first, or check the name and the lake's root");
        }
        try {
            return new DeltaMaintenance(spark.get(), table, location(table), maintenance).run();
        } catch (Exception failure) { // Spark throws checked ones that no signature names
            if (causes(failure, DeltaConcurrentModificationException.class)) {
                throw new SluiceException(
                        ErrorCode.COMMIT_CONFLICT,
                        "another writer changed " + table + " while its files were being written anew",
                        "its rows are as that writer left them; run the same command again",
                        failure);
            }
            throw rethrow(failure);
        }
    }

    @Override
    public TableVersion widen(TableName table, StructType columns, RunKey key, long epoch) {
        TableVersion newest = latest(table).orElseThrow();
        Dataset<Row> rows = read(newest);
        for (StructField column : columns.fields()) {
            rows = rows.withColumn(column.name(), col(column.name()).cast(column.dataType()));
        }
        List<String> partitions = List.of(DeltaTable.forPath(spark.get(), location(table))
                .detail()
                .select("partitionColumns")
                .head()
                .<String>getList(0)
                .toArray(String[]::new));
        return commit(new Commit(table, rows, new Commit.Mode.Overwrite(), key, epoch, partitions))
                .version();
    }

    @Override
    public void drop(TableName table) {
        DeltaMaintenance.remove(table, new Path(location(table)), hadoop);
        keys.remove(table);
        DeltaLog.clearCache(); // that of one table wants a session
    }

    private void write(Commit commit) {
        boolean exists = log(commit.table()).newest().isPresent();
        if (commit.mode() instanceof Commit.Mode.Merge merge && exists) {
            merge(commit, merge);
            return;
        }
        DataFrameWriter<Row> writer = commit.rows()
                .write()
                .format("delta")
                .option("txnAppId", commit.key().text())
                .option("txnVersion", 0)
                .option("userMetadata", metadata(commit))
                .options(SETTINGS);
        Commit.Mode mode = commit.mode();
        if (mode instanceof Commit.Mode.Append || mode instanceof Commit.Mode.Merge) {
            writer.mode(SaveMode.Append).option("mergeSchema", true);
        } else if (mode instanceof Commit.Mode.Overwrite) {
            writer.mode(SaveMode.Overwrite).option("overwriteSchema", true);
        } else if (mode instanceof Commit.Mode.ReplaceWhere slice) {
            if (!exists) {
                refuseOutside(commit, slice);
            }
            writer.mode(SaveMode.Overwrite).option("mergeSchema", true).option("replaceWhere", slice.predicate());
        }
        if (!commit.partitionBy().isEmpty()) {
            writer.partitionBy(commit.partitionBy().toArray(String[]::new));
        }
        writer.save(location(commit.table()));
    }

    /** A merge takes its transaction from the session's settings, so it has a session of its own. */
    private void merge(Commit commit, Commit.Mode.Merge merge) {
        SparkSession session = spark.get().newSession();
        session.conf().set("spark.databricks.delta.write.txnAppId", commit.key().text());
        session.conf().set("spark.databricks.delta.write.txnVersion", "0");
        session.conf().set("spark.databricks.delta.commitInfo.userMetadata", metadata(commit));
        DeltaTable table = DeltaTable.forPath(session, location(commit.table()));
        StructType there = table.toDF().schema();
        List<String> order = merge.totalOrder(List.of(commit.rows().columns()));
        String fresh = struct(order, name -> side("new", name));
        String known = struct(
                order, name -> List.of(there.fieldNames()).contains(name) ? side("old", name) : absent(commit, name));
        table.as("old")
                .merge(
                        commit.rows().as("new"),
                        merge.key().stream()
                                .map(name -> side("old", name) + " <=> " + side("new", name))
                                .collect(Collectors.joining(" AND ")))
                .withSchemaEvolution()
                .whenMatched(fresh + " > " + known)
                .updateAll()
                .whenNotMatched()
                .insertAll()
                .execute();
    }

    private static String struct(List<String> columns, UnaryOperator<String> value) {
        return columns.stream()
                .map(name -> "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "', " + value.apply(name))
                .collect(Collectors.joining(", ", "named_struct(", ")"));
    }

    /** What a column of the new rows is in a table that does not have it yet. */
    private static String absent(Commit commit, String column) {
        return "CAST(NULL AS " + commit.rows().schema().apply(column).dataType().sql() + ")";
    }

    private static String side(String side, String column) {
        return side + ".`" + column.replace("`", "``") + "`";
    }

    static String metadata(Commit commit) {
        return "{\"sluice\":{\"run_key\":\"" + commit.key() + "\",\"epoch\":" + commit.epoch() + "}}";
    }

    private SluiceException translate(Commit commit, Throwable failure, boolean conflict) {
        if (conflict) {
            return new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "another writer changed " + commit.table() + " while it was being written, " + ATTEMPTS + " times",
                    "nothing was published; run the same command again",
                    failure);
        }
        String message = String.valueOf(failure.getMessage());
        if (causes(failure, DeltaInvariantViolationException.class)
                || message.contains("DELTA_REPLACE_WHERE_MISMATCH")
                || message.contains("does not conform to partial table overwrite")) {
            return outside(commit, (Commit.Mode.ReplaceWhere) commit.mode(), failure);
        }
        throw rethrow(failure);
    }

    /** Delta itself looks at this only where there is a table already. */
    private static void refuseOutside(Commit commit, Commit.Mode.ReplaceWhere slice) {
        if (!commit.rows()
                .where(not(coalesce(expr(slice.predicate()), lit(false))))
                .isEmpty()) {
            throw outside(commit, slice, null);
        }
    }

    private static SluiceException outside(Commit commit, Commit.Mode.ReplaceWhere slice, Throwable cause) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                "rows for " + commit.table() + " lie outside of the dates that are replaced (" + slice.predicate()
                        + ")",
                "derive the date column from the column that select compares with the interval, in the pipeline's zone",
                cause);
    }

    private static RuntimeException rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : Failures.classify(failure);
    }

    private static boolean causes(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static Committed committed(Commit commit, DeltaLogFiles.Entry entry, boolean earlier) {
        return new Committed(new TableVersion(commit.table(), entry.version()), entry.rows(), earlier);
    }

    private DeltaLogFiles log(TableName table) {
        return new DeltaLogFiles(engine, hadoop, location(table));
    }
}
