package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.Check;
import dev.sluice.config.Check.ReadsAs.Reading;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.CheckResult.Status;
import dev.sluice.port.Judged;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Checks of each group against loops over the rows of each. */
@SparkTest
class ChecksPerGroupTest {
    private static final TableElse FAIL = TableElse.FAIL;
    private static final Optional<String> EACH = Optional.of("part");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    /** A day of 23 hours. */
    private static final Interval DAY =
            new Interval(Instant.parse("2013-03-10T05:00:00Z"), Instant.parse("2013-03-11T04:00:00Z"));

    private static final StructType COLUMNS = new StructType()
            .add("id", DataTypes.IntegerType)
            .add("part", DataTypes.StringType)
            .add("x", DataTypes.DoubleType)
            .add("code", DataTypes.StringType)
            .add("day", DataTypes.DateType)
            .add("at", DataTypes.TimestampType);

    private static final StructType OTHER_COLUMNS = new StructType()
            .add("group", DataTypes.StringType)
            .add("known", DataTypes.StringType)
            .add("amount", DataTypes.DoubleType);

    /** Another table, of some of the groups and one of its own. */
    private static final List<Row> OTHERS = IntStream.range(0, 40)
            .mapToObj(i -> RowFactory.create("p" + i % 4 * 2, i % 7 == 0 ? "x" : "" + i % 6, i / 2.0 - 5))
            .toList();

    /**
     * What a group should be found to be.
     *
     * @param metric of the group; none where there is nothing to measure
     * @param excess how far it is from what it should be; negative where it is not
     */
    private record Found(OptionalDouble metric, double excess) {}

    private record Kind(Check check, Function<List<Row>, Found> obviously) {}

    @Test
    void worstGroupsAreThoseThatALoopFinds(SparkSession spark) {
        Random random = new Random(11);
        int passed = 0;
        int failed = 0;
        for (int round = 0; round < 12; round++) {
            List<Row> rows = generated(random, new int[] {0, 1, 12, 60}[round % 4]);
            Optional<Long> fewest = round % 3 == 0 ? Optional.empty() : Optional.of(1L + random.nextInt(8));
            Map<String, Kind> kinds = kinds(random, fewest);
            Map<String, Check> checks = new LinkedHashMap<>();
            kinds.forEach((name, kind) -> checks.put(name, kind.check()));
            for (CheckResult result : evaluate(checks, spark.createDataFrame(rows, COLUMNS))) {
                boolean holds = assertAsObviously(result, kinds.get(result.check()), rows, fewest.orElse(1L));
                passed += holds ? 1 : 0;
                failed += holds ? 0 : 1;
            }
        }
        assertThat(passed).as("checks that hold").isGreaterThan(15);
        assertThat(failed).as("checks that do not").isGreaterThan(15);
    }

    private static Map<String, Kind> kinds(Random random, Optional<Long> fewest) {
        double low = -random.nextInt(60);
        double high = random.nextInt(60);
        double share = random.nextInt(100) / 100.0;
        Duration within = Duration.ofHours(random.nextInt(60));
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put(
                "range",
                new Kind(
                        new Check.Range("x", Optional.of(low), Optional.of(high), EACH, fewest, FAIL),
                        rows -> range(rows, low, high)));
        kinds.put(
                "unique",
                new Kind(new Check.Unique(List.of("x", "code"), EACH, fewest, FAIL), ChecksPerGroupTest::unique));
        kinds.put(
                "reads_as",
                new Kind(
                        new Check.ReadsAs(Map.of("code", Reading.INTEGER), share, EACH, fewest, FAIL),
                        rows -> readsAs(rows, share)));
        kinds.put(
                "day",
                new Kind(
                        new Check.Fresh("day", within, EACH, fewest, FAIL),
                        rows -> newest(rows, 4, within, day -> ((Date) day)
                                .toLocalDate()
                                .plusDays(1)
                                .atStartOfDay(NEW_YORK)
                                .toInstant())));
        kinds.put(
                "at",
                new Kind(
                        new Check.Fresh("at", within, EACH, fewest, FAIL),
                        rows -> newest(rows, 5, within, at -> ((Timestamp) at).toInstant())));
        Map<String, String> both = new LinkedHashMap<>();
        both.put("x", "a.b.amount");
        both.put("code", "a.b.known");
        kinds.put(
                "contained",
                new Kind(
                        new Check.Contained(Map.of("code", "a.b.known"), share, EACH, fewest, FAIL),
                        rows -> contained(rows, List.of(3), List.of(1), share)));
        kinds.put(
                "contained_both",
                new Kind(
                        new Check.Contained(both, 0.1, EACH, fewest, FAIL),
                        rows -> contained(rows, List.of(2, 3), List.of(2, 1), 0.1)));
        kinds.put("agrees", agrees("sum(x)", Optional.of("sum(amount)"), share, 2, fewest, ChecksPerGroupTest::sum));
        kinds.put(
                "counts",
                agrees(
                        "count(*)",
                        Optional.empty(),
                        share,
                        3,
                        fewest,
                        (rows, column) -> OptionalDouble.of(rows.size())));
        return kinds;
    }

