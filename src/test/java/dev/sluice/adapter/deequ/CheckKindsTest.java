package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.checks.CheckStatus;
import dev.sluice.config.Check;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Ingest;
import dev.sluice.config.Measure;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.CheckResult.Status;
import dev.sluice.port.Judged;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class CheckKindsTest {
    private static final TableElse FAIL = TableElse.FAIL;
    private static final Optional<Double> ANY = Optional.empty();
    private static final Optional<String> ALL = Optional.empty();
    private static final Optional<Long> FROM_ONE = Optional.empty();
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Interval DAY =
            new Interval(Instant.parse("2013-03-10T05:00:00Z"), Instant.parse("2013-03-11T04:00:00Z"));

    @Test
    void saysWhereEachNumberIsFromAndWhichRowsAreWrong(SparkSession spark) {
        Dataset<Row> rows = flights(spark);
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("sum", new Measure.Sum("delay", Optional.of(0.0), ANY, TableElse.FAIL));
        checks.put("sd", new Measure.Sd("delay", ANY, Optional.of(1.0), TableElse.FAIL));
        checks.put("least", new Measure.Smallest("delay", Optional.of(-2.0), ANY, TableElse.WARN));
        checks.put("median", new Measure.Quantile(Map.of("delay", 0.5), ANY, Optional.of(3.0), ALL, FROM_ONE, FAIL));
        checks.put("kinds", new Measure.Distinctness(List.of("origin"), ANY, Optional.of(0.5), FAIL));
        checks.put("pairs", new Measure.UniqueRatio(List.of("tail", "origin"), Optional.of(1.0), ANY, FAIL));
        checks.put("entropy", new Measure.Entropy("origin", Optional.of(0.69), Optional.of(0.7), FAIL));
        checks.put("told", new Measure.MutualInformation(List.of("tail", "origin"), ANY, Optional.of(0.1), FAIL));
        checks.put(
                "together",
                new Measure.Correlation(List.of("id", "delay"), Optional.of(0.9), ANY, ALL, FROM_ONE, FAIL));
        checks.put("late", expect("delay < 5", Ingest.Nulls.PASS, 1));
        checks.put("known", expect("delay < 50", Ingest.Nulls.FAIL, 1));
        checks.put("tails", new Check.Matches(Map.of("tail", "^N[0-9]+$"), 0.9, ALL, FROM_ONE, FAIL));
        checks.put("numbers", new Check.ReadsAs(Map.of("tail", Check.ReadsAs.Reading.INTEGER), 0.5, FAIL));
        checks.put("net", value("sum(delay) / count(*)", Optional.of(2.5), Optional.of(2.5)));

        List<CheckResult> results = evaluate(checks, judged(rows, Set.of()));

        assertThat(results)
                .extracting(result -> result.check() + " " + result.status() + " " + result.source() + ": "
                        + result.found() + "; " + result.expected())
                .containsExactly(
                        "sum PASS PROFILE: a sum of 10; a sum of at least 0",
                        "sd FAIL PROFILE: a standard deviation of 4.642796092394706; a standard deviation of at most 1",
                        "least WARN PROFILE: a smallest value of -3; a smallest value of at least -2",
                        "median FAIL PROFILE: a quantile 0.5 of 5; a quantile 0.5 of at most 3",
                        "kinds PASS PROFILE: a distinctness of 0.5; a distinctness of at most 0.5",
                        "pairs PASS GROUPING: a ratio of unique values of 1; a ratio of unique values of at least 1",
                        "entropy PASS PROFILE: an entropy of 0.6931471805599453; an entropy of 0.69 to 0.7",
                        "told FAIL GROUPING: a mutual information of 0.5198603854199589; a mutual information of at most 0.1",
                        "together PASS DEEQU: a correlation of 0.90184722883267; a correlation of at least 0.9",
                        "late FAIL DEEQU: 33.33 % of the rows that can tell, such as delay = 5.0, id = 2 and delay = 8.0, id = 4;"
                                + " delay < 5 in every row that can tell",
                        "known FAIL DEEQU: 75 % of 4 rows, such as delay = null, id = 3; delay < 50 in every row",
                        "tails FAIL DEEQU: 66.66 % of the values, such as tail = 17, id = 3;"
                                + " at least 90 % of the values to match ^N[0-9]+$",
                        "numbers FAIL DEEQU: 33.33 % of the values; at least 50 % of the values to read as integer",
                        "net PASS DEEQU: a value of 2.5; a value of 2.5 to 2.5");
    }

    @Test
    void sensitiveValuesAreToldToNobody(SparkSession spark) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("tails", new Check.Matches(Map.of("tail", "^N"), 1, ALL, FROM_ONE, FAIL));
        checks.put("once", new Check.Unique(List.of("origin"), FAIL));
        checks.put("known", new Check.Contained(Map.of("origin", "a.b"), 1, FAIL));
        checks.put("each", new Check.Complete("delay", 1, Optional.of("origin"), FROM_ONE, FAIL));
        checks.put("range", new Check.Range("delay", Optional.of(0.0), ANY, FAIL));
        checks.put("median", new Measure.Quantile(Map.of("delay", 0.5), ANY, Optional.of(3.0), ALL, FROM_ONE, FAIL));

        List<CheckResult> results =
                evaluate(checks, judged(flights(spark), Set.of("tail", "origin", "delay"), spark.sql("SELECT 1 AS b")));

        assertThat(results)
                .extracting(CheckResult::found)
                .containsExactly(
                        "66.66 % of the values, such as tail = ***, id = 3",
                        "4 of 4 rows share origin, such as *** in 2 rows",
                        "4 rows of 4 with a value that does not, such as '***' in 2 rows",
                        "50 % for origin = *** in 2 rows, the worst of 1 that break it, of 2",
                        "*** to ***, such as delay = ***, id = 1",
                        "a quantile 0.5 of ***");
        assertThat(results.subList(4, 6)).allMatch(result -> result.metric().isEmpty());
    }

    @Test
    void decidesEachGroupAndNamesTheWorst(SparkSession spark) {
        Dataset<Row> rows = spark.range(1_000)
                .selectExpr(
                        "id",
                        "concat('c', id % 7) AS carrier",
                        "if(id % 7 = 3, 90D, CAST(id % 10 AS DOUBLE)) AS delay",
                        "if(id < 3, 'rare', if(id % 11 = 0, NULL, 'often')) AS kind");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("mean", new Measure.Mean("delay", ANY, Optional.of(20.0), Optional.of("carrier"), FROM_ONE, FAIL));
        checks.put("sum", new Measure.Sum("delay", Optional.of(1.0), ANY, Optional.of("carrier"), FROM_ONE, FAIL));
        checks.put("kind", new Check.Complete("kind", 0.95, Optional.of("carrier"), Optional.of(10L), FAIL));
        checks.put("rare", value("count(*)", Optional.of(5.0), ANY, Optional.of("kind"), FROM_ONE));
        checks.put("big", value("count(*)", Optional.of(5.0), ANY, Optional.of("kind"), Optional.of(5L)));
        checks.put("none", value("count(*)", Optional.of(5.0), ANY, Optional.of("kind"), Optional.of(5_000L)));
        Judged judged = judged(rows, Set.of());

        List<CheckResult> results = evaluate(checks, judged);

        // Obviously: group by group.
        for (int i = 0; i < 7; i++) {
            double mean = rows.where("carrier = 'c" + i + "'")
                    .selectExpr("avg(delay)")
                    .head()
                    .getDouble(0);
            assertThat(mean > 20).isEqualTo(i == 3);
        }
        assertThat(results)
                .extracting(result -> result.status() + ": " + result.found() + "; " + result.expected())
                .startsWith("FAIL: a mean of 90 for carrier = c3 in 143 rows, the worst of 1 that break it, of 7;"
                        + " a mean of at most 20 for each carrier")
                .endsWith(
                        "FAIL: a value of 3 for kind = rare in 3 rows, the worst of 1 that break it, of 2;"
                                + " a value of at least 5 for each kind",
                        "PASS: a value of 907 for each of 1; 1 of fewer rows not judged;"
                                + " a value of at least 5 for each kind of at least 5 rows",
                        "PASS: no kind of 5,000 rows; 2 of fewer rows not judged;"
                                + " a value of at least 5 for each kind of at least 5,000 rows");
        assertThat(results.get(2).status()).isEqualTo(Status.FAIL);
    }

    /** Of each kind that can be decided per group: the worst group is the one that is worst alone. */
    @Test
    void eachGroupIsMeasuredAsIfItWereAlone(SparkSession spark) {
        Dataset<Row> rows = spark.range(400)
                .selectExpr(
                        "id",
                        "id % 4 AS part",
                        "if(pmod(hash(id, 4), 10) < id % 4, NULL, CAST(pmod(hash(id), 40) + 100 * (id % 4) AS DOUBLE)) AS x",
                        "if(id % 5 = 1, NULL, pmod(hash(id, 1), 6 + 5 * (id % 4))) AS y",
                        "concat(if(pmod(hash(id, 2), 9) < id % 4, 'N', 'x'), pmod(hash(id, 3), 30 - (id % 4))) AS tail")
                .cache();
        Map<String, BiFunction<Double, Optional<String>, Check>> kinds = new LinkedHashMap<>();
        kinds.put("mean", (min, per) -> new Measure.Mean("x", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("sum", (min, per) -> new Measure.Sum("x", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("sd", (min, per) -> new Measure.Sd("x", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("smallest", (min, per) -> new Measure.Smallest("x", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("largest", (min, per) -> new Measure.Largest("x", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "quantile",
                (min, per) -> new Measure.Quantile(Map.of("x", 0.3), Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "correlation",
                (min, per) -> new Measure.Correlation(List.of("x", "y"), Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "distinctness",
                (min, per) -> new Measure.Distinctness(List.of("tail"), Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "unique_ratio",
                (min, per) -> new Measure.UniqueRatio(List.of("x", "y"), Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("entropy", (min, per) -> new Measure.Entropy("y", Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put(
                "mutual_information",
                (min, per) -> new Measure.MutualInformation(
                        List.of("y", "tail"), Optional.of(min), ANY, per, FROM_ONE, FAIL));
        kinds.put("value", (min, per) -> value("sum(x) / sum(y)", Optional.of(min), ANY, per, FROM_ONE));
        kinds.put("complete", (min, per) -> new Check.Complete("x", Math.max(0, min), per, FROM_ONE, FAIL));
        kinds.put(
                "expect",
                (min, per) -> new Check.Expect(
                        new Sql("x > y * 20"), Ingest.Nulls.PASS, Math.max(0, min), per, FROM_ONE, FAIL));
        kinds.put(
                "matches",
                (min, per) -> new Check.Matches(Map.of("tail", "^N"), Math.max(0, min), per, FROM_ONE, FAIL));
        Map<String, Check> all = new LinkedHashMap<>();
        kinds.forEach((name, kind) -> all.put(name, kind.apply(-1e9, ALL)));
        Map<String, SortedMap<Double, Integer>> alone = new LinkedHashMap<>();
        for (int part = 0; part < 4; part++) {
            for (CheckResult result : evaluate(all, judged(rows.where("part = " + part), Set.of()))) {
                alone.computeIfAbsent(result.check(), name -> new TreeMap<>())
                        .put(result.metric().orElseThrow(), part);
            }
        }
        Map<String, Check> each = new LinkedHashMap<>();
        kinds.forEach((name, kind) -> {
            assertThat(alone.get(name)).as("%s differs by group", name).hasSizeGreaterThan(1);
            List<Double> values = List.copyOf(alone.get(name).keySet());
            each.put(name, kind.apply((values.get(0) + values.get(1)) / 2, Optional.of("part")));
        });

        for (CheckResult result : evaluate(each, judged(rows, Set.of()))) {
            Map<Double, Integer> values = alone.get(result.check());
            Map.Entry<Double, Integer> worst = values.entrySet().iterator().next();
            assertThat(result.status()).as(result.found()).isEqualTo(Status.FAIL);
            // Deequ's quantile of a group may be off by a rank in a hundred; the numbers lie that near.
            double error = result.check().equals("quantile") ? 2 : 1e-9 * Math.max(1, Math.abs(worst.getKey()));
            assertThat(result.metric().orElseThrow()).as(result.found()).isCloseTo(worst.getKey(), within(error));
            assertThat(result.found()).contains("for part = " + worst.getValue() + " in 100 rows, the worst of 1 that");
        }
        rows.unpersist();
    }

    @Test
    void aQuantileOfManyValuesTellsItsError(SparkSession spark) {
        Dataset<Row> rows = spark.range(20_000).selectExpr("CAST(id AS DOUBLE) AS x");
        Judged judged = judged(rows, Set.of());
        double error = judged.profile()
                .columns()
                .get("x")
                .numbers()
                .orElseThrow()
                .quantiles()
                .rankError();

        CheckResult result = evaluate(
                        Map.of(
                                "median",
                                new Measure.Quantile(Map.of("x", 0.5), Optional.of(0.0), ANY, ALL, FROM_ONE, FAIL)),
                        judged)
                .get(0);

        assertThat(error).isPositive();
        assertThat(result.found()).contains(" (the rank is known to ± ");
        assertThat(result.metric().orElseThrow()).isCloseTo(10_000, within(20_000 * Math.max(error, 0.01)));
        assertThat(result.source()).isEqualTo(error <= 0.01 ? Source.PROFILE : Source.DEEQU);
    }

    @Test
    void freshIsAsOfTheEndOfTheInterval(SparkSession spark) {
        // The day on which clocks went forward has 23 hours.
        Dataset<Row> rows = spark.sql(
                "SELECT DATE '2013-03-10' AS day, TIMESTAMP '2013-03-11 01:30:00' AS at, DATE '2013-03-08' AS old,"
                        + " CAST(NULL AS DATE) AS never");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("day", new Check.Fresh("day", Duration.ZERO, FAIL));
        checks.put("at", new Check.Fresh("at", Duration.ofHours(3), FAIL));
        checks.put("at_once", new Check.Fresh("at", Duration.ofHours(2), FAIL));
        checks.put("old", new Check.Fresh("old", Duration.ofHours(24), FAIL));
        checks.put("never", new Check.Fresh("never", Duration.ofDays(1), FAIL));

        assertThat(evaluate(checks, judged(rows, Set.of())))
                .extracting(result -> result.status() + ": " + result.found() + "; " + result.expected())
                .containsExactly(
                        "PASS: the newest is 2013-03-10; one not before the interval's end,"
                                + " which is 2013-03-11T04:00:00Z",
                        "PASS: the newest is 2013-03-11T01:30:00Z, 2 h 30 min before it;"
                                + " one at most 3 h before the interval's end, which is 2013-03-11T04:00:00Z",
                        "FAIL: the newest is 2013-03-11T01:30:00Z, 2 h 30 min before it;"
                                + " one at most 2 h before the interval's end, which is 2013-03-11T04:00:00Z",
                        "FAIL: the newest is 2013-03-08, 1 d 23 h before it;"
                                + " one at most 1 d before the interval's end, which is 2013-03-11T04:00:00Z",
                        "FAIL: no value in 1 row;"
                                + " one at most 1 d before the interval's end, which is 2013-03-11T04:00:00Z");
    }

    @Test
    void comparesWithAnotherTable(SparkSession spark) {
        Dataset<Row> other = spark.sql(
                "SELECT * FROM VALUES ('EWR', 1, 10D), ('JFK', 2, 0D), ('LGA', 3, 0D)" + " AS t(faa, number, minutes)");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("rows", agrees("count(*)", Optional.empty(), 1, 1));
        checks.put("about", agrees("count(*)", Optional.empty(), 1, 1.5));
        checks.put("minutes", agrees("sum(delay)", Optional.of("sum(minutes)"), 1, 1));
        checks.put("nothing", agrees("sum(delay)", Optional.of("sum(minutes) FILTER (WHERE number > 5)"), 1, 1));
        Map<String, String> both = new LinkedHashMap<>();
        both.put("origin", "a.b.faa");
        both.put("id", "a.b.number");
        checks.put("both", new Check.Contained(both, 0.5, FAIL));

        List<CheckResult> results = evaluate(checks, judged(flights(spark), Set.of(), other));

        assertThat(results)
                .extracting(result ->
                        result.status() + " " + result.source() + ": " + result.found() + "; " + result.expected())
                .containsExactly(
                        "FAIL TABLES: 4 against 3; count(*) to be count(*) of a.b",
                        "PASS TABLES: 4 against 3; count(*) to be 1 to 1.5 times count(*) of a.b",
                        "PASS TABLES: 10 against 10; sum(delay) to be sum(minutes) of a.b",
                        "FAIL TABLES: 10 against no value;"
                                + " sum(delay) to be sum(minutes) FILTER (WHERE number > 5) of a.b",
                        "FAIL TABLES: 3 rows of 4 with a value that does not, such as (EWR, 2) in 1 row;"
                                + " at least 50 % of the values to occur in a.b as (faa, number)");
    }

    @Test
    void refusesWhatDoesNotFitTheRows(SparkSession spark) {
        Judged judged = judged(flights(spark), Set.of());

        assertThatThrownBy(() -> evaluate(Map.of("v", value("sum(delay) - id", ANY, Optional.of(1.0))), judged))
                .isInstanceOfSatisfying(SluiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID);
                    assertThat(e).hasMessageStartingWith("check v cannot be decided: sum(delay) - id: ");
                    assertThat(e.hint()).contains("every column belongs into an aggregate");
                });
        assertThatThrownBy(() -> evaluate(Map.of("e", expect("delay", Ingest.Nulls.FAIL, 1)), judged))
                .hasMessage("check e needs a condition, found delay, which is a value of type double");
        assertThatThrownBy(() -> evaluate(Map.of("v", value("max(tail)", ANY, Optional.of(1.0))), judged))
                .hasMessage("check v needs a number, found max(tail), which is a value of type string");
        assertThatThrownBy(() -> evaluate(Map.of("f", new Check.Fresh("tail", Duration.ZERO, FAIL)), judged))
                .hasMessage("check f needs a column of dates or timestamps, found tail of type string");
        Judged dotted = judged(spark.range(3).selectExpr("concat('N', id) AS `tail.number`"), Set.of());
        assertThatThrownBy(() -> evaluate(
                        Map.of("m", new Check.Matches(Map.of("tail.number", "N"), 1, ALL, FROM_ONE, FAIL)), dotted))
                .hasMessageContaining("cannot read the column tail.number");
        Judged many = judged(spark.range(PerGroup.MOST + 1).selectExpr("id", "id AS x"), Set.of());
        assertThatThrownBy(() -> evaluate(
                        Map.of("m", value("count(*)", Optional.of(1.0), ANY, Optional.of("id"), FROM_ONE)), many))
                .hasMessage("checks are decided for each value of id: expected at most 10,000 values, found more");
    }

    /** Deequ's own checks, from Java: what the profile knows is not measured again. */
    @Test
    void decidesChecksOfDeequsOnTheProfile(SparkSession spark) {
        Dataset<Row> rows = flights(spark);
        TableProfile profile = Profiler.profile(rows);
        com.amazon.deequ.checks.Check known = new com.amazon.deequ.checks.Check(
                        CheckLevel.Error(), "known", Constraints.seq(List.of()))
                .hasSize(Constraints.is(size -> size == 4), Constraints.none())
                .isComplete("id", Constraints.none(), Constraints.none())
                .hasMean("delay", Constraints.is(mean -> mean > 3), Constraints.none())
                .isUnique("id", Constraints.none(), Constraints.none());
        com.amazon.deequ.checks.Check measured = new com.amazon.deequ.checks.Check(
                        CheckLevel.Warning(), "measured", Constraints.seq(List.of()))
                .isContainedIn("origin", new String[] {"EWR"})
                .hasMean("nowhere", Constraints.is(mean -> mean > 3), Constraints.none());

        assertThat(Jobs.count(spark, () -> assertThat(
                                DeequSuite.verify(List.of(known), rows, profile).status())
                        .isEqualTo(CheckStatus.Success())))
                .isZero();
        assertThat(Jobs.count(spark, () -> DeequSuite.verify(List.of(known, measured), rows, profile)))
                .isEqualTo(1);
        VerificationResult result = DeequSuite.verify(List.of(known, measured), rows, profile);
        assertThat(result.status()).isEqualTo(CheckStatus.Warning());
        assertThat(result.checkResults().apply(measured).constraintResults().toString())
                .contains("Value: 0.5 does not meet the constraint requirement")
                .contains("nowhere");
    }

    @Test
    void sumsOfWholeNumbersDoNotWrapAroundAsDeequs(SparkSession spark) {
        Dataset<Row> rows = spark.sql("SELECT * FROM VALUES (9223372036854775807L), (9223372036854775807L) AS t(id)");
        com.amazon.deequ.checks.Check positive = new com.amazon.deequ.checks.Check(
                        CheckLevel.Error(), "positive", Constraints.seq(List.of()))
                .hasSum("id", Constraints.is(sum -> sum > 0), Constraints.none());

        assertThat(new VerificationSuite().onData(rows).addCheck(positive).run().status())
                .isEqualTo(CheckStatus.Error());
        assertThat(DeequSuite.verify(List.of(positive), rows, Profiler.profile(rows))
                        .status())
                .isEqualTo(CheckStatus.Success());
    }

    private static Dataset<Row> flights(SparkSession spark) {
        return spark.sql("SELECT * FROM VALUES (1, 'EWR', 'N1', -3D), (2, 'EWR', 'N2', 5D),"
                + " (3, 'JFK', '17', CAST(NULL AS DOUBLE)), (4, 'JFK', CAST(NULL AS STRING), 8D)"
                + " AS t(id, origin, tail, delay)");
    }

    private static Check expect(String sql, Ingest.Nulls nulls, double min) {
        return new Check.Expect(new Sql(sql), nulls, min, ALL, FROM_ONE, FAIL);
    }

    private static Check value(String sql, Optional<Double> min, Optional<Double> max) {
        return value(sql, min, max, ALL, FROM_ONE);
    }

    private static Check value(
            String sql, Optional<Double> min, Optional<Double> max, Optional<String> per, Optional<Long> minRows) {
        return new Measure.Value(new Sql(sql), min, max, per, minRows, FAIL);
    }

    private static Check agrees(String ours, Optional<String> theirs, double min, double max) {
        return new Check.Agrees(new Sql(ours), new TableName("a.b"), theirs.map(Sql::new), min, max, FAIL);
    }

    private static List<CheckResult> evaluate(Map<String, Check> checks, Judged judged) {
        return new DeequChecks().evaluate(checks, judged);
    }

    private static Judged judged(Dataset<Row> rows, Set<String> sensitive) {
        return judged(rows, sensitive, table -> {
            throw new AssertionError("no check refers to " + table);
        });
    }

    private static Judged judged(Dataset<Row> rows, Set<String> sensitive, Dataset<Row> other) {
        return judged(rows, sensitive, table -> other);
    }

    private static Judged judged(Dataset<Row> rows, Set<String> sensitive, Function<TableName, Dataset<Row>> others) {
        return new Judged(rows, Profiler.profile(rows), List.of(rows.columns()[0]), sensitive, DAY, NEW_YORK, others);
    }
}
