package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.constraints.ConstrainableDataTypes$;
import com.amazon.deequ.constraints.ConstraintResult;
import com.amazon.deequ.metrics.Metric;
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
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Enumeration;
import scala.Function1;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.List$;
import scala.util.matching.Regex;

@SparkTest
class DeequChecksTest {
    private static final List<String> CODES = List.of("12", "-3", "1.5", "2e10", "true", "x12", "");

    private static final StructType COLUMNS = new StructType()
            .add("id", DataTypes.LongType)
            .add("origin", DataTypes.StringType)
            .add("hour", DataTypes.TimestampType)
            .add("delay", DataTypes.DoubleType)
            .add("day", DataTypes.DateType)
            .add("huge", DataTypes.DoubleType)
            .add("code", DataTypes.StringType);

    /** Each of our checks with a constraint of Deequ's, over generated data of every kind, decided by Deequ alone. */
    @Test
    void agreesWithDeequLeftToItself(SparkSession spark) {
        Random random = new Random(5);
        int passed = 0;
        int failed = 0;
        for (int round = 0; round < 4; round++) {
            int n = new int[] {0, 1, 40, 300}[round];
            Dataset<Row> rows = generated(spark, random, n).cache();
            rows.createOrReplaceTempView("judged");
            Map<String, Check> ours = new LinkedHashMap<>();
            Map<String, com.amazon.deequ.checks.Check> theirs = new LinkedHashMap<>();
            pairs(random, ours, theirs);
            measures(random, n, ours, theirs);
            shares(random, ours, theirs);
            List<CheckResult> found = evaluate(ours, rows, DeequChecksTest::noOther);
            VerificationResult expected = new VerificationSuite()
                    .onData(rows)
                    .addChecks(Constraints.seq(List.copyOf(theirs.values())))
                    .run();

            for (CheckResult result : found) {
                com.amazon.deequ.checks.CheckResult deequ =
                        expected.checkResults().apply(theirs.get(result.check()));
                // Of no rows Deequ finds what it filters true, and all else not. We find nothing proven.
                boolean filtered = List.of("expect PASS", "matches").contains(result.check());
                boolean holds = deequ.status().equals(CheckStatus.Success()) && !(n == 0 && filtered);
                assertThat(result.status())
                        .as("%s of %d rows: %s, %s", ours.get(result.check()), rows.count(), result.found(), deequ)
                        .isEqualTo(holds ? Status.PASS : Status.FAIL);
                assertSameMetric(result, deequ);
                passed += holds ? 1 : 0;
                failed += holds ? 0 : 1;
            }
            rows.unpersist();
        }
        spark.catalog().dropTempView("judged");
        assertThat(passed).as("checks that hold").isGreaterThan(30);
        assertThat(failed).as("checks that do not").isGreaterThan(30);
    }

