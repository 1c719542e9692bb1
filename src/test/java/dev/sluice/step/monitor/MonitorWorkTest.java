package dev.sluice.step.monitor;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Distance;
import dev.sluice.config.Features;
import dev.sluice.config.Metric;
import dev.sluice.config.Monitor;
import dev.sluice.config.Score;
import dev.sluice.config.Sql;
import dev.sluice.config.Write;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.frame.Profiler;
import dev.sluice.pipeline.Fence;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.Report;
import dev.sluice.port.ReportWriter;
import dev.sluice.port.Storage;
import dev.sluice.stats.Classification;
import dev.sluice.stats.ScoreCounts;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fortnight in March 2013, sixty trips a day; the clocks go forward on the 10th. A trip's label is known 48 hours after it,
 * the decision is two hours before it. On the 6th and 7th the input x is far off; from the 8th on the model picks as many
 * trips as before, but the wrong ones; from the 12th on another version scores.
 */
@SparkTest
class MonitorWorkTest {
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final int DAYS = 14;
    private static final int ROWS = 60;

    private static final StructType TRIPS = new StructType()
            .add("id", DataTypes.StringType)
            .add("day", DataTypes.DateType)
            .add("at", DataTypes.TimestampType)
            .add("x", DataTypes.DoubleType)
            .add("place", DataTypes.StringType)
            .add("late", DataTypes.DoubleType);

    private static final Write BY_DAY = new Write.ReplaceInterval("day", List.of());

    private static final ReportWriter REPORTS = Report::toString;

    @TempDir
    private static Path folder;

    private static Storage storage;
    private static InMemoryTables tables;
    private static Baseline baseline;

    @BeforeAll
    static void fortnight(SparkSession spark) {
        tables = new InMemoryTables(spark);
        storage = Storages.of(folder.toString(), spark.sparkContext().hadoopConfiguration());
        Dataset<Row> trips = spark.createDataFrame(trips(), TRIPS);
        tables.put("bronze.trips", trips);
        tables.put("gold.features", features(trips));
        tables.put("gold.scores", scores(trips));
        Dataset<Row> training = trips.where(col("day").leq(lit(Date.valueOf("2013-03-05"))));
        baseline = new Baseline(
                Profiler.profile(
                        training.select(col("x"), col("place"), probability().as("probability"))),
                Map.of(Metric.AREA_UNDER_PR, 1.0, Metric.F1, 1.0));
    }

