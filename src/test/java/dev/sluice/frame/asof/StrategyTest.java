package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.map_entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.asof.History.Ask;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.Shuffles;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Tuple2;
import scala.collection.JavaConverters;

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
        "PROBE, 1, true, true, true, false, 0",
        "PROBE, 5, false, true, true, false, 0",
        "PROBE, 3, true, false, false, true, 0",
        "PROBE, 3, true, true, true, false, 1",
        "PROBE, 7, false, false, false, true, 2",
        "PRUNE, 1, false, true, true, false, 0",
        "PRUNE, 4, true, true, true, false, 0",
        "PRUNE, 2, false, false, false, true, 0",
        "PRUNE, 3, true, true, true, false, 2",
        "PRUNE, 6, false, false, false, true, 1",
        "SORT, 3, true, true, true, false, 0",
        "SORT, 2, false, true, true, false, 0",
        "SORT, 2, true, false, false, true, 0"
    })
    void answersAThousandCasesAsTheObviousWayDoes(
            Strategy strategy,
            int partitions,
            boolean adaptive,
            boolean atOnce,
            boolean ageClosed,
            boolean overClosed,
            long range,
            SparkSession spark) {
        Ends ends = new Ends(atOnce, new Span(AGE, ageClosed), new Span(OVER, overClosed), new Span(AGE, overClosed));
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
                        List.of(asked(spark.createDataFrame(events, EVENT), ends)),
                        strategy,
                        OptionalInt.of(partitions),
                        range == 0 ? OptionalLong.empty() : OptionalLong.of(range))
                .rows();
        for (Row row : ordered(answered).collectAsList()) {
            assertThat(found.put(row.getInt(0), text(values(row, SLOT.size(), row.length()))))
                    .as("one row per slot")
                    .isNull();
        }

        assertThat(found).hasSameSizeAs(slots);
        for (Row slot : slots) {
            List<Row> candidates = slot.isNullAt(1) ? List.of() : byCase.getOrDefault(slot.getInt(1), List.of());
            assertThat(found.get(slot.getInt(0)))
                    .as("slot %s of %s", slot, candidates)
                    .isEqualTo(text(expected(slot, candidates, ends)));
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

        Dataset<Row> both = PointInTime.add(
                        spine, spine, "as_of", Reach.of(spine, "as_of"), List.of(one, other), Strategy.PROBE)
                .rows();
        Dataset<Row> apart = add(add(spine, one, Strategy.SORT), other, Strategy.SORT);

        assertThat(both.columns()).isEqualTo(apart.columns());
        assertThat(texts(both)).isEqualTo(texts(apart));
        String lineage = both.queryExecution().toRdd().toDebugString();
        assertThat(lineage.split("ShuffledRDD\\[", -1))
                .as("the spine and each history: %s", lineage)
                .hasSize(4);
    }

    @Test
    void manyDifferentValuesAreEstimatedTheSameWhateverMeetsThem(SparkSession spark) {
        Dataset<Row> spine = spark.range(40).selectExpr("id", "0 as k", "timestamp_seconds(id * 50) as as_of");
        Dataset<Row> events = spark.range(2_000)
                .selectExpr("0 as k", "timestamp_seconds(id) as t", "id div 2 as n", "cast(id % 7 as string) as c");
        Map<String, String> take = new LinkedHashMap<>();
        take.put("kinds", "approx_count_distinct(n)");
        take.put("half", "percentile(n, 0.5)");
        take.put("last_n", "last_k(n, 2)");
        History history = new History(
                "events", events, Map.of("k", "k"), "t", "t", List.of(new Ask.Window(Duration.ofSeconds(1_600), take)));

        List<Row> probed = add(spine, history, Strategy.PROBE).orderBy("id").collectAsList();
        List<Row> sorted = add(spine, history, Strategy.SORT).orderBy("id").collectAsList();

        assertThat(probed).isEqualTo(sorted);
        Row last = probed.get(39);
        assertThat((double) last.<Long>getAs("kinds")).isCloseTo(801, Offset.offset(40.0));
        assertThat(probed.get(10).<Long>getAs("kinds")).as("few are exact").isEqualTo(251);
        assertThat(last.<Double>getAs("half")).isEqualTo(575.0);
        assertThat(last.getList(5)).isEqualTo(List.of(974L, 975L));
    }

    /** Beside no other window, whose rows would pass anyway. */
    @Test
    void aPruneLetsTheRowsOfAListPass(SparkSession spark) {
        History history = new History(
                "events",
                events(spark),
                Map.of("k", "k"),
                "ts",
                "ts",
                List.of(new Ask.Window(Duration.ofHours(1), Map.of("last_x", "last_k(x, 3)"))));
        Dataset<Row> spine = decisions(spark, 40);

        List<Row> pruned = add(spine, history, Strategy.PRUNE).orderBy("id").collectAsList();

        assertThat(pruned)
                .isEqualTo(add(spine, history, Strategy.PROBE).orderBy("id").collectAsList());
        assertThat(pruned.get(0).getList(3)).isEqualTo(List.of(9_800.0, 9_900.0, 10_000.0));
    }

    @Test
    void aMapOfTooManyKeysEndsTheJob(SparkSession spark) {
        Dataset<Row> spine = spark.range(1).selectExpr("id", "0 as k", "timestamp_seconds(5000) as as_of");
        Dataset<Row> events = spark.range(1_001).selectExpr("0 as k", "timestamp_seconds(id) as t", "id as n");
        for (Ask ask : List.of(
                new Ask.Window(Duration.ofDays(1), Map.of("counts", "histogram(n)")),
                new Ask.Window(Span.open(Duration.ofDays(1)), Map.of("counts", "count(*)"), Optional.of("n")))) {
            for (int most : new int[] {1_000, 1_001}) {
                History history = new History("events", events.limit(most), Map.of("k", "k"), "t", "t", List.of(ask));
                Dataset<Row> answered = add(spine, history, Strategy.PROBE);
                if (most == 1_000) {
                    assertThat(answered.head().getJavaMap(3)).hasSize(1_000);
                } else {
                    assertThatThrownBy(answered::collectAsList)
                            .rootCause()
                            .isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                                    .isEqualTo(ErrorCode.INPUT_MALFORMED))
                            .hasMessage("feature counts of a window: expected at most 1000 different keys in one map,"
                                    + " found more");
                }
            }
        }
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
        Broadcast<Slots> index = Probe.sent(spine, Probe.index(spine, List.of("k"), "as_of"));
        Probe.Question question = Probe.Question.of(asked, 1);

        assertThat(asked.events().count()).isGreaterThan(10_000);
        Exchange.Sending sending = Probe.pruned(question, index, rows -> Exchange.Sent.to(rows, row -> 0));
        assertThat(rows(Exchange.exchanged(asked.events(), 1, sending)))
                .singleElement()
                .asInstanceOf(LONG)
                .isBetween(40L, 4 * 40L);
    }

    /** Three in ten rows of both sides are of one key, as is usual of the largest customer. */
    @ParameterizedTest
    @EnumSource(names = {"PROBE", "PRUNE"})
    void tasksShareAKeyOfManyRowsEvenly(Strategy strategy, SparkSession spark) {
        int tasks = 8;
        Dataset<Row> spine = skewed(spark, 20_000, "as_of").cache();
        History history = new History(
                "events",
                skewed(spark, 60_000, "ts")
                        .selectExpr("k", "ts", "id % 1000 as x")
                        .cache(),
                Map.of("k", "k"),
                "ts",
                "ts",
                List.of(
                        new Ask.Newest(
                                Map.of("x", "x"), Optional.of(Span.closed(Duration.ofDays(2))), Optional.empty()),
                        new Ask.Window(Duration.ofHours(6), Map.of("sum_x", "sum(x)", "last_x", "last_k(x, 2)"))));
        Reach reach = Reach.of(spine, "as_of");
        long size = spine.count() / (4L * tasks);

        PointInTime.Answered shared = add(spine, history, reach, strategy, tasks, size);
        PointInTime.Answered whole = add(spine, history, reach, strategy, tasks, spine.count());

        assertThat(shared.shared()).hasValueSatisfying(text -> assertThat(text).matches("1 key in [78] ranges"));
        assertThat(whole.shared()).isEmpty();
        Shuffles even =
                Shuffles.of(spark, () -> shared.rows().queryExecution().toRdd().count());
        Shuffles uneven =
                Shuffles.of(spark, () -> whole.rows().queryExecution().toRdd().count());
        assertThat(even.read()).hasSize(tasks);
        assertThat(uneven.skew()).isGreaterThan(3);
        assertThat(even.skew()).isLessThan(2);
        assertThat(even.number()).as("the spine and the history").isEqualTo(2);
        assertThat(even.bytes()).as("few rows go to two tasks").isLessThan(uneven.bytes() * 21 / 20);
        assertThat(texts(shared.rows())).isEqualTo(texts(whole.rows()));
    }

    @Test
    void aRangeIsAPartOfATasksShareButNeverSmall() {
        assertThat(Ranges.size(200_000, 4)).isEqualTo(12_500);
        assertThat(Ranges.size(1_000, 4)).isEqualTo(1 << 13);
    }

    /** Without cuts a task would hold more decision times than it should. */
    @Test
    void aProbeOfManyRowsOfOneKeyIsCounted(SparkSession spark) {
        long rows = Strategy.SLOTS_OF_A_TASK + 1;
        Dataset<Row> spine = spark.range(rows).selectExpr("id", "0 as k", "timestamp_micros(id * 1000) as as_of");
        Dataset<Row> events = spark.range(100)
                .selectExpr("0 as k", "timestamp_micros(id * 10000000) as ts", "cast(id as double) as x");

        PointInTime.Answered answered = PointInTime.add(
                spine, spine, "as_of", Reach.of(spine, "as_of"), List.of(newest(events)), Strategy.PROBE);

        assertThat(answered.shared()).hasValue("1 key in 2 ranges");
        assertThat(answered.rows().selectExpr("count(x)", "sum(x)").head())
                .isEqualTo(RowFactory.create(rows, (double) sumOfNewest(rows)));
    }

    private static long sumOfNewest(long rows) {
        long sum = 0;
        for (long id = 0; id < rows; id++) {
            sum += Math.min(99, id / 10_000);
        }
        return sum;
    }

    private static Dataset<Row> skewed(SparkSession spark, int rows, String time) {
        return spark.range(0, rows, 1, 4)
                .selectExpr(
                        "id",
                        "if(id % 10 < 3, 0, id % 200) as k",
                        "timestamp_seconds(pmod(xxhash64(id, " + rows + "), 30 * 86400)) as " + time);
    }

    @Test
    void spineRowsWithoutAKeyAreSpread(SparkSession spark) {
        Dataset<Row> spine =
                spark.range(8_000).selectExpr("cast(null as bigint) as k", "timestamp_seconds(id) as as_of");

        DataType[] keyTypes = {DataTypes.LongType};
        List<Long> tasks = rows(Exchange.exchanged(spine, 4, Probe.spineRows(keyTypes, 4, Optional.empty())));

        assertThat(tasks).hasSize(4).allSatisfy(rows -> assertThat(rows).isBetween(1_000L, 4_000L));
    }

    @Test
    void theStrategyIsChosenFromRowsAndBytes(SparkSession spark) {
        Reach reach = new Reach(10, OptionalLong.of(0), OptionalLong.of(1));
        Reach manyReach = new Reach((1 << 20) + 1, OptionalLong.of(0), OptionalLong.of(1));
        List<History> small = List.of(newest(rows(spark, 1_000)));
        List<History> large = List.of(newest(rows(spark, 10_000_000)));
        Reach halfAMillion = new Reach(500_000, OptionalLong.of(0), OptionalLong.of(1));

        assertThat(Strategy.of(reach, small))
                .isEqualTo(new Strategy.Choice(Strategy.PROBE, "10 spine rows, 0.0 MiB of history"));
        assertThat(Strategy.of(reach, large))
                .isEqualTo(new Strategy.Choice(Strategy.PRUNE, "10 spine rows, 76.3 MiB of history"));
        assertThat(Strategy.of(halfAMillion, large).strategy()).isEqualTo(Strategy.PRUNE);
        History window = new History(
                "events",
                rows(spark, 10_000_000),
                Map.of("k", "k"),
                "ts",
                "ts",
                List.of(new Ask.Window(Duration.ofDays(1), Map.of("n", "count(*)"))));
        assertThat(Strategy.of(halfAMillion, List.of(window)).strategy()).isEqualTo(Strategy.PROBE);
        assertThat(Strategy.of(manyReach, large).strategy()).isEqualTo(Strategy.PROBE);
    }

    private static Dataset<Row> rows(SparkSession spark, long number) {
        return spark.range(number).toDF("k");
    }

    /** Number of rows of each task. */
    private static List<Long> rows(RDD<Tuple2<Integer, byte[]>> exchanged) {
        return exchanged
                .toJavaRDD()
                .mapPartitions(blocks -> {
                    long number = 0;
                    for (Iterator<InternalRow> rows = Exchange.rows(blocks, 2); rows.hasNext(); rows.next()) {
                        number++;
                    }
                    return List.of(number).iterator();
                })
                .collect();
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

    /**
     * What belongs to the spans that are asked for.
     *
     * @param over span of the long window
     * @param soon span of the short ones
     */
    private record Ends(boolean atOnce, Span age, Span over, Span soon) {
        static final Ends USUAL = new Ends(true, Span.closed(AGE), Span.open(OVER), Span.open(AGE));

        boolean isKnown(Row event, Row slot) {
            int order = time(event, 4).compareTo(time(slot, 4));
            return atOnce ? order <= 0 : order < 0;
        }

        static boolean isWithin(Span span, Row event, Row slot) {
            int order = time(event, 3).compareTo(time(slot, 4).minus(span.length()));
            return span.closed() ? order >= 0 : order > 0;
        }
    }

    private static History asked(Dataset<Row> events) {
        return asked(events, Ends.USUAL);
    }

    private static History asked(Dataset<Row> events, Ends ends) {
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
        window.put("kinds_x", "approx_count_distinct(x)");
        window.put("kinds_word", "approx_count_distinct(word)");
        window.put("half_x", "percentile(x, 0.5)");
        window.put("most_f", "percentile(f, 0.9)");
        window.put("first_words", "first_k(word, 2)");
        window.put("last_n", "last_k(n, 3)");
        window.put("top_d", "top_k(d, 2)");
        window.put("counts_s", "histogram(s)");
        window.put("of_x", "sum(s) / count(x)");
        window.put("last_but_one", "coalesce(element_at(reverse(last_k(word, 2)), 2), 'none')");
        Map<String, String> byWord = new LinkedHashMap<>();
        byWord.put("rows_by", "count(*)");
        byWord.put("avg_by", "avg(x)");
        byWord.put("last_by", "last_k(n, 2)");
        byWord.put("kinds_by", "approx_count_distinct(s)");
        return new History(
                "events",
                events,
                KEYS,
                "happened",
                "known",
                ends.atOnce(),
                List.of(
                        new Ask.Newest(all, Optional.empty(), Optional.of("missing")),
                        new Ask.Newest(Map.of("n_fresh", "n"), Optional.of(ends.age()), Optional.empty()),
                        new Ask.Window(ends.over(), window, Optional.empty()),
                        new Ask.Window(ends.soon(), byWord, Optional.of("word")),
                        new Ask.Window(ends.soon(), Map.of("half_x_soon", "percentile(x, 0.5)"), Optional.empty())));
    }

    /** Maps as lists of their entries, in the order in which they are held. */
    private static Dataset<Row> ordered(Dataset<Row> answered) {
        Column[] columns = Arrays.stream(answered.schema().fields())
                .map(field -> field.dataType() instanceof MapType
                        ? map_entries(col(field.name())).as(field.name())
                        : col(field.name()))
                .toArray(Column[]::new);
        return answered.select(columns);
    }

    /** The definitions, word for word. */
    private static List<Object> expected(Row slot, List<Row> events, Ends ends) {
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
                .filter(event -> ends.isKnown(event, slot))
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
                .filter(event -> Ends.isWithin(ends.age(), event, slot));

        List<Object> values = new ArrayList<>();
        for (int column : new int[] {11, 6, 7, 9, 10}) {
            values.add(now.map(event -> event.get(column)).orElse(null));
        }
        values.add(now.isPresent() ? 0.0 : 1.0);
        values.add(fresh.map(event -> event.get(8)).orElse(null));
        List<Row> near = known.stream()
                .filter(event -> Ends.isWithin(ends.over(), event, slot))
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
        values.add((long) different(near, 5));
        values.add((long) different(near, 11));
        values.add(percentile(present(near, 5), 0.5));
        values.add(percentile(present(near, 6), 0.9));
        List<Object> words11 = inOrder(near, 11);
        List<Object> wholes = inOrder(near, 8);
        values.add(orNull(words11.subList(0, Math.min(2, words11.size()))));
        values.add(orNull(wholes.subList(Math.max(0, wholes.size() - 3), wholes.size())));
        values.add(orNull(present(near, 10).stream()
                .sorted((a, b) -> compare(b, a))
                .limit(2)
                .toList()));
        values.add(orNull(present(near, 7).stream()
                .map(Object::toString)
                .distinct()
                .sorted(StrategyTest::compare)
                .map(s -> (Object) List.of(
                        s,
                        present(near, 7).stream()
                                .filter(other -> other.toString().equals(s))
                                .count()))
                .toList()));
        Optional<Long> sum =
                present(near, 7).stream().map(s -> (long) (Short) s).reduce(Long::sum);
        int xs = present(near, 5).size();
        values.add(sum.isEmpty() || xs == 0 ? null : (double) sum.get() / xs);
        values.add(words11.size() < 2 ? "none" : words11.get(words11.size() - 2));

        List<Row> soon = known.stream()
                .filter(event -> Ends.isWithin(ends.soon(), event, slot))
                .toList();
        values.add(byWord(soon, 11, rows -> (long) rows.size()));
        values.add(byWord(
                soon,
                5,
                rows -> rows.stream()
                                .map(row -> new BigDecimal(row.getDouble(5)))
                                .reduce(BigDecimal::add)
                                .orElseThrow()
                                .doubleValue()
                        / rows.size()));
        values.add(byWord(soon, 8, rows -> {
            List<Object> ns = inOrder(rows, 8);
            return ns.subList(Math.max(0, ns.size() - 2), ns.size());
        }));
        values.add(byWord(soon, 7, rows -> (long) different(rows, 7)));
        values.add(percentile(present(soon, 5), 0.5));
        return values;
    }

    /** Entries of a map from word to something of the rows that have this word and a value in a column. */
    private static Object byWord(List<Row> rows, int column, Function<List<Row>, Object> of) {
        return orNull(present(rows, 11).stream()
                .distinct()
                .sorted(StrategyTest::compare)
                .map(word -> List.of(
                        word,
                        rows.stream()
                                .filter(row -> word.equals(row.get(11)) && !row.isNullAt(column))
                                .toList()))
                .filter(entry -> !((List<?>) entry.get(1)).isEmpty())
                .map(entry -> entry(entry.get(0), of, entry.get(1)))
                .toList());
    }

    @SuppressWarnings("unchecked")
    private static Object entry(Object word, Function<List<Row>, Object> of, Object rows) {
        return List.of(word, of.apply((List<Row>) rows));
    }

    private static Object orNull(List<?> values) {
        return values.isEmpty() ? null : values;
    }

    /** Zero is one value, whatever its sign. */
    private static int different(List<Row> rows, int column) {
        return present(rows, column).stream()
                .map(value -> value.equals(-0.0) ? 0.0 : value)
                .collect(Collectors.toSet())
                .size();
    }

    private static List<Object> inOrder(List<Row> rows, int column) {
        return rows.stream()
                .filter(row -> !row.isNullAt(column))
                .sorted(Comparator.<Row, Instant>comparing(row -> time(row, 3))
                        .thenComparing(row -> time(row, 4))
                        .thenComparing(row -> row.get(column), StrategyTest::compare))
                .map(row -> row.get(column))
                .toList();
    }

    /** As Spark's function of that name: in proportion between the neighbours. */
    private static Double percentile(List<Object> values, double share) {
        List<Double> sorted = values.stream()
                .map(value -> ((Number) value).doubleValue())
                .sorted()
                .toList();
        if (sorted.isEmpty()) {
            return null;
        }
        double position = (sorted.size() - 1) * share;
        double lower = sorted.get((int) Math.floor(position));
        double higher = sorted.get((int) Math.ceil(position));
        return Double.compare(lower, higher) == 0
                ? lower
                : (Math.ceil(position) - position) * lower + (position - Math.floor(position)) * higher;
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
            values.add(plain(row.get(i)));
        }
        return values;
    }

    private static Object plain(Object value) {
        if (value instanceof scala.collection.Seq<?> list) {
            return JavaConverters.seqAsJavaList(list).stream()
                    .map(StrategyTest::plain)
                    .toList();
        }
        return value instanceof Row entry ? values(entry, 0, entry.length()) : value;
    }

    private static String text(List<Object> values) {
        return values.toString();
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.orderBy("id").collectAsList().stream().map(Row::toString).toList();
    }

    private static PointInTime.Answered add(
            Dataset<Row> spine, History history, Reach reach, Strategy strategy, int tasks, long range) {
        return PointInTime.add(
                spine,
                spine,
                "as_of",
                reach,
                List.of(history),
                strategy,
                OptionalInt.of(tasks),
                OptionalLong.of(range));
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history, Strategy strategy) {
        return add(spine, history, Reach.of(spine, "as_of"), strategy);
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history, Reach reach, Strategy strategy) {
        return PointInTime.add(spine, spine, "as_of", reach, List.of(history), strategy)
                .rows();
    }
}