    private static Kind agrees(
            String ours,
            Optional<String> theirs,
            double min,
            double max,
            Optional<Long> fewest,
            BiFunction<List<Row>, Integer, OptionalDouble> number) {
        return new Kind(
                new Check.Agrees(
                        new Sql(ours),
                        new TableName("a.b"),
                        theirs.map(Sql::new),
                        min,
                        max,
                        EACH,
                        Optional.of("group"),
                        fewest,
                        FAIL),
                rows -> {
                    List<Row> others = OTHERS.stream()
                            .filter(row -> row.getString(0).equals(rows.get(0).getString(1)))
                            .toList();
                    OptionalDouble one = number.apply(rows, 2);
                    OptionalDouble other = others.isEmpty() ? OptionalDouble.empty() : number.apply(others, 2);
                    if (one.isEmpty() || other.isEmpty()) {
                        return new Found(OptionalDouble.empty(), Double.POSITIVE_INFINITY);
                    }
                    double ratio =
                            one.getAsDouble() == other.getAsDouble() ? 1 : one.getAsDouble() / other.getAsDouble();
                    return new Found(
                            OptionalDouble.of(ratio),
                            ratio >= min && ratio <= max ? -1 : Math.max(min - ratio, ratio - max));
                });
    }

    private static OptionalDouble sum(List<Row> rows, int column) {
        double[] values = rows.stream()
                .filter(row -> !row.isNullAt(column))
                .mapToDouble(row -> row.getDouble(column))
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(DoubleStream.of(values).sum());
    }

    private static Found contained(List<Row> rows, List<Integer> ours, List<Integer> theirs, double share) {
        Set<List<Object>> known = new HashSet<>();
        OTHERS.forEach(row -> known.add(theirs.stream().map(row::get).toList()));
        List<List<Object>> values = rows.stream()
                .filter(row -> ours.stream().noneMatch(row::isNullAt))
                .map(row -> ours.stream().map(row::get).toList())
                .toList();
        double found = (double) values.stream().filter(known::contains).count() / values.size();
        return values.isEmpty()
                ? new Found(OptionalDouble.empty(), -1)
                : new Found(OptionalDouble.of(found), found >= share ? -1 : share - found);
    }

    private static Found range(List<Row> rows, double low, double high) {
        double[] values = rows.stream()
                .filter(row -> !row.isNullAt(2))
                .mapToDouble(row -> row.getDouble(2))
                .sorted()
                .toArray();
        if (values.length == 0) {
            return new Found(OptionalDouble.empty(), -1);
        }
        double below = low - values[0];
        double above = values[values.length - 1] - high;
        if (below <= 0 && above <= 0) {
            return new Found(OptionalDouble.of(values[0]), -1);
        }
        return below >= above
                ? new Found(OptionalDouble.of(values[0]), below)
                : new Found(OptionalDouble.of(values[values.length - 1]), above);
    }