    @Test
    void beforeAnyLabelIsKnownDriftAloneIsJudged(SparkSession spark) {
        StepResult result = run(spark, "monitor.first", 1);

        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.facts())
                .containsEntry("decision", "ok")
                .containsEntry("model_version", "trips/1")
                .containsEntry("not_ok", "areaUnderPR not judged")
                .doesNotContainKey("areaUnderPR");
        assertThat(rows("monitor.first", 1))
                .containsExactly(
                        "decision interval ok 0 ",
                        "decision retrain ok 0 0 of the last 1 intervals breach, 2 of 3 ask for retraining; the latest is ok",
                        "drift place ok 60 psi 0.0000, at most 0.1",
                        "drift probability ok 60 psi 0.0000, at most 0.1",
                        "drift x ok 60 psi 0.0000, at most 0.1",
                        "quality areaUnderPR not judged 0 no label is known yet",
                        "quality f1 recorded 0 ");
        assertThat(table("monitor.first")
                        .select("interval_date", "interval_from", "interval_to")
                        .distinct()
                        .collectAsList())
                .containsExactly(RowFactory.create(
                        Date.valueOf("2013-03-01"),
                        Timestamp.from(interval(1).from()),
                        Timestamp.from(interval(1).to())));
    }

    @Test
    void aReportShowsWhatHasDrifted(SparkSession spark) {
        StepResult result = run(spark, "monitor.report", 7);

        String path = result.facts().get("report");
        String report = new String(storage.read(path).orElseThrow(), StandardCharsets.UTF_8);
        assertThat(path).startsWith("_sluice/reports/trips/").endsWith("/drift.html");
        assertThat(report)
                .contains("trips: drift of trips/1", "60 rows scored for 2013-03-07")
                .contains("[x, breach, psi ", "Shares[title=x, ")
                .contains("[place, ok, psi ")
                .doesNotContain("Shares[title=place, ");
    }

    @Test
    void qualityIsThatOfTheNewestRowsWithAKnownLabel(SparkSession spark) {
        run(spark, "monitor.quality", 11);

        // Known at the end of the 11th: trips of the 9th and before. The 10th has 23 hours: 48 hours before its end is
        // one
        // o'clock in the morning of the 9th too, so the trips before that are known at the end of the 10th already.
        List<Row> known = trips().stream()
                .filter(trip -> !known(trip).isAfter(interval(11).to()))
                .toList();
        Instant newest = known.stream()
                .map(MonitorWorkTest::asOf)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        List<Row> window = known.stream()
                .filter(trip -> !asOf(trip).isBefore(newest.minus(Duration.ofDays(3))))
                .toList();
        assertThat(value("monitor.quality", "areaUnderPR", null))
                .isCloseTo(metric(window, Metric.AREA_UNDER_PR), within(1e-12));
        assertThat(value("monitor.quality", "f1", null)).isCloseTo(metric(window, Metric.F1), within(1e-12));

        for (LocalDate day : List.of(LocalDate.of(2013, 3, 7), LocalDate.of(2013, 3, 8))) {
            List<Row> ofDay = known.stream()
                    .filter(trip -> asOf(trip).atZone(ZONE).toLocalDate().equals(day))
                    .toList();
            assertThat(ofDay).hasSize(ROWS);
            assertThat(value("monitor.quality", "areaUnderPR", day))
                    .isCloseTo(metric(ofDay, Metric.AREA_UNDER_PR), within(1e-12));
            assertThat(value("monitor.quality", "f1", day)).isCloseTo(metric(ofDay, Metric.F1), within(1e-12));
        }
        assertThat(table("monitor.quality")
                        .where("kind = 'quality' and day is not null")
                        .select("day")
                        .distinct()
                        .orderBy("day")
                        .collectAsList())
                .extracting(row -> row.getDate(0).toString())
                .containsExactly("2013-03-07", "2013-03-08", "2013-03-09");
    }

    @Test
    void whatIsNotKnownYetChangesNothing(SparkSession spark) {
        run(spark, "monitor.honest", 5);
        List<String> honest = rows("monitor.honest", 5);
        Timestamp end = Timestamp.from(interval(5).to());
        Dataset<Row> trips = spark.createDataFrame(trips(), TRIPS);
        tables.put(
                "bronze.trips",
                trips.withColumn(
                        "late",
                        when(col("at").plus(expr("interval 48 hours")).gt(lit(end)), lit(1).minus(col("late")))
                                .otherwise(col("late"))));
        run(spark, "monitor.tampered", 5);
        tables.put("bronze.trips", trips);

        assertThat(rows("monitor.tampered", 5)).isEqualTo(honest);
        assertThat(honest).contains("quality areaUnderPR ok 180 areaUnderPR 1.0000, at least 0.9000");
    }

    @Test
    void enoughBadDaysAskForRetrainingAndAGoodOneEndsIt(SparkSession spark) {
        List<StepResult> results = Stream.of(5, 6, 7, 8)
                .map(day -> run(spark, "monitor.sequence", day))
                .toList();

        assertThat(results)
                .extracting(result -> result.facts().get("decision"))
                .containsExactly("ok", "warn", "breach", "ok");
        assertThat(results)
                .extracting(StepResult::exit)
                .containsExactly(ExitCode.OK, ExitCode.OK, ExitCode.BREACH, ExitCode.OK);
        assertThat(results.get(2).facts())
                .containsEntry("reason", "2 of the last 3 intervals breach, 2 of 3 ask for retraining")
                .containsEntry("not_ok", "x breach");
        assertThat(rows("monitor.sequence", 7)).anyMatch(row -> row.startsWith("decision interval breach 0 x: psi "));
    }

    @Test
    void theRecordIsTheSameWhateverTheOrderAndHoweverOftenItIsMade(SparkSession spark) {
        Stream.of(6, 7, 8).forEach(day -> run(spark, "monitor.ordered", day));
        Stream.of(8, 7, 6).forEach(day -> run(spark, "monitor.backfilled", day));

        assertThat(rows("monitor.backfilled", 7))
                .as("the 6th was not known when the 7th was judged, and the 8th does not count")
                .anyMatch(row -> row.startsWith("decision retrain warn"));

        StepResult again = run(spark, "monitor.backfilled", 7, "again");
        assertThat(again.exit()).isEqualTo(ExitCode.BREACH);
        for (int day : List.of(6, 7)) {
            assertThat(rows("monitor.backfilled", day)).isEqualTo(rows("monitor.ordered", day));
        }
        long before = table("monitor.ordered").count();
        assertThat(run(spark, "monitor.ordered", 6, "again").exit()).isEqualTo(ExitCode.OK);
        assertThat(table("monitor.ordered").count()).isEqualTo(before);
    }

    @Test
    void anotherModelVersionStartsAnew(SparkSession spark) {
        List<StepResult> results = Stream.of(10, 11, 12)
                .map(day -> run(spark, "monitor.versions", day))
                .toList();

        assertThat(results)
                .extracting(result -> result.facts().get("decision"))
                .containsExactly("warn", "breach", "ok");
        assertThat(results.get(2).facts())
                .containsEntry("model_version", "trips/2")
                .containsEntry("not_ok", "areaUnderPR not judged");
        assertThat(rows("monitor.versions", 12)).contains("quality areaUnderPR not judged 0 no label is known yet");
    }

    @Test
    void anIntervalWithoutScoresIsNotJudged(SparkSession spark) {
        StepResult result = run(spark, "monitor.empty", 20);
        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.facts()).containsEntry("decision", "not judged").doesNotContainKey("model_version");
        assertThat(rows("monitor.empty", 20))
                .first()
                .isEqualTo("decision interval not judged 0 nothing was scored in this interval");
    }

    @Test
    void labelsThatComeLateAreLookedForFurtherBack(SparkSession spark) {
        Features late = definition("at + interval 9 days", BY_DAY);
        StepResult result = work("monitor.late", late, BY_DAY).run(context(spark, 14, ""));
        assertThat(result.facts()).containsEntry("model_version", "trips/2");

        // The version of the 11th has labels of the 2nd and before: ten days and more back, with a window of three.
        work("monitor.late", late, BY_DAY).run(context(spark, 11, ""));
        assertThat(rows("monitor.late", 11)).contains("quality areaUnderPR ok 118 areaUnderPR 1.0000, at least 0.9000");
    }

    @Test
    void tablesWithoutDatesAreReadWhole(SparkSession spark) {
        Write whole = new Write.Overwrite(List.of());
        work("monitor.whole", definition("at + interval 48 hours", whole), whole)
                .run(context(spark, 5, ""));
        assertThat(rows("monitor.whole", 5))
                .as("the version that scored last, on all of its rows")
                .contains("drift place ok 180 psi 0.0000, at most 0.1");
    }

    @Test
    void aColumnThatIsNoFeatureIsRefused(SparkSession spark) {
        Monitor monitor = monitor("monitor.typo", List.of("plaze"));
        MonitorWork work = new MonitorWork(
                monitor, definition("at", BY_DAY), score(BY_DAY), version -> baseline, Set.of(), REPORTS);
        assertThatThrownBy(() -> work.run(context(spark, 5, "")))
                .hasMessage("monitor.drift.inputs.columns names 'plaze', which is no feature; did you mean place?");
    }

    @Test
    void costsAFewJobs(SparkSession spark) {
        // Which version, the rows of one profile, first date, newest label, counts, history: none per column, day or
        // metric.
        assertThat(Jobs.count(spark, () -> run(spark, "monitor.jobs", 9))).isLessThanOrEqualTo(20);
        assertThat(Jobs.count(spark, () -> run(spark, "monitor.jobs", 10))).isLessThanOrEqualTo(20);
    }

    @Test
    void saysWhatItReadsAndWrites() {
        MonitorWork work = work("gold.monitor", definition("at", BY_DAY), BY_DAY);
        assertThat(work.target()).isEqualTo("monitor");
        assertThat(work.reads())
                .extracting(TableName::text)
                .containsExactly("bronze.trips", "gold.features", "gold.scores");
        assertThat(work.writes()).containsExactly(new TableName("gold.monitor"));
    }

    // ---- the fortnight -------------------------------------------------------------------------------------------

    private static List<Row> trips() {
        List<Row> trips = new ArrayList<>();
        for (int day = 1; day <= DAYS; day++) {
            LocalDate date = LocalDate.of(2013, 3, day);
            Duration length =
                    Duration.between(interval(day).from(), interval(day).to());
            for (int i = 0; i < ROWS; i++) {
                trips.add(RowFactory.create(
                        day + "-" + i,
                        Date.valueOf(date),
                        Timestamp.from(interval(day)
                                .from()
                                .plus(length.multipliedBy(i).dividedBy(ROWS))
                                .plusSeconds(600)),
                        (double) i % 12 + (day == 6 || day == 7 ? 100 : 0),
                        i % 3 == 0 ? "EWR" : "JFK",
                        i % 4 == 0 ? 1.0 : 0.0));
            }
        }
        return trips;
    }

    private static Instant asOf(Row trip) {
        return trip.getTimestamp(2).toInstant().minus(Duration.ofHours(2));
    }

    private static Instant known(Row trip) {
        return trip.getTimestamp(2).toInstant().plus(Duration.ofDays(2));
    }

    private static double metric(List<Row> trips, Metric metric) {
        ScoreCounts.Builder counts = new ScoreCounts.Builder();
        for (Row trip : trips) {
            boolean late = trip.getDouble(5) == 1;
            int high = trip.getDate(1).toLocalDate().isBefore(LocalDate.of(2013, 3, 8)) ? 0 : 1;
            counts.add(trip.getDouble(3) % 4 == high ? 0.75 : 0.25, late);
        }
        return Classification.of(counts.build(), 0.5).value(metric);
    }

    private static Dataset<Row> features(Dataset<Row> trips) {
        return trips.selectExpr("id", "at - interval 2 hours as as_of", "day", "x", "place");
    }

    private static Dataset<Row> scores(Dataset<Row> trips) {
        return trips.select(
                col("id"),
                expr("at - interval 2 hours").as("as_of"),
                col("day"),
                probability().as("probability"),
                expr("if(day < date'2013-03-12', 'trips/1', 'trips/2')").as("model_version"));
    }

    private static Column probability() {
        return expr("if(x % 4 = if(day < date'2013-03-08', 0, 1), 0.75D, 0.25D)");
    }

    // ---- the work ------------------------------------------------------------------------------------------------

    private static Features definition(String knownAt, Write write) {
        return new Features(
                new TableName("gold.features"),
                new Features.Spine(
                        new TableName("bronze.trips"),
                        List.of("id"),
                        new Sql("at - interval 2 hours"),
                        List.of("day"),
                        List.of("late")),
                new Features.Label("late", new Sql("late"), new Sql(knownAt)),
                Map.of("x", new Sql("x"), "place", new Sql("place")),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                write);
    }

    private static Score score(Write write) {
        return new Score("trips@champion", new TableName("gold.scores"), List.of("day"), 0.5, Map.of(), write);
    }

    private static Monitor monitor(String table, List<String> columns) {
        return new Monitor(
                new TableName(table),
                Optional.of(new Monitor.Drift(Optional.of(limits(columns)), Optional.of(limits(List.of())))),
                Optional.of(new Monitor.Quality(
                        Metric.AREA_UNDER_PR, Duration.ofDays(3), Optional.of(0.9), Optional.empty(), 50)),
                new Monitor.Breach(3, 2));
    }

    private static Monitor.Limits limits(List<String> columns) {
        return new Monitor.Limits(columns, Distance.PSI, Optional.of(0.1), Optional.of(0.25), 50);
    }

    private static MonitorWork work(String table, Features features, Write scores) {
        return new MonitorWork(
                monitor(table, List.of()), features, score(scores), version -> baseline, Set.of(), REPORTS);
    }

    private static StepResult run(SparkSession spark, String table, int day) {
        return run(spark, table, day, "");
    }

    private static StepResult run(SparkSession spark, String table, int day, String force) {
        return work(table, definition("at + interval 48 hours", BY_DAY), BY_DAY)
                .run(context(spark, day, table + force));
    }

    private static Interval interval(int day) {
        LocalDate date = LocalDate.of(2013, 3, day);
        return new Interval(
                date.atStartOfDay(ZONE).toInstant(),
                date.plusDays(1).atStartOfDay(ZONE).toInstant());
    }

    private static StepContext context(SparkSession spark, int day, String settings) {
        return new StepContext(
                spark,
                "trips",
                ZONE,
                interval(day),
                "run",
                RunKey.of("trips", "monitor", interval(day), settings),
                new Held(),
                tables,
                storage,
                null,
                null,
                null,
                message -> {});
    }

    private static final class Held implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }

    private static Dataset<Row> table(String name) {
        return tables.read(tables.latest(new TableName(name)).orElseThrow());
    }

    /** The rows of an interval that are not about single days, in words. */
    private static List<String> rows(String table, int day) {
        return table(table)
                .where(col("interval_date")
                        .equalTo(lit(Date.valueOf(LocalDate.of(2013, 3, day))))
                        .and(col("day").isNull()))
                .selectExpr("concat_ws(' ', kind, name, status, rows, reason) as row")
                .orderBy("row")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static double value(String table, String metric, LocalDate day) {
        Column ofDay = day == null ? col("day").isNull() : col("day").equalTo(lit(Date.valueOf(day)));
        return table(table)
                .where(col("kind")
                        .equalTo("quality")
                        .and(col("name").equalTo(metric))
                        .and(ofDay))
                .select("value")
                .collectAsList()
                .get(0)
                .getDouble(0);
    }
}
