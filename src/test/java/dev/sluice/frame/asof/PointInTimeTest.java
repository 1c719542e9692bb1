package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.asof.History.Ask;
import dev.sluice.testing.SparkTest;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pass against the obvious way: for each slot look at every event. */
@SparkTest
class PointInTimeTest {
    private static final Instant START = Instant.parse("2013-11-03T05:00:00Z");
    private static final StructType EVENT = StructType.fromDDL(
            "place string, line int, happened timestamp, known timestamp, x double, n int, word string");
    private static final StructType SLOT =
            StructType.fromDDL("id int, origin string, route int, as_of timestamp, day date, local timestamp");
    private static final Map<String, String> KEYS = Map.of("origin", "place", "route", "line");
    private static final Duration AGE = Duration.ofMinutes(6);
    private static final Duration SHORT = Duration.ofMinutes(4);
    private static final Duration LONG = Duration.ofMinutes(15);

    @ParameterizedTest
    @CsvSource({"1, PROBE", "2, PROBE", "3, PROBE", "4, SORT", "5, SORT"})
    void answersAsTheObviousWayDoes(long seed, Strategy strategy, SparkSession spark) {
        Random random = new Random(seed);
        List<Row> events = events(random, 1500);
        List<Row> slots = slots(random, 600);
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);

        Dataset<Row> answered = answer(spine, spark.createDataFrame(events, EVENT), strategy);

