package dev.sluice.frame.asof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.frame.asof.History.Ask;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every strategy against the obvious way, on many small cases in one job: the case is a part of the key. */
@SparkTest
class StrategyTest {
    private static final int CASES = 1_200;
    private static final Instant START = Instant.parse("1969-12-31T23:30:00Z");
    private static final Duration AGE = Duration.ofMinutes(3);
    private static final Duration OVER = Duration.ofMinutes(5);
    private static final StructType EVENT = StructType.fromDDL(
            "c int, real double, paid decimal(20,2), happened timestamp, known timestamp, x double, f float, s smallint, "
                    + "n bigint, p decimal(12,3), d decimal(30,5), word string");
    private static final StructType SLOT =
            StructType.fromDDL("id int, c int, real double, paid decimal(20,2), as_of timestamp");
    private static final Map<String, String> KEYS = Map.of("c", "c", "real", "real", "paid", "paid");
    private static final double[] REALS = {0.0, -0.0, Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L), 1.5};
    private static final double[] XS = {0.1, -0.1, 1e16, -1e16, 1e308, -1e308, 3e-320, -0.0, 0.0, 7};

    @ParameterizedTest
    @CsvSource({
        "PROBE, 1, true",
        "PROBE, 5, false",
        "PRUNE, 1, false",
        "PRUNE, 4, true",
        "SORT, 3, true",
        "SORT, 2, false"
    })
    void answersAThousandCasesAsTheObviousWayDoes(
            Strategy strategy, int partitions, boolean adaptive, SparkSession spark) {
        spark.conf().set("spark.sql.shuffle.partitions", partitions);
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        Random random = new Random(7);
        List<Row> slots = new ArrayList<>();
        List<Row> events = new ArrayList<>();
        for (int c = 0; c < CASES; c++) {
            aCase(random, c, slots, events);
        }
        Map<Integer, List<Row>> byCase = events.stream()
                .filter(event -> !event.isNullAt(0))
                .collect(Collectors.groupingBy(event -> event.getInt(0)));
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);

        Map<Integer, String> found = new TreeMap<>();
        Dataset<Row> answered = PointInTime.add(
                spine,
                spine,
                "as_of",
                Reach.of(spine, "as_of"),
                List.of(asked(spark.createDataFrame(events, EVENT))),
                strategy,
                OptionalInt.of(partitions));
        for (Row row : answered.collectAsList()) {
            assertThat(found.put(row.getInt(0), text(values(row, SLOT.size(), row.length()))))
                    .as("one row per slot")
                    .isNull();
        }

        assertThat(found).hasSameSizeAs(slots);
        for (Row slot : slots) {
            List<Row> candidates = slot.isNullAt(1) ? List.of() : byCase.getOrDefault(slot.getInt(1), List.of());
            assertThat(found.get(slot.getInt(0)))
                    .as("slot %s of %s", slot, candidates)
                    .isEqualTo(text(expected(slot, candidates)));
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aProbeIsOneJobWhateverIsAsked(boolean adaptive, SparkSession spark) {
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        List<Row> slots = new ArrayList<>();
        List<Row> events = new ArrayList<>();
        aCase(new Random(3), 1, slots, events);
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);
        Dataset<Row> rows = spark.createDataFrame(events, EVENT);
        Reach reach = Reach.of(spine, "as_of");

        int making = Jobs.count(spark, () -> add(spine, asked(rows), reach, Strategy.PROBE));
        Dataset<Row> answered = add(spine, asked(rows), reach, Strategy.PROBE);

        assertThat(making).isZero();
        assertThat(Jobs.count(spark, () -> answered.queryExecution().toRdd().count()))
                .isEqualTo(1);
    }

    @Test
    void severalHistoriesMeetOneSpineThatIsShuffledOnce(SparkSession spark) {
        List<Row> slots = new ArrayList<>();
        List<Row> events = new ArrayList<>();
        aCase(new Random(4), 1, slots, events);
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);
        Dataset<Row> rows = spark.createDataFrame(events, EVENT);
        History one = asked(rows);
        History other = new History(
                "other",
                rows.where("x > 0"),
                KEYS,
                "happened",
                "known",
                List.of(new Ask.Window(OVER, Map.of("others", "count(*)"))));

        Dataset<Row> both =
                PointInTime.add(spine, spine, "as_of", Reach.of(spine, "as_of"), List.of(one, other), Strategy.PROBE);
        Dataset<Row> apart = add(add(spine, one, Strategy.SORT), other, Strategy.SORT);

        assertThat(both.columns()).isEqualTo(apart.columns());
        assertThat(texts(both)).isEqualTo(texts(apart));
        String lineage = both.queryExecution().toRdd().toDebugString();
        assertThat(lineage.split("ShuffledRowRDD", -1))
                .as("the spine and each history: %s", lineage)
                .hasSize(4);
    }

    @Test
    void aPruneReadsDecisionTimesOnceAndIsThenOneJob(SparkSession spark) {
        Dataset<Row> spine = decisions(spark, 40);
        History history = newest(events(spark));
        Reach reach = Reach.of(spine, "as_of");

        int making = Jobs.count(spark, () -> add(spine, history, reach, Strategy.PRUNE));
        Dataset<Row> answered = add(spine, history, reach, Strategy.PRUNE);

        assertThat(making).isEqualTo(1);
        assertThat(Jobs.count(spark, () -> answered.queryExecution().toRdd().count()))
                .isEqualTo(1);
    }

    /** 20,000 rows in four tasks; 20 of 100 keys have two decision times each. */
    @Test
    void noMoreThanARowOfEachDecisionTimeLeavesATaskThatPrunes(SparkSession spark) {
        Dataset<Row> spine = decisions(spark, 40);
        Asked asked = Asked.of(spine.schema(), List.of("k"), Reach.of(spine, "as_of"), newest(events(spark)));
        Broadcast<Slots> index = Probe.index(spine, List.of("k"), "as_of");
        Probe.Question question = Probe.Question.of(asked, 1);

        assertThat(asked.events().count()).isGreaterThan(10_000);
        assertThat(Probe.pruned(asked.events(), question, index).count()).isBetween(40L, 4 * 40L);
    }

    @Test
    void spineRowsWithoutAKeyAreSpread(SparkSession spark) {
        Dataset<Row> spine =
                spark.range(8_000).selectExpr("cast(null as bigint) as k", "timestamp_seconds(id) as as_of");

        List<Long> tasks = Internals.byKey(spine, 1, 4)
                .toJavaRDD()
                .mapPartitions(StrategyTest::number)
                .collect();

        assertThat(tasks).hasSize(4).allSatisfy(rows -> assertThat(rows).isBetween(1_000L, 4_000L));
    }

    @Test
    void theStrategyIsChosenFromRowsAndBytes(SparkSession spark) {
        Dataset<Row> spine = spark.range(10).selectExpr("id", "id % 3 as k", "timestamp_seconds(id) as as_of");
        Reach reach = Reach.of(spine, "as_of");
        long limit = Strategy.SLOTS_OF_A_TASK;
        Dataset<Row> many = spark.range(limit + 2).selectExpr("id", "id % 2 as k", "0 as one");
        Reach manyReach = new Reach(limit + 2, OptionalLong.of(0), OptionalLong.of(1));
        List<Dataset<Row>> small = List.of(spark.range(1_000).toDF());
        List<Dataset<Row>> large = List.of(spark.range(10_000_000).toDF());

        assertThat(Strategy.of(spine, List.of("k"), reach, small))
                .isEqualTo(new Strategy.Choice(Strategy.PROBE, "10 spine rows, 0.0 MiB of history"));
        assertThat(Strategy.of(spine, List.of("k"), reach, large))
                .isEqualTo(new Strategy.Choice(Strategy.PRUNE, "10 spine rows, 76.3 MiB of history"));
        assertThat(Strategy.of(many, List.of("k"), manyReach, large).strategy()).isEqualTo(Strategy.PROBE);
        assertThat(Strategy.of(many, List.of("one"), manyReach, large))
                .isEqualTo(new Strategy.Choice(Strategy.SORT, "1,048,578 spine rows, 1,048,578 of one key"));
    }

    private static Iterator<Long> number(Iterator<InternalRow> rows) {
        long number = 0;
        while (rows.hasNext()) {
            rows.next();
            number++;
        }
        return List.of(number).iterator();
    }

    private static Dataset<Row> decisions(SparkSession spark, int rows) {
        return spark.range(rows)
                .selectExpr("id", "id % 20 as k", "timestamp_seconds(10000 + 5000 * (id div 20)) as as_of");
    }

    private static Dataset<Row> events(SparkSession spark) {
        return spark.range(0, 20_000, 1, 4)
                .selectExpr("id % 100 as k", "timestamp_seconds(id) as ts", "cast(id as double) as x");
    }

    private static History newest(Dataset<Row> events) {
        return new History(
                "events",
                events,
                Map.of("k", "k"),
                "ts",
                "ts",
                List.of(new Ask.Newest(Map.of("x", "x"), Optional.empty(), Optional.empty())));
    }

    /** Few of everything on a coarse grid: ties, late rows and rows at an edge are the rule; one case in some is empty on a side. */
    private static void aCase(Random random, int c, List<Row> slots, List<Row> events) {
        int minutes = 1 + random.nextInt(12);
        int keys = 1 + random.nextInt(REALS.length);
        for (int i = random.nextInt(6); i > 0; i--) {
            slots.add(RowFactory.create(
                    slots.size(), orNull(random, c), real(random, keys), paid(random), at(random, minutes)));
        }
        for (int i = random.nextInt(10); i > 0; i--) {
            events.add(RowFactory.create(
                    orNull(random, c),
                    real(random, keys),
                    paid(random),
                    at(random, minutes),
                    at(random, minutes),
                    random.nextInt(4) == 0 ? null : XS[random.nextInt(XS.length)],
                    orNull(random, random.nextBoolean() ? Float.NaN : (float) random.nextInt(3)),
                    orNull(random, (short) (random.nextInt(3) - 1)),
                    orNull(random, random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(3) - 1L),
                    orNull(random, BigDecimal.valueOf(random.nextInt(3) - 1, 3)),
                    orNull(
                            random,
                            new BigDecimal("1234567890123456789012345")
                                    .multiply(BigDecimal.valueOf(random.nextInt(3) - 1))
                                    .setScale(5)),
                    orNull(random, new String[] {"\uFF61", "\uD83D\uDE00", "a", ""}[random.nextInt(4)])));
        }
    }

    private static <T> T orNull(Random random, T value) {
        return random.nextInt(12) == 0 ? null : value;
    }

    private static Double real(Random random, int keys) {
        return orNull(random, REALS[random.nextInt(keys)]);
    }

    private static BigDecimal paid(Random random) {
        return orNull(random, random.nextInt(8) == 0 ? new BigDecimal("12345678901234567.89") : new BigDecimal("2.50"));
    }

    private static Timestamp at(Random random, int minutes) {
        return orNull(random, Timestamp.from(START.plusSeconds(60L * random.nextInt(minutes))));
    }

    private static History asked(Dataset<Row> events) {
        Map<String, String> all = new LinkedHashMap<>();
        List.of("word", "f", "s", "p", "d").forEach(name -> all.put(name + "_now", name));
        Map<String, String> window = new LinkedHashMap<>();
        List.of("f", "s", "n", "p", "d").forEach(name -> {
            window.put("min_" + name, "min(" + name + ")");
            window.put("max_" + name, "max(" + name + ")");
        });
        window.put("rows", "count(*)");
        window.put("sum_x", "sum(x)");
        window.put("sum_n", "sum(n)");
        window.put("sum_d", "sum(p)");
        window.put("early", "earliest(word)");
        window.put("late", "latest(word)");
        window.put("few", "sum(s) filter (where x > 0)");
        return new History(
                "events",
                events,
                KEYS,
                "happened",
                "known",
                List.of(
                        new Ask.Newest(all, Optional.empty(), Optional.of("missing")),
                        new Ask.Newest(Map.of("n_fresh", "n"), Optional.of(AGE), Optional.empty()),
                        new Ask.Window(OVER, window)));
    }

    /** The definitions, word for word. */
    private static List<Object> expected(Row slot, List<Row> events) {
        List<Row> known = events.stream()
                .filter(event -> Arrays.asList(
                                slot.get(2),
                                slot.get(3),
                                slot.get(4),
                                event.get(1),
                                event.get(2),
                                event.get(3),
                                event.get(4))
                        .stream()
                        .allMatch(Objects::nonNull))
                .filter(event -> slot.getDouble(2) == event.getDouble(1)
                        || (Double.isNaN(slot.getDouble(2)) && Double.isNaN(event.getDouble(1))))
                .filter(event -> slot.getDecimal(3).compareTo(event.getDecimal(2)) == 0)
                .filter(event -> !time(event, 4).isAfter(time(slot, 4)))
                .toList();
        Comparator<Row> newest =
                Comparator.<Row, Instant>comparing(event -> time(event, 3)).thenComparing(event -> time(event, 4));
        Comparator<Row> all = newest;
        for (int column : new int[] {11, 6, 7, 9, 10}) {
            all = all.thenComparing(event -> event.get(column), StrategyTest::compare);
        }
        Optional<Row> now = known.stream().max(all);
        Optional<Row> fresh = known.stream()
                .max(newest.thenComparing(event -> event.get(8), StrategyTest::compare))
                .filter(event -> !time(event, 3).isBefore(time(slot, 4).minus(AGE)));

        List<Object> values = new ArrayList<>();
        for (int column : new int[] {11, 6, 7, 9, 10}) {
            values.add(now.map(event -> event.get(column)).orElse(null));
        }
        values.add(now.isPresent() ? 0.0 : 1.0);
        values.add(fresh.map(event -> event.get(8)).orElse(null));
        List<Row> near = known.stream()
                .filter(event -> time(event, 3).isAfter(time(slot, 4).minus(OVER)))
                .toList();
        for (int column : new int[] {6, 7, 8, 9, 10}) {
            values.add(present(near, column).stream().min(StrategyTest::compare).orElse(null));
            values.add(present(near, column).stream().max(StrategyTest::compare).orElse(null));
        }
        values.add((long) near.size());
        values.add(present(near, 5).stream()
                .map(x -> new BigDecimal((Double) x))
                .reduce(BigDecimal::add)
                .map(BigDecimal::doubleValue)
                .orElse(null));
        values.add(
                present(near, 8).stream().map(n -> (Long) n).reduce(Long::sum).orElse(null));
        values.add(present(near, 9).stream()
                .map(p -> new BigDecimal(((BigDecimal) p).doubleValue()))
                .reduce(BigDecimal::add)
                .map(BigDecimal::doubleValue)
                .orElse(null));
        Comparator<Row> words = newest.thenComparing(event -> event.get(11), StrategyTest::compare);
        List<Row> worded = near.stream().filter(event -> !event.isNullAt(11)).toList();
        values.add(worded.stream().min(words).map(event -> event.get(11)).orElse(null));
        values.add(worded.stream().max(words).map(event -> event.get(11)).orElse(null));
        values.add(near.stream()
                .filter(event -> !event.isNullAt(5) && event.getDouble(5) > 0 && !event.isNullAt(7))
                .map(event -> (long) event.getShort(7))
                .reduce(Long::sum)
                .orElse(null));
        return values;
    }

    private static List<Object> present(List<Row> rows, int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Nulls first, texts by their bytes, all else as Java orders it. */
    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        if (a == null || b == null) {
            return Boolean.compare(a != null, b != null);
        }
        return a instanceof String text
                ? UTF8String.fromString(text).compareTo(UTF8String.fromString((String) b))
                : ((Comparable<Object>) a).compareTo(b);
    }

    private static Instant time(Row row, int column) {
        return row.getTimestamp(column).toInstant();
    }

    private static List<Object> values(Row row, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            values.add(row.get(i));
        }
        return values;
    }

    private static String text(List<Object> values) {
        return values.toString();
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.orderBy("id").collectAsList().stream().map(Row::toString).toList();
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history, Strategy strategy) {
        return add(spine, history, Reach.of(spine, "as_of"), strategy);
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history, Reach reach, Strategy strategy) {
        return PointInTime.add(spine, spine, "as_of", reach, List.of(history), strategy);
    }
}
