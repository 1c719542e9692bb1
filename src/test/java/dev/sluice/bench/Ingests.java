package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckLevel;
import dev.sluice.adapter.files.FileSource;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.config.Ingest;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.core.TableName;
import dev.sluice.step.ingest.IngestWork;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Ingest against what one would write without it.
 *
 * @param work folder for data and tables
 */
record Ingests(Path work) {
    private static final int EVENTS = 1_000_000;
    private static final int LINES = 2_000_000;
    private static final String CORRUPT = "_corrupt_record";

    List<Benchmark> all() {
        return List.of(verdicts(), copy(), typed(), growth());
    }

    /** D5: each row gets its verdicts, and those that fail are kept apart. */
    private Benchmark verdicts() {
        Path lake = work.resolve("verdicts");
        Path peer = work.resolve("verdicts-peer");
        return new Benchmark(
                "D5-deequ",
                String.format(
                        Locale.ROOT, "four rules, %,d rows; peer: Deequ's row-level results and two writes", EVENTS),
                ours("bronze.events", this::events, lake, () -> counts(lake, "bronze/events")),
                Optional.of(new Side.Inside(() -> empty(peer), () -> deequ(peer), () -> counts(peer, "bronze/events"))),
                new Target.CpuOfPeer(0.25));
    }

    /** D5: the same against moving the rows alone. */
    private Benchmark copy() {
        Path lake = work.resolve("copy");
        Path peer = work.resolve("copy-peer");
        return new Benchmark(
                "D5-copy",
                String.format(
                        Locale.ROOT, "four rules, %,d rows; peer: the rows copied to a table as they are", EVENTS),
                ours("bronze.events", this::events, lake, () -> inAll(lake, "bronze/events")),
                Optional.of(new Side.Inside(
                        () -> empty(peer),
                        () -> save(spark().read().parquet(events().toString()), peer, "bronze/events"),
                        () -> inAll(peer, "bronze/events"))),
                new Target.CpuOfPeer(1.25));
    }

    /** D9: what is not of its type is kept apart. */
    private Benchmark typed() {
        Path lake = work.resolve("typed");
        Path peer = work.resolve("typed-peer");
        return new Benchmark(
                "D9",
                String.format(
                        Locale.ROOT,
                        "CSV with mistyped rows, %,d rows; peer: Spark's PERMISSIVE reader, two filters, two writes",
                        LINES),
                ours("bronze.lines", () -> lines(LINES), lake, () -> counts(lake, "bronze/lines")),
                Optional.of(
                        new Side.Inside(() -> empty(peer), () -> permissive(peer), () -> counts(peer, "bronze/lines"))),
                new Target.CpuOfPeer(1 / 1.8));
    }

    /** Ten times the rows cost ten times as much, not more. */
    private Benchmark growth() {
        Path many = work.resolve("growth-many");
        Path few = work.resolve("growth-few");
        return new Benchmark(
                "D9-growth",
                String.format(
                        Locale.ROOT, "CSV with mistyped rows, %,d rows; peer: ours on a tenth of the rows", LINES),
                ours("bronze.lines", () -> lines(LINES), many, () -> shareStopped(many)),
                Optional.of(ours("bronze.lines", () -> lines(LINES / 10), few, () -> shareStopped(few))),
                new Target.CpuOfPeer(11));
    }

    private Side ours(String table, Callable<Path> raw, Path lake, Callable<String> result) {
        return new Side.Inside(
                () -> {
                    raw.call();
                    empty(lake);
                },
                () -> ingest(table, raw.call(), lake),
                result);
    }

    private void ingest(String table, Path raw, Path lake) throws IOException {
        OneStep step = OneStep.of("ingest.yml", lake, Map.of("raw", raw.toString()));
        TableName name = new TableName(table);
        Ingest ingest = step.pipeline().ingest().get(name);
        Source source = step.pipeline().sources().get(ingest.from());
        step.run(
                new IngestWork(name, ingest, source, new FileSource((Read.Files) source.read()), Optional.empty()),
                "2024-03-01/2024-03-02");
    }

    private void deequ(Path lake) throws IOException {
        Dataset<Row> rows = spark().read().parquet(events().toString());
        VerificationResult result = new VerificationSuite()
                .onData(rows)
                .addCheck(check("amount_positive").isNonNegative("amount", Check.IsOne(), Option.empty()))
                .addCheck(check("place_known").isContainedIn("place", new String[] {"north", "south", "east", "west"}))
                .addCheck(check("code_shape")
                        .hasPattern(
                                "code",
                                new scala.util.matching.Regex(
                                        "^[A-Z][0-9]{4}$",
                                        scala.collection.JavaConverters.asScalaBuffer(List.<String>of())),
                                Check.IsOne(),
                                Option.empty(),
                                Option.empty(),
                                Option.empty()))
                .addCheck(check("email_there").isComplete("email", Option.empty(), Option.empty()))
                .run();
        Dataset<Row> verdicts = VerificationResult.rowLevelResultsAsDataFrame(spark(), result, rows);
        Column good = col("amount_positive")
                .and(col("place_known"))
                .and(col("code_shape"))
                .and(col("email_there"));
        save(
                verdicts.where(good).drop("amount_positive", "place_known", "code_shape", "email_there"),
                lake,
                "bronze/events");
        save(verdicts.where(not(good)), lake, "bronze/events__quarantine");
    }

