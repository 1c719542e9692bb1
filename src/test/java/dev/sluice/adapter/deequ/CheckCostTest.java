package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Anomaly;
import dev.sluice.config.Check;
import dev.sluice.config.Check.ReadsAs.Reading;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Ingest;
import dev.sluice.config.Measure;
import dev.sluice.config.Sql;
import dev.sluice.core.Interval;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.CheckResult.Status;
import dev.sluice.port.Judged;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.Reads;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a suite of checks costs, in jobs and in rows read, whatever kinds it has. */
@SparkTest
class CheckCostTest {
    private static final TableElse FAIL = TableElse.FAIL;
    private static final Optional<Double> ANY = Optional.empty();
    private static final Optional<Double> ZERO = Optional.of(0.0);
    private static final Optional<String> ALL = Optional.empty();
    private static final Optional<Long> FROM_ONE = Optional.empty();
    private static final int ROWS = 5_000;

    private static final Interval DAY =
            new Interval(Instant.parse("2013-03-10T00:00:00Z"), Instant.parse("2013-03-11T00:00:00Z"));

    @Test
    void aSuiteOfEveryKindCostsTheProfileAndOneJob(SparkSession spark, @TempDir Path folder) {
        Dataset<Row> rows = rows(spark, folder);
        Map<String, Check> suite = new LinkedHashMap<>(kinds(ALL));
        suite.putAll(ofAllRows());
        Judged judged = judged(rows);

        assertThat(Jobs.count(spark, () -> Profiler.profile(rows))).isEqualTo(1);
        assertThat(Jobs.count(spark, () -> assertAllPass(suite, judged))).isEqualTo(1);
    }

    @Test
    void soDoesOneThatAsksTheSameOfGroupsToo(SparkSession spark, @TempDir Path folder) {
        Judged judged = judged(rows(spark, folder));
        Map<String, Check> suite = new LinkedHashMap<>(kinds(ALL));
        suite.putAll(ofAllRows());
        suite.putAll(kinds(Optional.of("shop")));
        suite.putAll(kinds(Optional.of("a")));

        assertThat(Jobs.count(spark, () -> assertAllPass(suite, judged))).isEqualTo(1);
        assertThat(scans(spark, () -> assertAllPass(suite, judged)))
                .as("of keys, of other groups, of aggregates of all rows, and of those of groups")
                .isEqualTo(4);
    }

    @Test
    void allThatIsWrongIsNamedByOneJobMore(SparkSession spark, @TempDir Path folder) {
        Judged judged = judged(rows(spark, folder));
        Map<String, Check> suite = new LinkedHashMap<>(kinds(ALL));
        suite.putAll(kinds(Optional.of("shop")));
        suite.put("low", new Measure.Correlation(List.of("x", "y"), ZERO, ANY, ALL, FROM_ONE, FAIL));
        suite.put("each", new Check.Range("x", ANY, ZERO, Optional.of("shop"), FROM_ONE, FAIL));

        assertThat(Jobs.count(spark, () -> evaluate(suite, judged)))
                .as("what names neither rows nor values")
                .isEqualTo(1);

        suite.put("pair", new Check.Unique(List.of("a", "shop"), FAIL));
        suite.put("other_pair", new Check.Unique(List.of("a", "x", "day"), FAIL));
        suite.put("broken_expect", new Check.Expect(new Sql("x < 10"), Ingest.Nulls.FAIL, 1, ALL, FROM_ONE, FAIL));
        suite.put("broken_matches", new Check.Matches(Map.of("code", "^w"), 1, ALL, FROM_ONE, FAIL));
        suite.put("broken_range", new Check.Range("x", Optional.of(3.0), Optional.of(8.0), FAIL));
        suite.put("broken_complete", new Check.Complete("z", 1, FAIL));
        List<CheckResult> results = new ArrayList<>();
        assertThat(Jobs.count(spark, () -> results.addAll(evaluate(suite, judged))))
                .isEqualTo(2);
        assertThat(results)
                .filteredOn(result -> result.found().contains(", such as "))
                .extracting(CheckResult::check)
                .containsExactly("pair", "broken_expect", "broken_matches", "broken_range", "broken_complete");
        assertThat(scans(spark, () -> evaluate(suite, judged)))
                .as("once more for what is wrong")
                .isEqualTo(5);
    }

    @Test
    void filesOfADeltaTableAreNotListedForEachQuestion(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("table").toString();
        rows(spark, folder).write().format("delta").save(path);
        Dataset<Row> slice = spark.read().format("delta").load(path).where("day >= DATE '2013-03-10'");
        Judged judged = judged(slice);
        Map<String, Check> suite = new LinkedHashMap<>(kinds(ALL));
        suite.putAll(kinds(Optional.of("shop")));

        assertThat(Jobs.count(spark, () -> assertAllPass(suite, judged))).isEqualTo(1);
        suite.put("broken_range", new Check.Range("x", Optional.of(3.0), Optional.of(8.0), FAIL));
        assertThat(Jobs.count(spark, () -> evaluate(suite, judged))).isEqualTo(2);
        Judged again = judged(spark.read().format("delta").load(path));
        Map<String, Check> known = Map.of("range", new Check.Range("x", ZERO, ANY, FAIL));
        assertThat(Jobs.count(spark, () -> assertAllPass(known, again)))
                .as("nothing is listed that is not read")
                .isZero();
    }

