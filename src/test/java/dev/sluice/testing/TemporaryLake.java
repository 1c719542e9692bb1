package dev.sluice.testing;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.pipeline.Fence;
import dev.sluice.pipeline.History;
import dev.sluice.pipeline.Ledger;
import dev.sluice.pipeline.StagedPublisher;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Draft;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Partitions;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Real tables and storage below a folder, with records and metadata kept in memory, for tests of one step after another.
 * What the first step reads is given.
 */
public final class TemporaryLake {
    private final Kept kept = new Kept();
    private final SparkSession spark;
    private final Tables written;
    private final Map<TableVersion, Dataset<Row>> given = new HashMap<>();
    private final Tables tables = new WrittenAndGiven();
    private final Storage storage;
    private final List<StepRecord> records = new ArrayList<>();
    private final Set<String> appended = new HashSet<>();
    private final Map<String, List<Map<String, Object>>> metadata = new HashMap<>();
    private final List<String> said = new ArrayList<>();

    /** An empty lake. */
    public TemporaryLake(SparkSession spark, Path root) {
        this.spark = spark;
        String absolute = Storages.absolute(root.toString());
        this.written = new DeltaTables(() -> spark, spark.sparkContext().hadoopConfiguration(), absolute);
        this.storage = Storages.of(absolute, spark.sparkContext().hadoopConfiguration());
    }

    public Tables tables() {
        return tables;
    }

    public Storage storage() {
        return storage;
    }

    /** Gives a table these rows, without writing them. */
    public void put(String table, Dataset<Row> rows) {
        given.put(new TableVersion(new TableName(table), 0), rows);
    }

    /** Runs a work and records it. */
    public StepResult run(Work work, Interval interval, ZoneId zone) {
        RunKey key = RunKey.of("test", work.target(), interval, work.settings());
        StepResult result = work.run(context(key, interval, zone));
        records.add(
                0,
                new StepRecord(
                        key, "run", work.target(), interval, work.settings(), "test", 1, Instant.EPOCH, 0, result));
        return result;
    }

    /** Rows of a kind of metadata, by column. */
    public List<Map<String, Object>> metadata(String kind) {
        return List.copyOf(metadata.getOrDefault(kind, List.of()));
    }

    /** Everything that was said so far. */
    public synchronized List<String> said() {
        return List.copyOf(said);
    }

    private synchronized void say(String message) {
        said.add(message);
    }

    private StepContext context(RunKey key, Interval interval, ZoneId zone) {
        return new StepContext(
                spark,
                "test",
                zone,
                interval,
                "run",
                key,
                new Held(),
                tables,
                storage,
                new StagedPublisher(new DeequChecks()),
                kept,
                new Past(),
                this::say);
    }

    private final class WrittenAndGiven implements Tables {
        @Override
        public Optional<TableVersion> latest(TableName table) {
            TableVersion version = new TableVersion(table, 0);
            return given.containsKey(version) ? Optional.of(version) : written.latest(table);
        }

        @Override
        public StructType columns(TableVersion version) {
            return given.containsKey(version) ? given.get(version).schema() : written.columns(version);
        }

        @Override
        public Dataset<Row> read(TableVersion version) {
            return given.containsKey(version) ? given.get(version) : written.read(version);
        }

        @Override
        public boolean hasRows(TableVersion version, String condition) {
            return !read(version).where(condition).isEmpty();
        }

        @Override
        public Partitions partitions(TableVersion version) {
            return given.containsKey(version)
                    ? new Partitions(
                            given.get(version).schema(), List.of(), new TreeMap<>(Map.of("", "given " + version)))
                    : written.partitions(version);
        }

        @Override
        public Optional<TableVersion> landed(TableName table, RunKey key) {
            return written.landed(table, key);
        }

        @Override
        public Optional<Draft> draft(Commit commit) {
            return written.draft(commit);
        }

        @Override
        public Committed commit(Commit commit) {
            return written.commit(commit);
        }

        @Override
        public Maintained maintain(TableName table, Maintenance maintenance) {
            return written.maintain(table, maintenance);
        }

        @Override
        public TableVersion widen(TableName table, StructType columns, RunKey key, long epoch) {
            return written.widen(table, columns, key, epoch);
        }

        @Override
        public void drop(TableName table) {
            written.drop(table);
        }

        @Override
        public String location(TableName table) {
            return written.location(table);
        }
    }

    private static final class Held implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }

    private final class Kept implements Ledger {
        private final Map<String, List<Row>> rows = new HashMap<>();

        @Override
        public void append(String kind, StructType columns, List<Row> rows, RunKey key) {
            if (!appended.add(kind + key)) {
                return;
            }
            Dataset<Row> added = spark.createDataFrame(rows, columns)
                    .withColumn("run_id", functions.lit("run of a test"))
                    .withColumn("run_key", functions.lit(key.text()));
            for (Row row : added.collectAsList()) {
                this.rows.computeIfAbsent(kind, k -> new ArrayList<>()).add(row);
                Map<String, Object> values = new HashMap<>();
                for (String column : columns.fieldNames()) {
                    values.put(column, row.getAs(column));
                }
                metadata.computeIfAbsent(kind, k -> new ArrayList<>()).add(values);
            }
        }
    }

    private final class Past implements History {
        @Override
        public void scan(String kind, Predicate<Row> visitor) {
            for (Row row : kept.rows.getOrDefault(kind, List.of())) {
                if (!visitor.test(row)) {
                    return;
                }
            }
        }

        @Override
        public void scanAll(String kind, Predicate<Row> visitor) {
            scan(kind, visitor);
        }

        @Override
        public Optional<StepRecord> done(RunKey key) {
            return records.stream().filter(record -> record.key().equals(key)).findFirst();
        }

        @Override
        public List<StepRecord> all() {
            return List.copyOf(records);
        }
    }
}