    @Test
    void saysInWordsWhatIsWrong(SparkSession spark) {
        Dataset<Row> rows = spark.sql(
                """
                SELECT * FROM VALUES
                  (1L, 'EWR', TIMESTAMP '2013-01-01 10:00:00', 5.5D, DATE '2013-01-01'),
                  (2L, 'EWR', TIMESTAMP '2013-01-01 10:00:00', -3D, DATE '2013-01-01'),
                  (3L, 'JFK', TIMESTAMP '2013-01-01 10:00:00.000001', CAST(NULL AS DOUBLE), DATE '2013-01-01'),
                  (4L, 'JFK', TIMESTAMP '2013-01-01 10:00:00.000002', 1048.36D, DATE '2013-01-02')
                AS t(id, origin, hour, delay, day)
                """);
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("volume", size(Optional.empty(), Optional.of(1_000L), Optional.of(2_000L)));
        checks.put("daily", size(Optional.of("day"), Optional.of(2L), Optional.of(3L)));
        checks.put("daily_max", size(Optional.of("day"), Optional.empty(), Optional.of(2L)));
        checks.put("daily_right", size(Optional.of("day"), Optional.of(1L), Optional.empty()));
        checks.put("key", new Check.Unique(List.of("origin", "hour"), TableElse.FAIL));
        checks.put("id", new Check.Unique(List.of("id"), TableElse.FAIL));
        checks.put("known", new Check.Complete("delay", 0.8, TableElse.WARN));
        checks.put("plausible", new Check.Range("delay", Optional.of(-2.0), Optional.of(1000.0), TableElse.FAIL));
        checks.put("bounded", new Check.Range("delay", Optional.empty(), Optional.of(1000.0), TableElse.FAIL));
        checks.put("average", new Measure.Mean("delay", Optional.of(0.0), Optional.of(20.0), TableElse.FAIL));
        checks.put("airport", new Check.Contained(Map.of("origin", "bronze.airports.faa"), 1, TableElse.FAIL));

        List<CheckResult> results = evaluate(checks, rows, table -> spark.sql("SELECT 'EWR' AS faa"));

        assertThat(results)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("measures")
                .containsExactly(
                        new CheckResult(
                                "volume",
                                "",
                                Status.FAIL,
                                OptionalDouble.of(4),
                                "4 rows",
                                "1,000 to 2,000 rows",
                                Source.PROFILE),
                        new CheckResult(
                                "daily",
                                "day",
                                Status.FAIL,
                                OptionalDouble.of(1),
                                "1 row for day = 2013-01-02, the fewest of 2",
                                "2 to 3 rows for each day",
                                Source.PROFILE),
                        new CheckResult(
                                "daily_max",
                                "day",
                                Status.FAIL,
                                OptionalDouble.of(3),
                                "3 rows for day = 2013-01-01, the most of 2",
                                "at most 2 rows for each day",
                                Source.PROFILE),
                        new CheckResult(
                                "daily_right",
                                "day",
                                Status.PASS,
                                OptionalDouble.of(1),
                                "1 to 3 rows for each of 2",
                                "at least 1 rows for each day",
                                Source.PROFILE),
                        new CheckResult(
                                "key",
                                "origin, hour",
                                Status.FAIL,
                                OptionalDouble.of(0.5),
                                "2 of 4 rows share (hour, origin), such as (2013-01-01 10:00:00, EWR) in 2 rows",
                                "a different (hour, origin) in every row that has one",
                                Source.GROUPING),
                        new CheckResult(
                                "id",
                                "id",
                                Status.PASS,
                                OptionalDouble.of(1),
                                "4 rows, all different",
                                "a different id in every row that has one",
                                Source.PROFILE),
                        new CheckResult(
                                "known",
                                "delay",
                                Status.WARN,
                                OptionalDouble.of(0.75),
                                "75 % of 4 rows (1 without a value), such as id = 3",
                                "a value in at least 80 % of the rows",
                                Source.PROFILE),
                        new CheckResult(
                                "plausible",
                                "delay",
                                Status.FAIL,
                                OptionalDouble.of(-3),
                                "-3 to 1,048.36, such as delay = -3.0, id = 2 and delay = 1048.36, id = 4",
                                "-2 to 1,000",
                                Source.PROFILE),
                        new CheckResult(
                                "bounded",
                                "delay",
                                Status.FAIL,
                                OptionalDouble.of(1048.36),
                                "-3 to 1,048.36, such as delay = 1048.36, id = 4",
                                "at most 1,000",
                                Source.PROFILE),
                        new CheckResult(
                                "average",
                                "delay",
                                Status.FAIL,
                                OptionalDouble.of((5.5 - 3 + 1048.36) / 3),
                                "a mean of 350.28666666666663",
                                "a mean of 0 to 20",
                                Source.PROFILE),
                        new CheckResult(
                                "airport",
                                "origin",
                                Status.FAIL,
                                OptionalDouble.of(0.5),
                                "2 rows of 4 with a value that does not, such as 'JFK' in 2 rows",
                                "all values to occur in bronze.airports.faa",
                                Source.TABLES));
    }