    private static Found unique(List<Row> rows) {
        Map<List<Object>, Integer> counts = new HashMap<>();
        for (Row row : rows) {
            if (!row.isNullAt(2) || !row.isNullAt(3)) {
                List<Object> key = new ArrayList<>();
                key.add(row.get(2));
                key.add(row.get(3));
                counts.merge(key, 1, Integer::sum);
            }
        }
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        double singles = counts.values().stream().filter(count -> count == 1).count();
        return all == 0
                ? new Found(OptionalDouble.empty(), Double.POSITIVE_INFINITY)
                : new Found(OptionalDouble.of(singles / all), singles == all ? -1 : 1 - singles / all);
    }

    private static Found readsAs(List<Row> rows, double share) {
        List<String> values = rows.stream()
                .map(row -> row.getString(3))
                .filter(Objects::nonNull)
                .toList();
        double found =
                (double) values.stream().filter(code -> code.matches("\\d+")).count() / values.size();
        return values.isEmpty()
                ? new Found(OptionalDouble.empty(), -1)
                : new Found(OptionalDouble.of(found), found >= share ? -1 : share - found);
    }

    private static Found newest(List<Row> rows, int column, Duration within, Function<Object, Instant> instant) {
        return rows.stream()
                .filter(row -> !row.isNullAt(column))
                .map(row -> instant.apply(row.get(column)))
                .max(Instant::compareTo)
                .map(newest -> Duration.between(newest, DAY.to()))
                .map(age -> new Found(
                        OptionalDouble.of((double) age.toSeconds()),
                        age.compareTo(within) <= 0 ? -1 : age.minus(within).toSeconds()))
                .orElse(new Found(OptionalDouble.empty(), Double.POSITIVE_INFINITY));
    }

