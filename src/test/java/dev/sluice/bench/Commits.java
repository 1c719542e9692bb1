package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.port.Commit;
import dev.sluice.port.Maintenance;
import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Commits and what they leave behind, against Delta by itself.
 *
 * @param work folder for tables, which does not exist before
 */
record Commits(Path project, Path work) {
    private static final int COMMITS = 25;
    private static final int SMALL = 200;

    /** Between the fiftieth commit, which writes a checkpoint, and the start. */
    private static final int EARLIER = 35;

    private static final String DAY = "DATE '2024-03-15'";
    private static final TableName DAYS = new TableName("gold.days");
    private static final TableName RECORDS = new TableName("_sluice.records");
    private static final StructType RECORD =
            new StructType().add("n", DataTypes.LongType).add("text", DataTypes.StringType);

    List<Benchmark> all() {
        return List.of(appends(), shortRuns(), backfill(), smallFiles());
    }

    /** T1: what it costs that a commit is made once. */
    private Benchmark appends() {
        TableName table = new TableName("bronze.appended");
        Path lake = work.resolve("appends");
        Path peer = work.resolve("appends-peer");
        return new Benchmark(
                "T1",
                COMMITS + " appends of 100 rows in each of 4 rounds on one table; peer: Delta's own append",
                new Side.Inside(
                        () -> {},
                        () -> {
                            DeltaTables tables = tables(lake);
                            for (int i = 0; i < COMMITS; i++) {
                                tables.commit(append(table));
                            }
                        },
                        () -> rows(lake.resolve(table.path())) % (100 * COMMITS) + " rows more or less"),
                Optional.of(new Side.Inside(
                        () -> {},
                        () -> {
                            for (int i = 0; i < COMMITS; i++) {
                                hundred()
                                        .write()
                                        .format("delta")
                                        .mode(SaveMode.Append)
                                        .option("delta.checkpointInterval", "50") // as ours: not what is compared
                                        .save(peer.toString());
                            }
                        },
                        () -> rows(peer) % (100 * COMMITS) + " rows more or less")),
                new Target.CpuOfPeer(1.08));
    }

    /** T2: no run pays for all that went before. */
    private Benchmark shortRuns() {
        Path lake = work.resolve("short-runs");
        Side run = new Side.Command(oneCommit(lake), Map.of(), String::strip);
        return new Benchmark(
                "T2",
                "30 processes that make one commit each, the fiftieth of the table among them; time of the commit",
                () -> {
                    if (!Files.exists(lake)) {
                        DeltaTables tables = tables(lake);
                        for (int i = 0; i < EARLIER; i++) {
                            tables.commit(append(OneCommit.TABLE));
                        }
                    }
                    Measured whole = run.run();
                    return new Measured("committed", whole.cpuSeconds(), Double.parseDouble(whole.result()));
                },
                Optional.empty(),
                new Target.WorstOfMedian(3));
    }