    @Test
    void ofNoRowsOnlyTheirNumberCanBeTold(SparkSession spark) {
        Dataset<Row> none = spark.createDataFrame(List.of(), COLUMNS);
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("none_allowed", size(Optional.empty(), Optional.of(0L), Optional.empty()));
        checks.put("none_per_day", size(Optional.of("day"), Optional.empty(), Optional.of(5L)));
        checks.put("some", size(Optional.of("day"), Optional.of(1L), Optional.empty()));
        checks.put("key", new Check.Unique(List.of("origin", "hour"), TableElse.FAIL));
        checks.put("known", new Check.Complete("delay", 0, TableElse.FAIL));
        checks.put("range", new Check.Range("delay", Optional.of(0.0), Optional.empty(), TableElse.FAIL));
        checks.put("mean", new Measure.Mean("delay", Optional.of(0.0), Optional.empty(), TableElse.FAIL));
        checks.put("airport", new Check.Contained(Map.of("origin", "bronze.airports.faa"), 0, TableElse.FAIL));

        List<CheckResult> results = evaluate(checks, none, table -> spark.sql("SELECT 'EWR' AS faa"));

        assertThat(results.subList(0, 2)).extracting(CheckResult::status).containsOnly(Status.PASS);
        assertThat(results.subList(2, 8)).extracting(CheckResult::status).containsOnly(Status.FAIL);
        assertThat(results.subList(1, 8)).extracting(CheckResult::found).allMatch(found -> found.startsWith("no "));
    }

    @Test
    void aColumnWithoutValuesLiesWithinAnything(SparkSession spark) {
        Dataset<Row> rows =
                spark.range(3).selectExpr("id", "CAST(NULL AS DOUBLE) AS delay", "CAST(NULL AS STRING) AS origin");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("range", new Check.Range("delay", Optional.of(0.0), Optional.of(1.0), TableElse.FAIL));
        checks.put("airport", new Check.Contained(Map.of("origin", "bronze.airports.faa"), 1, TableElse.FAIL));
        checks.put("mean", new Measure.Mean("delay", Optional.of(0.0), Optional.empty(), TableElse.FAIL));
        checks.put("key", new Check.Unique(List.of("origin", "delay"), TableElse.FAIL));
        checks.put(
                "matches",
                new Check.Matches(Map.of("origin", "^A"), 1, Optional.empty(), Optional.empty(), TableElse.FAIL));
        checks.put("reads", new Check.ReadsAs(Map.of("origin", Check.ReadsAs.Reading.INTEGER), 1, TableElse.FAIL));
        checks.put("each", size(Optional.of("origin"), Optional.of(1L), Optional.empty()));

        List<CheckResult> results = evaluate(checks, rows, table -> spark.sql("SELECT 'EWR' AS faa"));

        assertThat(results)
                .extracting(CheckResult::status)
                .containsExactly(
                        Status.PASS, Status.PASS, Status.FAIL, Status.FAIL, Status.PASS, Status.PASS, Status.FAIL);
        assertThat(results)
                .extracting(CheckResult::found)
                .containsExactly(
                        "no value in 3 rows",
                        "all of 0",
                        "no value in 3 rows",
                        "no rows with a value; 3 rows without a value",
                        "no value in 3 rows",
                        "no value in 3 rows",
                        "no value in 3 rows");
    }

    @Test
    void manyValuesAreLookedUpByAJoin(SparkSession spark) {
        Dataset<Row> rows = spark.range(1_000).selectExpr("concat('N', id) AS tail", "id * 2 AS number");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("tails", new Check.Contained(Map.of("tail", "a.planes.tail"), 0.9, TableElse.FAIL));
        checks.put("numbers", new Check.Contained(Map.of("number", "planes.number"), 1, TableElse.WARN));

        List<CheckResult> results = evaluate(checks, rows, table -> spark.range(5, 3_000)
                .selectExpr("concat('N', id) AS tail", "CAST(id AS INT) AS number"));

        assertThat(results.get(0).status()).isEqualTo(Status.PASS);
        assertThat(results.get(0).metric()).hasValue(0.995);
        assertThat(results.get(0).found())
                .isEqualTo("5 rows of 1,000 with a value that does not, such as 'N0' in 1 row");
        assertThat(results.get(1).status()).isEqualTo(Status.WARN);
        assertThat(results.get(1).metric()).hasValue(0.997);
    }