    @Test
    void thatAValueOccursTwiceIsCertainWithoutAJob(SparkSession spark, @TempDir Path folder) {
        Judged judged = judged(rows(spark, folder));
        List<CheckResult> repeated = new ArrayList<>();

        assertThat(Jobs.count(
                        spark,
                        () -> repeated.addAll(evaluate(Map.of("a", new Check.Unique(List.of("a"), FAIL)), judged))))
                .isZero();
        assertThat(repeated.get(0).status()).isEqualTo(Status.FAIL);
        assertThat(repeated.get(0).source()).isEqualTo(Source.PROFILE);
        assertThat(repeated.get(0).found()).matches("about [0-9,]+ ± [0-9,]+ different values in 5,000 rows.*");
        Map<String, Check> both = new LinkedHashMap<>();
        both.put("a", new Check.Unique(List.of("a"), FAIL));
        both.put("share", new Measure.Distinctness(List.of("a"), ZERO, ANY, FAIL));
        assertThat(evaluate(both, judged).get(0).found())
                .as("and it is counted where another check asks for that")
                .matches("5,000 of 5,000 rows share a, such as [0-9]+ in 5 rows");
    }

    /** Kinds that may be decided per group, with bounds that hold. */
    private static Map<String, Check> kinds(Optional<String> per) {
        Map<String, Check> kinds = new LinkedHashMap<>();
        kinds.put("unique", new Check.Unique(List.of("id"), per, FROM_ONE, FAIL));
        kinds.put("unique_pair", new Check.Unique(List.of("a", "id"), per, FROM_ONE, FAIL));
        kinds.put("complete", new Check.Complete("z", 0.1, per, FROM_ONE, FAIL));
        kinds.put("range", new Check.Range("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("fresh", new Check.Fresh("day", Duration.ofDays(99), per, FROM_ONE, FAIL));
        kinds.put("expect", new Check.Expect(new Sql("x = -y"), Ingest.Nulls.PASS, 1, per, FROM_ONE, FAIL));
        kinds.put("matches", new Check.Matches(Map.of("code", "^v"), 1, per, FROM_ONE, FAIL));
        kinds.put("reads_as", new Check.ReadsAs(Map.of("code", Reading.TEXT), 1, per, FROM_ONE, FAIL));
        kinds.put("smallest", new Measure.Smallest("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("largest", new Measure.Largest("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("mean", new Measure.Mean("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("sum", new Measure.Sum("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("sd", new Measure.Sd("x", ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("quantile", new Measure.Quantile(Map.of("x", 0.3), ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "correlation", new Measure.Correlation(List.of("x", "y"), ANY, Optional.of(-0.9), per, FROM_ONE, FAIL));
        kinds.put("distinctness", new Measure.Distinctness(List.of("code"), ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("unique_ratio", new Measure.UniqueRatio(List.of("a", "code"), ZERO, ANY, per, FROM_ONE, FAIL));
        kinds.put("entropy", new Measure.Entropy("a", Optional.of(-1.0), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "mutual_information",
                new Measure.MutualInformation(List.of("a", "code"), Optional.of(-1.0), ANY, per, FROM_ONE, FAIL));
        kinds.put("value", new Measure.Value(new Sql("sum(x + y)"), ZERO, ZERO, per, FROM_ONE, FAIL));
        kinds.put("distinct", new Measure.Value(new Sql("count(DISTINCT code)"), ZERO, ANY, per, FROM_ONE, FAIL));
        Map<String, Check> named = new LinkedHashMap<>();
        kinds.forEach((name, check) ->
                named.put(name + per.map(column -> " per " + column).orElse(""), check));
        return named;
    }

    /** Kinds, and columns of kinds, that only all rows have. */
    private static Map<String, Check> ofAllRows() {
        Map<String, Check> kinds = new LinkedHashMap<>();
        kinds.put("size", new Check.Size(new Check.Size.Bounds(ALL, Optional.of(1L), Optional.empty()), FAIL));
        kinds.put(
                "sizes",
                new Check.Size(new Check.Size.Bounds(Optional.of("a"), Optional.of(1L), Optional.empty()), FAIL));
        kinds.put("lists", new Measure.Distinctness(List.of("list"), ZERO, ANY, FAIL));
        kinds.put(
                "usual",
                new Check.Usual(
                        "size", new Anomaly.RelativeChange(new Anomaly.Change(ZERO, ANY)), 9, Optional.empty(), FAIL));
        return kinds;
    }

    /** Columns of which the profile has counted the values, and others. */
    private static Dataset<Row> rows(SparkSession spark, Path folder) {
        String path = folder.resolve("rows").toString();
        spark.range(ROWS)
                .selectExpr(
                        "id",
                        "concat('s', id % 3) AS shop",
                        "id % 1000 AS a",
                        "concat('v', id % 999) AS code",
                        "CAST(id AS DOUBLE) AS x",
                        "CAST(-id AS DOUBLE) AS y",
                        "if(id % 7 = 0, NULL, id) AS z",
                        "array(id % 1001) AS list",
                        "DATE '2013-03-10' AS day")
                .coalesce(1)
                .write()
                .parquet(path);
        return spark.read().parquet(path);
    }

    private static long scans(SparkSession spark, Runnable action) {
        return Reads.of(spark, action).rows() / ROWS;
    }

    private static void assertAllPass(Map<String, Check> checks, Judged judged) {
        assertThat(evaluate(checks, judged))
                .allSatisfy(result ->
                        assertThat(result.status()).as(result.toString()).isEqualTo(Status.PASS));
    }

    private static List<CheckResult> evaluate(Map<String, Check> checks, Judged judged) {
        return new DeequChecks().evaluate(checks, judged);
    }

    private static Judged judged(Dataset<Row> rows) {
        return new Judged(rows, Profiler.profile(rows), List.of("id"), Set.of(), DAY, ZoneOffset.UTC, table -> {
            throw new AssertionError("no check refers to " + table);
        });
    }
}