    private static Check check(String name) {
        return new Check(
                CheckLevel.Error(),
                name,
                scala.collection.JavaConverters.<com.amazon.deequ.constraints.Constraint>asScalaBuffer(List.of()));
    }

    private void permissive(Path lake) throws IOException {
        // Without it Spark stops at a date that its older reader took.
        SparkSession corrected = spark().newSession();
        corrected.conf().set("spark.sql.legacy.timeParserPolicy", "CORRECTED");
        Dataset<Row> rows = corrected
                .read()
                .schema("id long, day date, place string, amount double, quantity int, " + CORRUPT + " string")
                .option("header", true)
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", CORRUPT)
                .csv(lines(LINES).toString());
        save(rows.where(col(CORRUPT).isNull()).drop(CORRUPT), lake, "bronze/lines");
        save(rows.where(col(CORRUPT).isNotNull()), lake, "bronze/lines__quarantine");
    }

    private static void save(Dataset<Row> rows, Path lake, String table) {
        rows.write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .save(lake.resolve(table).toString());
    }

    private static String counts(Path lake, String table) {
        Row good = spark().read()
                .format("delta")
                .load(lake.resolve(table).toString())
                .agg(count(lit(1)), sum("id"), sum("quantity"))
                .head();
        return good + " good, " + stopped(lake, table) + " stopped";
    }

    private static String inAll(Path lake, String table) {
        return rows(lake.resolve(table)) + stopped(lake, table) + " rows";
    }

    private static String shareStopped(Path lake) {
        long good = rows(lake.resolve("bronze/lines"));
        long stopped = stopped(lake, "bronze/lines");
        return (double) stopped / (good + stopped) + " of the rows";
    }

    private static long stopped(Path lake, String table) {
        Path quarantine = lake.resolve(table + "__quarantine");
        return Files.exists(quarantine) ? rows(quarantine) : 0;
    }

    private static long rows(Path table) {
        return spark().read().format("delta").load(table.toString()).count();
    }

    /** Parquet; about two in a hundred rows break a rule. */
    private Path events() throws IOException {
        Path events = work.resolve("events");
        if (!Files.exists(events.resolve("_SUCCESS"))) {
            spark().range(0, EVENTS, 1, 4)
                    .selectExpr(
                            "id",
                            "if(id % 211 = 0, 'nowhere', element_at(array('north', 'south', 'east', 'west'),"
                                    + " int(pmod(hash(id), 4)) + 1)) as place",
                            "if(id % 97 = 0, -1.5, pmod(hash(id, 1), 100000) / 100) as amount",
                            "int(pmod(hash(id, 2), 50)) as quantity",
                            "if(id % 499 = 0, 'x', concat(char(65 + pmod(hash(id, 3), 26)),"
                                    + " string(1000 + pmod(hash(id, 4), 9000)))) as code",
                            "if(id % 331 = 0, null, concat('u', pmod(hash(id, 5), 100000), '@example.org')) as email",
                            "sha1(string(id)) as note")
                    .write()
                    .mode(SaveMode.Overwrite)
                    .parquet(events.toString());
        }
        return events.resolve("*.parquet");
    }

    /** CSV; one in a hundred rows has a text that is not of its column's type. */
    private Path lines(int rows) throws IOException {
        Path file = work.resolve("lines-" + rows + ".csv");
        if (!Files.exists(file)) {
            Path part = work.resolve("lines-" + rows + ".part");
            try (BufferedWriter out = Files.newBufferedWriter(part)) {
                out.write("id,day,place,amount,quantity\n");
                for (int i = 0; i < rows; i++) {
                    long mixed = (i * 0x9E3779B97F4A7C15L) >>> 20;
                    boolean bad = i % 100 == 37;
                    out.write(i + ",2024-" + (bad && i % 3 == 0 ? "02-31" : "03-" + (10 + mixed % 20)) + ",place"
                            + mixed % 1000 + "," + (bad && i % 3 == 1 ? "1o.5" : mixed % 100_000 / 100.0) + ","
                            + (bad && i % 3 == 2 ? "12x" : mixed % 50) + "\n");
                }
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    private static void empty(Path folder) throws IOException {
        Folders.delete(folder);
    }

    private static SparkSession spark() {
        return LocalSpark.session();
    }
}