    @Test
    void whatTheProfileKnowsCostsNothingAndAllGroupsOneJob(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        spark.range(5_000)
                .selectExpr("id", "id % 7 AS day", "id % 1000 AS a", "id % 999 AS b", "CAST(id AS DOUBLE) AS x")
                .coalesce(1)
                .write()
                .parquet(path);
        Dataset<Row> rows = spark.read().parquet(path);
        TableProfile profile = Profiler.profile(rows);
        Map<String, Check> known = new LinkedHashMap<>();
        known.put("size", size(Optional.empty(), Optional.of(1L), Optional.empty()));
        known.put("daily", size(Optional.of("day"), Optional.of(714L), Optional.of(715L)));
        known.put("complete", new Check.Complete("x", 1, TableElse.FAIL));
        known.put("range", new Check.Range("x", Optional.of(0.0), Optional.of(4999.0), TableElse.FAIL));
        known.put("mean", new Measure.Mean("x", Optional.of(2499.0), Optional.of(2500.0), TableElse.FAIL));
        Map<String, Check> grouped = new LinkedHashMap<>();
        grouped.put("id", new Check.Unique(List.of("id"), TableElse.FAIL));
        grouped.put("ab", new Check.Unique(List.of("b", "a"), TableElse.FAIL));
        grouped.put("ba", new Check.Unique(List.of("a", "b"), TableElse.FAIL));
        grouped.put("per_a", size(Optional.of("a"), Optional.of(5L), Optional.of(5L)));

        assertThat(Jobs.count(spark, () -> assertAllPass(known, rows, profile))).isZero();
        assertThat(Jobs.count(spark, () -> assertAllPass(grouped, rows, profile)))
                .as("keys and sizes")
                .isEqualTo(1);
        assertThat(spark.catalog().listTables().collectAsList())
                .as("no view is left")
                .isEmpty();
    }