    private List<String> oneCommit(Path lake) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "@" + project.resolve("target/spark.jvmopts"),
                "-Dlog4j2.configurationFile=file:" + project.resolve("conf/log4j2.properties"),
                "-cp",
                System.getProperty("java.class.path"),
                OneCommit.class.getName(),
                lake.toString());
    }

    /** T3: a day is computed again. A MERGE that also deleted what is gone would have to read the other days. */
    private Benchmark backfill() {
        Path lake = work.resolve("backfill");
        Path peer = work.resolve("backfill-peer").resolve(DAYS.path());
        // Other values than the table's, so that a backfill that did nothing has another result.
        Dataset<Row> day = days().where("day = " + DAY).withColumn("amount", expr("amount + 1"));
        return new Benchmark(
                "T3",
                "one of 30 days of 2,000,000 rows replaced; peer: MERGE by key within the day",
                new Side.Inside(
                        () -> write(lake.resolve(DAYS.path())),
                        () -> tables(lake)
                                .commit(new Commit(
                                        DAYS,
                                        day,
                                        new Commit.Mode.ReplaceWhere("day = " + DAY),
                                        newKey(),
                                        1,
                                        List.of("day"))),
                        () -> content(lake.resolve(DAYS.path()))),
                Optional.of(new Side.Inside(() -> write(peer), () -> merge(peer, day), () -> content(peer))),
                new Target.CpuOfPeer(0.4));
    }

    private static void merge(Path table, Dataset<Row> day) {
        DeltaTable.forPath(LocalSpark.session(), table.toString())
                .as("old")
                .merge(day.as("new"), "old.id = new.id and old.day = " + DAY)
                .whenMatched()
                .updateAll()
                .whenNotMatched()
                .insertAll()
                .execute();
    }

    private static Dataset<Row> days() {
        return LocalSpark.session()
                .range(0, 2_000_000, 1, 4)
                .selectExpr(
                        "id",
                        "date_add(DATE '2024-03-01', int(id % 30)) as day",
                        "pmod(hash(id), 100000) / 100 as amount",
                        "sha1(string(id)) as text");
    }

    private static void write(Path table) {
        if (!Files.exists(table)) {
            days().repartition(2, col("day"))
                    .write()
                    .format("delta")
                    .partitionBy("day")
                    .save(table.toString());
        }
    }

    private static String content(Path table) {
        return read(table)
                .agg(count(lit(1)), sum("id"), sum(expr("bigint(round(100 * amount))")))
                .head()
                .toString();
    }

    /** T5: what readers pay for many small files. */
    private Benchmark smallFiles() {
        Path maintained = work.resolve("maintained");
        Path grown = work.resolve("grown");
        return new Benchmark(
                "T5",
                SMALL + " appends of 500 rows, then a read, after maintain; peer: without",
                new Side.Inside(
                        () -> {
                            if (append(maintained)) {
                                tables(maintained)
                                        .maintain(
                                                RECORDS,
                                                new Maintenance(
                                                        128 << 20,
                                                        List.of(),
                                                        Optional.of(Maintenance.SHORTEST_KEEP),
                                                        false));
                            }
                        },
                        () -> sumOfRecords(maintained),
                        () -> sumOfRecords(maintained)),
                Optional.of(new Side.Inside(() -> append(grown), () -> sumOfRecords(grown), () -> sumOfRecords(grown))),
                new Target.CpuOfPeer(0.2));
    }

    /** Whether there were none before. */
    private static boolean append(Path lake) {
        if (Files.exists(lake)) {
            return false;
        }
        var hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
        DeltaRecords records = new DeltaRecords(hadoop, lake.toUri().toString());
        for (int i = 0; i < SMALL; i++) {
            List<Row> rows = new ArrayList<>();
            for (long n = 0; n < 500; n++) {
                rows.add(RowFactory.create(500L * i + n, "record " + n));
            }
            records.append(RECORDS, RECORD, rows, newKey());
        }
        return true;
    }

    private static String sumOfRecords(Path lake) {
        DeltaTables tables = tables(lake);
        return tables.read(tables.latest(RECORDS).orElseThrow())
                .agg(count(lit(1)), sum("n"))
                .head()
                .toString();
    }

    static Commit append(TableName table) {
        return new Commit(table, hundred(), new Commit.Mode.Append(), newKey(), 1, List.of());
    }

    private static Dataset<Row> hundred() {
        return LocalSpark.session().range(0, 100, 1, 1).selectExpr("id", "string(id) as text");
    }

    static DeltaTables tables(Path lake) {
        SparkSession spark = LocalSpark.session();
        return new DeltaTables(
                () -> spark,
                spark.sparkContext().hadoopConfiguration(),
                lake.toUri().toString());
    }

    private static long rows(Path table) {
        return read(table).count();
    }

    private static Dataset<Row> read(Path table) {
        return LocalSpark.session().read().format("delta").load(table.toString());
    }

    private static RunKey newKey() {
        return new RunKey("0".repeat(32)).of(UUID.randomUUID().toString());
    }
}