    /** Whether the check holds, and so by the loop. */
    private static boolean assertAsObviously(CheckResult result, Kind kind, List<Row> rows, long fewest) {
        SortedMap<String, List<Row>> groups = new TreeMap<>();
        rows.stream().filter(row -> !row.isNullAt(1)).forEach(row -> groups.computeIfAbsent(
                        row.getString(1), value -> new ArrayList<>())
                .add(row));
        String worst = null;
        Found worstFound = new Found(OptionalDouble.empty(), -1);
        int judged = 0;
        int broken = 0;
        for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
            if (group.getValue().size() >= fewest) {
                Found found = kind.obviously().apply(group.getValue());
                judged++;
                broken += found.excess() >= 0 ? 1 : 0;
                if (found.excess() > worstFound.excess() + 1e-12) {
                    worst = group.getKey();
                    worstFound = found;
                }
            }
        }
        String left = judged == groups.size() ? "" : "; " + (groups.size() - judged) + " of fewer rows not judged";
        boolean holds = worst == null && !groups.isEmpty();
        assertThat(result.status()).as(result.toString()).isEqualTo(holds ? Status.PASS : Status.FAIL);
        if (worst != null) {
            int size = groups.get(worst).size();
            assertThat(result.found())
                    .endsWith(" for part = " + worst + " in " + size + (size == 1 ? " row" : " rows")
                            + ", the worst of " + broken + " that break it, of " + judged + left);
            assertThat(result.metric().isPresent())
                    .isEqualTo(worstFound.metric().isPresent());
            if (worstFound.metric().isPresent()) {
                assertThat(result.metric().orElseThrow())
                        .as(result.found())
                        .isCloseTo(worstFound.metric().orElseThrow(), within(1e-9));
            }
        } else if (judged > 0) {
            assertThat(result.found()).endsWith(" for each of " + judged + left);
        }
        return holds;
    }

    private static List<Row> generated(Random random, int rows) {
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            boolean bare = random.nextInt(12) == 0;
            all.add(RowFactory.create(
                    i,
                    random.nextInt(9) == 0 ? null : "p" + random.nextInt(5),
                    bare || random.nextInt(4) == 0 ? null : random.nextInt(120) / 2.0 - 30,
                    bare || random.nextInt(4) == 0 ? null : random.nextBoolean() ? "x" : "" + random.nextInt(9),
                    bare ? null : Date.valueOf("2013-03-" + (8 + random.nextInt(3))),
                    bare ? null : Timestamp.from(DAY.to().minusSeconds(random.nextInt(200_000)))));
        }
        return all;
    }

    private static List<CheckResult> evaluate(Map<String, Check> checks, Dataset<Row> rows) {
        return new DeequChecks()
                .evaluate(
                        checks,
                        new Judged(
                                rows,
                                Profiler.profile(rows),
                                List.of("id"),
                                Set.of(),
                                DAY,
                                NEW_YORK,
                                table -> rows.sparkSession().createDataFrame(OTHERS, OTHER_COLUMNS)));
    }

    @Test
    void saysInWordsWhatIsWrongWithTheWorst(SparkSession spark) {
        Dataset<Row> rows = spark.sql("SELECT * FROM VALUES"
                + " (1, 'p2', 1D, '7', DATE '2013-03-10', TIMESTAMP '2013-03-11 03:30:00'),"
                + " (2, 'p2', 9D, 'x', DATE '2013-03-08', NULL),"
                + " (3, 'p0', 2D, 'x', DATE '2013-03-08', TIMESTAMP '2013-03-11 01:30:00'),"
                + " (4, 'p0', 2D, 'x', NULL, NULL), (5, NULL, 99D, NULL, NULL, NULL)"
                + " AS t(id, part, x, code, day, at)");
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("range", new Check.Range("x", Optional.of(0.0), Optional.of(5.0), EACH, Optional.empty(), FAIL));
        checks.put("unique", new Check.Unique(List.of("x", "code"), EACH, Optional.empty(), FAIL));
        checks.put("reads", new Check.ReadsAs(Map.of("code", Reading.INTEGER), 0.5, EACH, Optional.empty(), FAIL));
        checks.put("day", new Check.Fresh("day", Duration.ZERO, EACH, Optional.empty(), FAIL));
        checks.put("at", new Check.Fresh("at", Duration.ofHours(3), EACH, Optional.empty(), FAIL));
        checks.put("code", new Check.Contained(Map.of("code", "a.b.known"), 1, EACH, Optional.empty(), FAIL));
        checks.put(
                "rows",
                new Check.Agrees(
                        new Sql("count(*)"),
                        new TableName("a.b"),
                        Optional.of(new Sql("count(DISTINCT known) FILTER (WHERE known = 'x')")),
                        1,
                        1,
                        EACH,
                        Optional.of("group"),
                        Optional.empty(),
                        FAIL));
        checks.put("in", new Check.Range("x", Optional.of(0.0), Optional.of(9.0), EACH, Optional.empty(), FAIL));

        assertThat(evaluate(checks, rows))
                .extracting(result ->
                        result.status() + " " + result.source() + ": " + result.found() + "; " + result.expected())
                .containsExactly(
                        "FAIL DEEQU: 1 to 9 for part = p2 in 2 rows, the worst of 1 that break it, of 2;"
                                + " 0 to 5 for each part",
                        "FAIL GROUPING: 0 % of the rows are alone with their (code, x) for part = p0 in 2 rows,"
                                + " the worst of 1 that break it, of 2;"
                                + " a different (code, x) in every row that has one for each part",
                        "FAIL DEEQU: 0 % of the values for part = p0 in 2 rows, the worst of 1 that break it, of 2;"
                                + " at least 50 % of the values to read as integer for each part",
                        "FAIL DEEQU: a newest 2013-03-08, 1 d 23 h before it for part = p0 in 2 rows,"
                                + " the worst of 1 that break it, of 2;"
                                + " one not before the interval's end, which is 2013-03-11T04:00:00Z for each part",
                        "PASS DEEQU: a newest 2013-03-11T03:30:00Z, 30 min before it"
                                + " to a newest 2013-03-11T01:30:00Z, 2 h 30 min before it for each of 2;"
                                + " one at most 3 h before the interval's end, which is 2013-03-11T04:00:00Z for each part",
                        "FAIL TABLES: 50 % of the values for part = p2 in 2 rows, the worst of 1 that break it, of 2;"
                                + " all values to occur in a.b.known for each part",
                        "FAIL TABLES: a ratio of 2 for part = p0 in 2 rows, the worst of 2 that break it, of 2;"
                                + " count(*) to be count(DISTINCT known) FILTER (WHERE known = 'x') of a.b for each part",
                        "PASS DEEQU: 1 to 9 for each of 2; 0 to 9 for each part");
    }

    @Test
    void anotherTableIsReadOnceHoweverManyChecksLookIntoIt(SparkSession spark) {
        Dataset<Row> rows = spark.range(3_000)
                .selectExpr("id", "concat('p', id % 4) AS part", "id * 2.0D AS x", "CAST(id AS STRING) AS code");
        Judged judged = new Judged(
                rows, Profiler.profile(rows), List.of("id"), Set.of(), DAY, NEW_YORK, table -> spark.range(10_000)
                        .selectExpr("CAST(id AS STRING) AS known", "id * 2.0D AS amount"));
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("code", new Check.Contained(Map.of("code", "a.b.known"), 1, FAIL));
        int one = Jobs.count(spark, () -> assertAllPass(checks, judged));
        Map<String, String> both = new LinkedHashMap<>();
        both.put("x", "a.b.amount");
        both.put("code", "a.b.known");
        checks.put("both", new Check.Contained(both, 1, FAIL));
        checks.put("each", new Check.Contained(Map.of("x", "a.b.amount"), 1, EACH, Optional.empty(), FAIL));
        checks.put("part", new Check.Contained(Map.of("part", "a.b.known"), 0, FAIL));

        assertThat(Jobs.count(spark, () -> assertAllPass(checks, judged))).isEqualTo(one);

        Map<String, Check> numbers = new LinkedHashMap<>();
        TableName other = new TableName("a.b");
        numbers.put("rows", new Check.Agrees(new Sql("count(*)"), other, Optional.empty(), 0.3, 0.3, FAIL));
        int number = Jobs.count(spark, () -> assertAllPass(numbers, judged));
        numbers.put(
                "most",
                new Check.Agrees(new Sql("count(*)"), other, Optional.of(new Sql("max(amount)")), 0.1, 1, FAIL));
        numbers.put(
                "least",
                new Check.Agrees(new Sql("count(*)"), other, Optional.of(new Sql("min(amount) + 3000")), 1, 1, FAIL));
        assertThat(Jobs.count(spark, () -> assertAllPass(numbers, judged))).isEqualTo(number);
        checks.putAll(numbers);
        assertThat(Jobs.count(spark, () -> assertAllPass(checks, judged)))
                .as("numbers and values of the other table by one query")
                .isLessThan(one + number);
    }

    @Test
    void refusesColumnsThatTheOtherTableDoesNotHave(SparkSession spark) {
        Dataset<Row> rows = spark.range(3).selectExpr("id", "id AS part");

        assertThatThrownBy(
                        () -> evaluate(Map.of("in", new Check.Contained(Map.of("part", "a.b.knwon"), 1, FAIL)), rows))
                .isInstanceOfSatisfying(SluiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID);
                    assertThat(e).hasMessage("check in names the column knwon of a.b, which it does not have");
                    assertThat(e.hint()).isEqualTo("its columns are: group, known, amount");
                });
        assertThatThrownBy(() -> evaluate(
                        Map.of(
                                "rows",
                                new Check.Agrees(
                                        new Sql("count(*)"),
                                        new TableName("a.b"),
                                        Optional.empty(),
                                        1,
                                        1,
                                        EACH,
                                        Optional.empty(),
                                        Optional.empty(),
                                        FAIL)),
                        rows))
                .hasMessage("check rows names the column part of a.b, which it does not have");
    }

    private static void assertAllPass(Map<String, Check> checks, Judged judged) {
        assertThat(new DeequChecks().evaluate(checks, judged))
                .as("verdicts")
                .extracting(CheckResult::status)
                .containsOnly(Status.PASS);
    }
}