    @Test
    void refusesColumnsThatCannotBeChecked(SparkSession spark) {
        Dataset<Row> rows = spark.createDataFrame(List.of(), COLUMNS);

        assertThatThrownBy(() -> evaluate(
                        Map.of("key", new Check.Unique(List.of("orign"), TableElse.FAIL)),
                        rows,
                        DeequChecksTest::noOther))
                .isInstanceOfSatisfying(SluiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID);
                    assertThat(e).hasMessage("check key names the column orign, which the table does not have");
                    assertThat(e.hint()).isEqualTo("did you mean origin?");
                });
        assertThatThrownBy(() -> evaluate(
                        Map.of("m", new Measure.Mean("origin", Optional.of(1.0), Optional.empty(), TableElse.FAIL)),
                        rows,
                        DeequChecksTest::noOther))
                .hasMessage("check m needs a column of numbers, found origin of type string");
    }

    private static Dataset<Row> noOther(TableName table) {
        throw new AssertionError("no check refers to " + table);
    }

    private static void assertAllPass(Map<String, Check> checks, Dataset<Row> rows, TableProfile profile) {
        assertThat(new DeequChecks().evaluate(checks, judged(rows, profile, DeequChecksTest::noOther)))
                .extracting(CheckResult::status)
                .containsOnly(Status.PASS);
    }

    private static List<CheckResult> evaluate(
            Map<String, Check> checks, Dataset<Row> rows, Function<TableName, Dataset<Row>> others) {
        return new DeequChecks().evaluate(checks, judged(rows, Profiler.profile(rows), others));
    }

    private static Judged judged(Dataset<Row> rows, TableProfile profile, Function<TableName, Dataset<Row>> others) {
        return new Judged(
                rows,
                profile,
                List.of(rows.columns()[0]),
                Set.of(),
                new Interval(Instant.parse("2013-01-02T05:00:00Z"), Instant.parse("2013-01-03T05:00:00Z")),
                ZoneId.of("America/New_York"),
                others);
    }

    private static Check size(Optional<String> per, Optional<Long> min, Optional<Long> max) {
        return new Check.Size(new Check.Size.Bounds(per, min, max), TableElse.FAIL);
    }

    /** The metric is Deequ's; for two bounds, one of the two. */
    private static void assertSameMetric(CheckResult result, com.amazon.deequ.checks.CheckResult deequ) {
        if (result.found().startsWith("about ")) {
            // The estimate was enough for the verdict.
            assertThat(result.metric()).isEmpty();
            return;
        }
        List<Double> metrics = new ArrayList<>();
        for (ConstraintResult constraint : JavaConverters.asJavaIterable(deequ.constraintResults())) {
            Option<Metric<?>> metric = constraint.metric();
            if (metric.isDefined()
                    && metric.get().value().isSuccess()
                    && metric.get().value().get() instanceof Number number) {
                metrics.add(number.doubleValue());
            }
        }
        if (result.metric().isEmpty()) {
            assertThat(metrics).as("metrics of Deequ for %s", result).isEmpty();
            return;
        }
        if (result.check().startsWith("reads as ")) {
            return; // Deequ's metric are the counts of all types, of which the constraint takes a share
        }
        double found = result.metric().getAsDouble();
        assertThat(metrics).as("metrics of Deequ for %s", result).anySatisfy(metric -> {
            if (Double.isFinite(found)) {
                assertThat(metric).isCloseTo(found, within(1e-9 * Math.max(1, Math.abs(found))));
            } else {
                assertThat(metric).isEqualTo(Double.valueOf(found));
            }
        });
    }

    private static void pairs(
            Random random, Map<String, Check> ours, Map<String, com.amazon.deequ.checks.Check> theirs) {
        long rows = random.nextInt(60);
        ours.put("size", size(Optional.empty(), Optional.of(rows), Optional.empty()));
        theirs.put("size", named("size").hasSize(Constraints.is(n -> n >= rows), none()));
        for (List<String> key : List.of(List.of("id"), List.of("origin"), List.of("origin", "hour"))) {
            String name = "unique " + key;
            ours.put(name, new Check.Unique(key, TableElse.FAIL));
            theirs.put(
                    name, named(name).hasUniqueness(Constraints.seq(key), Constraints.is(u -> u == 1), none(), none()));
        }
        for (String column : List.of("id", "delay", "day")) {
            String name = "complete " + column;
            double min = random.nextInt(3) / 2.0;
            ours.put(name, new Check.Complete(column, min, TableElse.FAIL));
            theirs.put(name, named(name).hasCompleteness(column, Constraints.is(c -> c >= min), none(), none()));
        }
        for (int i = 0; i < 4; i++) {
            double low = random.nextInt(9) - 7;
            double high = low + random.nextInt(9);
            ours.put("range " + i, new Check.Range("delay", Optional.of(low), Optional.of(high), TableElse.FAIL));
            theirs.put(
                    "range " + i,
                    named("range " + i)
                            .hasMin("delay", Constraints.is(x -> x >= low), none(), none())
                            .hasMax("delay", Constraints.is(x -> x <= high), none(), none()));
            ours.put("mean " + i, new Measure.Mean("delay", Optional.of(low), Optional.of(high), TableElse.FAIL));
            theirs.put(
                    "mean " + i,
                    named("mean " + i).hasMean("delay", Constraints.is(x -> x >= low && x <= high), none()));
        }
    }

    /** Each measure with bounds that it may or may not meet. */
    private static void measures(
            Random random, int n, Map<String, Check> ours, Map<String, com.amazon.deequ.checks.Check> theirs) {
        Optional<Double> low = Optional.of((double) random.nextInt(4) - 2);
        Optional<Double> high = Optional.of(low.get() + random.nextInt(3));
        Optional<Double> none = Optional.empty();
        Function1<Object, Object> between = Constraints.is(x -> x >= low.get() && x <= high.get());
        Function1<Object, Object> least = Constraints.is(x -> x >= low.get());
        for (String column : List.of("delay", "huge")) {
            ours.put("sum " + column, new Measure.Sum(column, low, none, TableElse.FAIL));
            theirs.put("sum " + column, named("sum " + column).hasSum(column, least, none()));
            ours.put("sd " + column, new Measure.Sd(column, low, high, TableElse.FAIL));
            theirs.put("sd " + column, named("sd " + column).hasStandardDeviation(column, between, none()));
            ours.put("mean " + column, new Measure.Mean(column, low, none, TableElse.FAIL));
            theirs.put("mean " + column, named("mean " + column).hasMean(column, least, none()));
            ours.put("smallest " + column, new Measure.Smallest(column, low, high, TableElse.FAIL));
            theirs.put("smallest " + column, named("smallest " + column).hasMin(column, between, none(), none()));
            ours.put("largest " + column, new Measure.Largest(column, low, high, TableElse.FAIL));
            theirs.put("largest " + column, named("largest " + column).hasMax(column, between, none(), none()));
            if (n <= 40) { // of more, Deequ's quantiles are estimates
                double share = random.nextInt(5) / 4.0;
                ours.put(
                        "quantile " + column,
                        new Measure.Quantile(
                                Map.of(column, share), low, none, Optional.empty(), Optional.empty(), TableElse.FAIL));
                theirs.put(
                        "quantile " + column,
                        named("quantile " + column).hasApproxQuantile(column, share, least, none()));
            }
        }
        ours.put(
                "correlation",
                new Measure.Correlation(
                        List.of("id", "delay"), low, high, Optional.empty(), Optional.empty(), TableElse.FAIL));
        theirs.put("correlation", named("correlation").hasCorrelation("id", "delay", between, none()));
        for (String column : List.of("id", "origin")) {
            ours.put("entropy " + column, new Measure.Entropy(column, low, high, TableElse.FAIL));
            theirs.put("entropy " + column, named("entropy " + column).hasEntropy(column, between, none()));
        }
        Optional<Double> half = Optional.of(0.5);
        Function1<Object, Object> atLeastHalf = Constraints.is(x -> x >= 0.5);
        for (List<String> columns : List.of(List.of("origin"), List.of("origin", "hour"))) {
            ours.put("distinctness " + columns, new Measure.Distinctness(columns, half, none, TableElse.FAIL));
            theirs.put(
                    "distinctness " + columns,
                    named("distinctness " + columns).hasDistinctness(Constraints.seq(columns), atLeastHalf, none()));
            ours.put("ratio " + columns, new Measure.UniqueRatio(columns, half, none, TableElse.FAIL));
            theirs.put(
                    "ratio " + columns,
                    named("ratio " + columns)
                            .hasUniqueValueRatio(Constraints.seq(columns), atLeastHalf, none(), none()));
        }
        List<String> pair = List.of("origin", "hour");
        ours.put("information " + pair, new Measure.MutualInformation(pair, half, none, TableElse.FAIL));
        theirs.put(
                "information " + pair,
                named("information " + pair).hasMutualInformation(pair.get(0), pair.get(1), atLeastHalf, none()));
        ours.put(
                "value",
                new Measure.Value(
                        new Sql("coalesce(avg(delay), 0) + count(DISTINCT day)"),
                        low,
                        high,
                        Optional.empty(),
                        Optional.empty(),
                        TableElse.FAIL));
        theirs.put(
                "value",
                named("value")
                        .customSql(
                                "SELECT coalesce(avg(delay), 0) + count(DISTINCT day) FROM judged",
                                between,
                                none(),
                                none()));
    }

    private static void shares(
            Random random, Map<String, Check> ours, Map<String, com.amazon.deequ.checks.Check> theirs) {
        double min = random.nextInt(5) / 4.0;
        Function1<Object, Object> enough = Constraints.is(share -> share >= min);
        for (Ingest.Nulls nulls : Ingest.Nulls.values()) {
            String name = "expect " + nulls;
            ours.put(
                    name,
                    new Check.Expect(
                            new Sql("delay > id - 40"),
                            nulls,
                            min,
                            Optional.empty(),
                            Optional.empty(),
                            TableElse.FAIL));
            var satisfied =
                    named(name).satisfies("delay > id - 40", "late", enough, none(), List$.MODULE$.empty(), none());
            theirs.put(name, nulls == Ingest.Nulls.PASS ? satisfied.where("(delay > id - 40) IS NOT NULL") : satisfied);
        }
        ours.put(
                "matches",
                new Check.Matches(
                        Map.of("code", "^[0-9.]+$"), min, Optional.empty(), Optional.empty(), TableElse.FAIL));
        theirs.put(
                "matches",
                named("matches")
                        .hasPattern(
                                "code",
                                new Regex("^[0-9.]+$", Constraints.seq(List.of())),
                                enough,
                                none(),
                                none(),
                                none())
                        .where("code IS NOT NULL"));
        Map<Check.ReadsAs.Reading, Enumeration.Value> readings = Map.of(
                Check.ReadsAs.Reading.INTEGER, ConstrainableDataTypes$.MODULE$.Integral(),
                Check.ReadsAs.Reading.FRACTION, ConstrainableDataTypes$.MODULE$.Fractional(),
                Check.ReadsAs.Reading.NUMBER, ConstrainableDataTypes$.MODULE$.Numeric(),
                Check.ReadsAs.Reading.BOOLEAN, ConstrainableDataTypes$.MODULE$.Boolean(),
                Check.ReadsAs.Reading.TEXT, ConstrainableDataTypes$.MODULE$.String());
        readings.forEach((reading, type) -> {
            String name = "reads as " + reading;
            ours.put(name, new Check.ReadsAs(Map.of("code", reading), min, TableElse.FAIL));
            theirs.put(name, named(name).hasDataType("code", type, enough, none()));
        });
    }

    private static com.amazon.deequ.checks.Check named(String name) {
        return new com.amazon.deequ.checks.Check(CheckLevel.Error(), name, Constraints.seq(List.of()));
    }

    private static <T> Option<T> none() {
        return Option.empty();
    }

    private static Dataset<Row> generated(SparkSession spark, Random random, int n) {
        boolean distinct = random.nextBoolean();
        double nulls = random.nextInt(3) / 4.0;
        boolean nans = random.nextInt(3) == 0;
        List<Row> rows = new ArrayList<>();
        // The first row has a delay and a code: of a column without values ours says something else, on purpose.
        for (int i = 0; i < n; i++) {
            rows.add(RowFactory.create(
                    (long) (distinct ? i : random.nextInt(n)),
                    random.nextDouble() < nulls ? null : "airport " + random.nextInt(2 * n),
                    random.nextDouble() < nulls ? null : new java.sql.Timestamp(1_000L * random.nextInt(2 * n)),
                    i > 0 && random.nextDouble() < nulls
                            ? null
                            : nans && random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian(),
                    random.nextDouble() < nulls ? null : java.sql.Date.valueOf("2013-01-0" + (1 + random.nextInt(9))),
                    random.nextDouble() < nulls
                            ? null
                            : new double[] {1, 1e300, 1e308, Double.POSITIVE_INFINITY}[random.nextInt(nans ? 4 : 3)],
                    i > 0 && random.nextDouble() < nulls ? null : CODES.get(random.nextInt(CODES.size()))));
        }
        return spark.createDataFrame(rows, COLUMNS).repartition(2);
    }
}