        assertThat(answered.columns())
                .containsExactly(
                        "id",
                        "origin",
                        "route",
                        "as_of",
                        "day",
                        "local", // the spine as it was
                        "x_now",
                        "word_now",
                        "events_missing",
                        "n_fresh", // newest, newest no older than AGE
                        "all_short",
                        "xs_short",
                        "avg_short",
                        "sum_short",
                        "ns_short",
                        "min_short",
                        "max_short",
                        "deviation_short",
                        "spread_short",
                        "early_short",
                        "late_short",
                        "since_short",
                        "some_short",
                        "all_long",
                        "xs_long",
                        "avg_long",
                        "sum_long",
                        "ns_long",
                        "min_long",
                        "max_long",
                        "deviation_long",
                        "spread_long",
                        "early_long",
                        "late_long",
                        "since_long",
                        "some_long");
        Map<Integer, Row> byId = new LinkedHashMap<>();
        answered.collectAsList()
                .forEach(row -> assertThat(byId.put(row.getInt(0), row)).isNull());
        assertThat(byId).as("one row per slot, seed %d", seed).hasSameSizeAs(slots);
        for (Row slot : slots) {
            assertThat(values(byId.get(slot.getInt(0))))
                    .as("slot %s, seed %d", slot, seed)
                    .containsExactlyElementsOf(expected(slot, events));
        }
    }

    /** Most rows are of one key, whose times are cut into ranges. */
    @ParameterizedTest
    @CsvSource({"51, PROBE, 10", "52, PROBE, 37", "53, PRUNE, 10", "54, PRUNE, 3"})
    void soDoTasksThatShareAKey(long seed, Strategy strategy, long range, SparkSession spark) {
        Random random = new Random(seed);
        List<Row> events = skewed(random, events(random, 900), 0, 1);
        List<Row> slots = skewed(random, slots(random, 400), 1, 2);
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);

        PointInTime.Answered answered = PointInTime.add(
                spine,
                spine,
                "as_of",
                Reach.of(spine, "as_of"),
                List.of(history(spark.createDataFrame(events, EVENT))),
                strategy,
                OptionalInt.of(5),
                OptionalLong.of(range));

        assertThat(answered.shared())
                .hasValueSatisfying(text -> assertThat(text).matches("\\d+ keys? in \\d+ ranges"));
        Map<Integer, Row> byId = new LinkedHashMap<>();
        answered.rows().collectAsList().forEach(row -> assertThat(byId.put(row.getInt(0), row))
                .isNull());
        assertThat(byId).hasSameSizeAs(slots);
        for (Row slot : slots) {
            assertThat(values(byId.get(slot.getInt(0))))
                    .as("slot %s, seed %d", slot, seed)
                    .containsExactlyElementsOf(expected(slot, events));
        }
    }

    /** Three rows in four get one key, of a place and a line. */
    private static List<Row> skewed(Random random, List<Row> rows, int place, int line) {
        return rows.stream()
                .map(row -> {
                    Object[] values = values(row).toArray();
                    if (random.nextInt(4) > 0) {
                        values[place] = "place0";
                        values[line] = 0;
                    }
                    return RowFactory.create(values);
                })
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void neitherOrderNorPartitioningChangesABit(int partitions, SparkSession spark) {
        Random random = new Random(11);
        Dataset<Row> events = spark.createDataFrame(events(random, 800), EVENT);
        Dataset<Row> spine = spark.createDataFrame(slots(random, 200), SLOT);
        List<String> once = texts(answer(spine, events));

        spark.conf().set("spark.sql.shuffle.partitions", partitions);
        Dataset<Row> shuffled = events.orderBy(col("x").desc(), col("known").desc());
        assertThat(texts(answer(spine.orderBy(col("id").desc()), shuffled))).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void whatBecameKnownLaterChangesNothing(long seed, SparkSession spark) {
        Random random = new Random(seed);
        Instant cut = START.plusSeconds(60 * 20);
        List<Row> slots = slots(random, 300).stream()
                .filter(slot ->
                        !slot.isNullAt(3) && !slot.getTimestamp(3).toInstant().isAfter(cut))
                .toList();
        List<Row> known = events(random, 800).stream()
                .filter(event ->
                        !event.isNullAt(3) && !event.getTimestamp(3).toInstant().isAfter(cut))
                .toList();
        List<Row> later = new ArrayList<>(known);
        for (Row event : events(random, 800)) {
            Timestamp after = Timestamp.from(cut.plusMillis(1 + random.nextInt(100_000)));
            later.add(RowFactory.create(
                    event.get(0), event.get(1), event.get(2), after, event.get(4), event.get(5), event.get(6)));
        }
        Dataset<Row> spine = spark.createDataFrame(slots, SLOT);

        List<String> before = texts(answer(spine, spark.createDataFrame(known, EVENT)));
        assertThat(texts(answer(spine, spark.createDataFrame(later, EVENT))))
                .as("seed %d", seed)
                .isEqualTo(before);
        assertThat(before).as("the answers say something").anyMatch(text -> text.contains("0.0,"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptySideIsNoSpecialCase(boolean emptySpine, SparkSession spark) {
        Random random = new Random(31);
        Dataset<Row> spine = spark.createDataFrame(emptySpine ? List.of() : slots(random, 20), SLOT);
        Dataset<Row> events = spark.createDataFrame(emptySpine ? events(random, 20) : List.of(), EVENT);

        List<Row> rows = answer(spine, events).collectAsList();

        assertThat(rows).hasSize(emptySpine ? 0 : 20);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.<Double>getAs("events_missing")).isEqualTo(1.0);
            assertThat(row.<Long>getAs("all_long")).isZero();
            assertThat(row.<Double>getAs("sum_long")).isNull();
        });
    }

    @Test
    void allQuestionsCostOneShuffleAndOneScanOfWhatSomeSlotSees(SparkSession spark, @TempDir Path folder) {
        spark.conf().set("spark.sql.maxMetadataStringLength", 10_000);
        Random random = new Random(41);
        String path = folder.resolve("events").toString();
        spark.createDataFrame(events(random, 100), EVENT).write().parquet(path);
        Dataset<Row> spine = spark.createDataFrame(slots(random, 10), SLOT);
        History bounded = new History(
                "events",
                spark.read().parquet(path),
                KEYS,
                "happened",
                "known",
                List.of(
                        new Ask.Newest(Map.of("n_fresh", "n"), Optional.of(Span.closed(AGE)), Optional.empty()),
                        new Ask.Window(SHORT, Map.of("c", "count(*)")),
                        new Ask.Window(LONG, Map.of("a", "avg(n)"))));

        String plan = PointInTime.add(spine, spine, "as_of", Reach.of(spine, "as_of"), List.of(bounded), Strategy.SORT)
                .rows()
                .queryExecution()
                .executedPlan()
                .toString();

        assertThat(plan.split("Exchange hashpartitioning", -1)).hasSize(2);
        assertThat(plan.split("FileScan", -1)).hasSize(2);
        assertThat(plan).contains("GreaterThanOrEqual(happened,", "LessThanOrEqual(known,", "IsNotNull(place)");
        assertThat(plan).contains("ReadSchema: struct<place:string,line:int,happened:timestamp,known:timestamp,n:int>");
    }

    @Test
    void refusesWhatDoesNotFit(SparkSession spark) {
        Dataset<Row> spine = spark.createDataFrame(List.of(), SLOT);
        Dataset<Row> events = spark.createDataFrame(List.of(), EVENT);
        Map<String, String> keys = Map.of("origin", "place");

        refused(() -> new Ask.Window(SHORT, Map.of("spread", "skewness(x)")))
                .hasMessage(
                        "feature spread of a window: expected one of avg, sum, count, min, max, stddev, stddev_samp,"
                                + " stddev_pop, variance, var_samp, var_pop, earliest, latest, seconds_since,"
                                + " approx_count_distinct, percentile, first_k, last_k, top_k, histogram of one expression, such"
                                + " as avg(x) or avg(x) filter (where y > 0), or arithmetic over them, found 'skewness(x)'");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "avg(x) + x"))).hasMessageContaining("found 'avg(x) + x'");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "1 + 2"))).hasMessageContaining("found '1 + 2'");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "avg(max(x))"))).hasMessageContaining("found 'avg(max(x))'");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "percentile(x)"))).hasMessageContaining("percentile(x)");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "percentile(x, 1.5)")))
                .hasMessage("feature f of a window: expected a number from 0 to 1 as the second argument of percentile,"
                        + " found 'percentile(x, 1.5)'");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "last_k(x, n)")))
                .hasMessageContaining("expected a whole number from 1 to 1000 as the second argument of last_k");
        refused(() -> new Ask.Window(Span.open(SHORT), Map.of("f", "sum(x) / count(x)"), Optional.of("word")))
                .hasMessage(
                        "feature f of a window with bucket: expected one aggregate alone, found 'sum(x) / count(x)'");
        Ask list = new Ask.Window(SHORT, Map.of("f", "reverse(last_k(x, 2))"));
        refused(() -> add(spine, new History("events", events, keys, "happened", "known", List.of(list))))
                .hasMessageContaining("feature f of a window is of type array<double>, expected a number");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "count(distinct x)")))
                .hasMessageContaining("count(distinct x)");
        refused(() -> new Ask.Window(SHORT, Map.of("f", "sum(")))
                .hasMessageContaining("expected a Spark SQL expression, found 'sum('");
        Ask text = new Ask.Window(SHORT, Map.of("longest", "max(word)"));
        refused(() -> add(spine, new History("events", events, keys, "happened", "known", List.of(text))))
                .hasMessage("feature longest of a window takes max of string, expected a number");
        Ask x = new Ask.Newest(Map.of("x_now", "x"), Optional.empty(), Optional.empty());
        refused(() -> add(
                        spine,
                        new History("events", events, Map.of("origin", "line"), "happened", "known", List.of(x))))
                .hasMessage(
                        "the key of events (origin: line) is of type string in the spine and int in the table, expected"
                                + " one type for both: a number, string, boolean, date or timestamp");
        refused(() -> add(spine, new History("events", events, keys, "x", "known", List.of(x))))
                .hasMessage("time of events is of type double, expected timestamp");
        Ask when = new Ask.Newest(Map.of("last", "happened"), Optional.empty(), Optional.empty());
        refused(() -> add(spine, new History("events", events, keys, "happened", "known", List.of(when))))
                .hasMessage("feature last of events is of type timestamp, expected a number, a boolean or a text");
        Ask unknown = new Ask.Newest(Map.of("y_now", "y"), Optional.empty(), Optional.empty());
        refused(() -> add(spine, new History("events", events, keys, "happened", "known", List.of(unknown))))
                .hasMessageContaining("cannot read the history events")
                .hasMessageContaining("`y` cannot be resolved");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.PLAN_INVALID));
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history) {
        return add(spine, history, Strategy.PROBE);
    }

    private static Dataset<Row> add(Dataset<Row> spine, History history, Strategy strategy) {
        return PointInTime.add(spine, spine, "as_of", Reach.of(spine, "as_of"), List.of(history), strategy)
                .rows();
    }

    private static Dataset<Row> answer(Dataset<Row> spine, Dataset<Row> events) {
        return answer(spine, events, Strategy.PROBE);
    }

    private static Dataset<Row> answer(Dataset<Row> spine, Dataset<Row> events, Strategy strategy) {
        return add(spine, history(events), strategy);
    }

    private static History history(Dataset<Row> events) {
        Map<String, String> now = new LinkedHashMap<>();
        now.put("x_now", "x");
        now.put("word_now", "upper(word)");
        return new History(
                "events",
                events,
                KEYS,
                "happened",
                "known",
                List.of(
                        new Ask.Newest(now, Optional.empty(), Optional.of("events_missing")),
                        new Ask.Newest(Map.of("n_fresh", "n"), Optional.of(Span.closed(AGE)), Optional.empty()),
                        window(SHORT, "short"),
                        window(LONG, "long")));
    }

    private static Ask window(Duration over, String name) {
        Map<String, String> take = new LinkedHashMap<>();
        take.put("all_" + name, "count(*)");
        take.put("xs_" + name, "count(x)");
        take.put("avg_" + name, "avg(x)");
        take.put("sum_" + name, "sum(x)");
        take.put("ns_" + name, "sum(n)");
        take.put("min_" + name, "min(n)");
        take.put("max_" + name, "MAX(x)");
        take.put("deviation_" + name, "stddev(x)");
        take.put("spread_" + name, "var_pop(n)");
        take.put("early_" + name, "earliest(word)");
        take.put("late_" + name, "latest(n)");
        take.put("since_" + name, "seconds_since(x)");
        take.put("some_" + name, "avg(x) filter (where n > 0)");
        return new Ask.Window(over, take);
    }

    /** What {@link #answer} must give for a slot: the definitions, word for word. */
    private static List<Object> expected(Row slot, List<Row> events) {
        Instant asOf = instant(slot, 3);
        List<Row> known = events.stream()
                .filter(event -> asOf != null && instant(event, 2) != null && instant(event, 3) != null)
                .filter(event -> slot.get(1) != null && slot.get(1).equals(event.get(0)))
                .filter(event -> slot.get(2) != null && slot.get(2).equals(event.get(1)))
                .filter(event -> !instant(event, 3).isAfter(asOf))
                .toList();
        Comparator<Row> newest = Comparator.<Row, Instant>comparing(event -> instant(event, 2))
                .thenComparing(event -> instant(event, 3));
        Comparator<Double> doubles = Comparator.nullsFirst(Comparator.naturalOrder());
        Comparator<String> words = Comparator.nullsFirst(Comparator.naturalOrder());
        Comparator<Integer> ints = Comparator.nullsFirst(Comparator.naturalOrder());
        Optional<Row> now = known.stream()
                .max(newest.thenComparing(event -> event.<Double>getAs(4), doubles)
                        .thenComparing(event -> event.<String>getAs(6), words));
        Optional<Row> fresh = known.stream()
                .filter(event -> !instant(event, 2).isBefore(asOf.minus(AGE)))
                .max(newest.thenComparing(event -> event.<Integer>getAs(5), ints));

        List<Object> values = new ArrayList<>(values(slot));
        values.add(now.map(event -> event.get(4)).orElse(null));
        values.add(now.map(event -> event.<String>getAs(6))
                .map(word -> word.toUpperCase(Locale.ROOT))
                .orElse(null));
        values.add(now.isPresent() ? 0.0 : 1.0);
        values.add(fresh.map(event -> event.get(5)).orElse(null));
        values.addAll(window(known, asOf, SHORT));
        values.addAll(window(known, asOf, LONG));
        return values;
    }

    private static List<Object> window(List<Row> known, Instant asOf, Duration over) {
        List<Row> rows = known.stream()
                .filter(event -> asOf.minus(over).isBefore(instant(event, 2)))
                .toList();
        List<Double> xs = rows.stream()
                .map(event -> event.<Double>getAs(4))
                .filter(Objects::nonNull)
                .toList();
        List<Integer> ns = rows.stream()
                .map(event -> event.<Integer>getAs(5))
                .filter(Objects::nonNull)
                .toList();
        Function<List<Double>, Double> sum = values -> values.stream().anyMatch(v -> v.isNaN())
                ? Double.NaN
                : values.stream()
                        .map(BigDecimal::new)
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .doubleValue();
        List<Object> values = new ArrayList<>();
        values.add((long) rows.size());
        values.add((long) xs.size());
        values.add(xs.isEmpty() ? null : sum.apply(xs) / xs.size());
        values.add(xs.isEmpty() ? null : sum.apply(xs));
        values.add(ns.isEmpty() ? null : ns.stream().mapToLong(n -> n).sum());
        values.add(ns.stream().min(Comparator.naturalOrder()).orElse(null));
        values.add(xs.stream().max(Comparator.naturalOrder()).orElse(null));
        Double variance = variance(xs, xs.size() - 1);
        values.add(variance == null ? null : Math.sqrt(variance));
        values.add(variance(ns.stream().map(Integer::doubleValue).toList(), ns.size()));
        Comparator<Row> newest = Comparator.<Row, Instant>comparing(event -> instant(event, 2))
                .thenComparing(event -> instant(event, 3));
        values.add(rows.stream()
                .filter(event -> !event.isNullAt(6))
                .min(newest.thenComparing(event -> event.getString(6)))
                .map(event -> event.get(6))
                .orElse(null));
        values.add(rows.stream()
                .filter(event -> !event.isNullAt(5))
                .max(newest.thenComparing(event -> event.getInt(5)))
                .map(event -> event.get(5))
                .orElse(null));
        values.add(rows.stream()
                .filter(event -> !event.isNullAt(4))
                .map(event -> instant(event, 2))
                .max(Comparator.naturalOrder())
                .map(last -> Duration.between(last, asOf).toMillis() / 1000.0)
                .orElse(null));
        List<Double> some = rows.stream()
                .filter(event -> !event.isNullAt(5) && event.getInt(5) > 0 && !event.isNullAt(4))
                .map(event -> event.getDouble(4))
                .toList();
        values.add(some.isEmpty() ? null : sum.apply(some) / some.size());
        return values;
    }

    /** From the mean, with more digits than could matter. */
    private static Double variance(List<Double> values, int by) {
        if (values.isEmpty() || by == 0) {
            return null;
        }
        if (values.stream().anyMatch(value -> value.isNaN())) {
            return Double.NaN;
        }
        MathContext digits = new MathContext(120);
        BigDecimal mean = values.stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(values.size()), digits);
        return values.stream()
                .map(value -> new BigDecimal(value).subtract(mean).pow(2))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(by), digits)
                .doubleValue();
    }

    /** Few keys and a coarse grid of times: ties, duplicates and events exactly at an edge are the rule. */
    private static List<Row> events(Random random, int count) {
        List<Row> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int minute = random.nextInt(40);
            int lag = random.nextInt(12) - 3;
            Row event = RowFactory.create(
                    rarely(random) ? null : "place" + random.nextInt(4),
                    rarely(random) ? null : random.nextInt(4),
                    rarely(random) ? null : Timestamp.from(START.plusSeconds(60L * minute)),
                    rarely(random) ? null : Timestamp.from(START.plusSeconds(60L * (minute + lag))),
                    x(random),
                    random.nextInt(5) == 0 ? null : random.nextInt(20) - 10,
                    random.nextInt(5) == 0 ? null : "w" + random.nextInt(3));
            events.add(event);
            if (random.nextInt(10) == 0) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<Row> slots(Random random, int count) {
        List<Row> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(RowFactory.create(
                    i,
                    rarely(random) ? null : "place" + random.nextInt(5),
                    rarely(random) ? null : random.nextInt(4),
                    rarely(random) ? null : Timestamp.from(START.plusSeconds(60L * random.nextInt(60))),
                    rarely(random) ? null : Date.valueOf("2013-11-03"),
                    Timestamp.from(Instant.ofEpochSecond(random.nextInt(), 123_456_000))));
        }
        return slots;
    }

    private static Double x(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> random.nextInt(3) * 0.1;
            case 2 -> 1e16 * (random.nextBoolean() ? 1 : -1);
            case 3 -> random.nextInt(30) == 0 ? Double.NaN : 1e-9;
            default -> random.nextGaussian();
        };
    }

    private static boolean rarely(Random random) {
        return random.nextInt(25) == 0;
    }

    private static Instant instant(Row row, int column) {
        return row.isNullAt(column) ? null : row.getTimestamp(column).toInstant();
    }

    private static List<Object> values(Row row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
            values.add(row.get(i));
        }
        return values;
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.orderBy("id").collectAsList().stream().map(Row::toString).toList();
    }
}
