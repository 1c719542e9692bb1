package dev.sluice.step.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.config.Push;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.feature.FlightsFeatures;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Days of a feature table pushed to a real Redis. */
@SparkTest
@ServerTest
final class PushWorkTest {
    private static final String TABLE = "gold.delay_features";
    private static final String ROWS =
            "select carrier, cast(as_of as timestamp) as_of, cast(dep_date as date) dep_date,"
                    + " cast(delay as double) delay from values %s as (carrier, as_of, dep_date, delay)";

    @TempDir
    private Path folder;

    private final SparkSession spark;
    private final RedisServer server;
    private final Jedis redis;

    PushWorkTest(SparkSession spark, RedisServer server) {
        this.spark = spark;
        this.server = server;
        this.redis = server.client();
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void theNewestRowOfEachEntityIsServedWhateverTheOrderOfTheDays() {
        String rows = "('AA', '2013-03-01 08:00:00', '2013-03-01', 1), ('AA', '2013-03-01 09:00:00', '2013-03-01', 2),"
                + " ('UA', '2013-03-01 08:00:00', '2013-03-01', 3), (null, '2013-03-01 08:00:00', '2013-03-01', 4),"
                + " ('AA', '2013-03-02 08:00:00', '2013-03-02', 5), ('DL', '2013-03-02 08:00:00.5', '2013-03-02', null)";

        StepResult second = push(view(), rows, "2013-03-02/2013-03-03");
        Map<String, String> served = served("AA", "UA", "DL");
        StepResult first = push(view(), rows, "2013-03-01/2013-03-02");
        StepResult again = push(view(), rows, "2013-03-02/2013-03-03");

        assertThat(second.facts()).isEqualTo(facts(2, "pushed", 2, "older", 0, "superseded", 0, "keyless", 0));
        assertThat(served).containsOnlyKeys("AA", "DL");
        assertThat(first.facts())
                .isEqualTo(facts(1, "pushed", 1, "older", 1, "superseded", 1, "keyless", 1, "newer", 1));
        assertThat(List.of(first.rowsIn(), first.rowsOut())).containsExactly(4L, 1L);
        assertThat(again.facts()).isEqualTo(second.facts());
        assertThat(served("AA", "DL")).isEqualTo(served);
        assertThat(served("AA", "UA", "DL"))
                .containsEntry("AA", "290000000000001440")
                .containsEntry("UA", "290000000000000840")
                .containsEntry("DL", "");
    }

    @Test
    void ofRowsOfOneMomentTheLargestCountsHoweverTheyAreSpread() {
        String rows = "('AA', '2013-03-01 08:00:00', '2013-03-01', 2), ('AA', '2013-03-01 08:00:00', '2013-03-01', 7),"
                + " ('AA', '2013-03-01 08:00:00', '2013-03-01', 5)";
        for (int parts : List.of(1, 3)) {
            redis.flushAll();
            run(
                    new PushWork("v", view(), FlightsFeatures.definition(), store()),
                    rows(rows).repartition(parts));
            assertThat(served("AA")).containsEntry("AA", "290000000000001c40");
        }
    }

    @Test
    void rowsPastTheirEndAreNotPushed() {
        Push push = view(Optional.of(Duration.ofDays(30)), Optional.empty());
        StepResult result = push(push, "('AA', '2013-03-01 08:00:00', '2013-03-01', 2)", "2013-03-01/2013-03-02");

        assertThat(result.facts()).containsEntry("rows_expired", "1").containsEntry("rows_pushed", "0");
        assertThat(redis.dbSize()).isZero();
    }

    @Test
    void whatTheNewestRowDeletesIsNotServedUntilAYoungerRowComes() {
        String rows = "('AA', '2013-03-01 08:00:00', '2013-03-01', 1), ('UA', '2013-03-01 08:00:00', '2013-03-01', 2),"
                + " ('DL', '2013-03-01 08:00:00', '2013-03-01', null),"
                + " ('AA', '2013-03-02 08:00:00', '2013-03-02', -1), ('AA', '2013-03-02 08:00:00', '2013-03-02', 8),"
                + " ('AA', '2013-03-03 08:00:00', '2013-03-03', -1), ('AA', '2013-03-03 09:00:00', '2013-03-03', 3)";
        Push push = view(Optional.empty(), Optional.empty(), Push.ReadBack.ALL, Optional.of(new Sql("delay < 0")));

        StepResult second = push(push, rows, "2013-03-02/2013-03-03");
        StepResult first = push(push, rows, "2013-03-01/2013-03-02");
        assertThat(second.facts())
                .as("of rows of one moment the one that deletes counts")
                .containsEntry("rows_deleted", "1")
                .containsEntry("rows_superseded", "1")
                .containsEntry("rows_pushed", "0")
                .containsEntry("values_equal", "1");
        assertThat(first.facts())
                .as("a null deletes nothing")
                .containsEntry("rows_pushed", "2")
                .containsEntry("rows_older", "1")
                .containsEntry("rows_deleted", "0");
        assertThat(served("AA", "UA", "DL")).containsOnlyKeys("UA", "DL");

        push(push, rows, "2013-03-03/2013-03-04");
        assertThat(served("AA")).containsEntry("AA", "290000000000000840");
    }

    @Test
    void whatDeletesMustBeTrueOrFalse() {
        Push push = view(Optional.empty(), Optional.empty(), Push.ReadBack.SAMPLE, Optional.of(new Sql("delay + 1")));
        assertThatThrownBy(() -> push(push, "('AA', '2013-03-01 08:00:00', '2013-03-01', 1)", "2013-03-01/2013-03-02"))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                .hasMessageContaining("deleted of view v is of type double, expected boolean");
    }

    @Test
    void allRowsAreReadBackOrASampleAndEachFeatureIsCounted() {
        String rows = IntStream.range(0, 250)
                .mapToObj(i -> "('c" + i + "', '2013-03-01 08:00:00', '2013-03-01', " + i + ")")
                .collect(Collectors.joining(", "));
        Push all = view(Optional.empty(), Optional.empty(), Push.ReadBack.ALL, Optional.empty());
        TemporaryLake lake = new TemporaryLake(spark, folder);
        lake.put(TABLE, rows(rows).coalesce(1));
        Interval day = Interval.parse("2013-03-01/2013-03-02", ZoneOffset.UTC);
        StepResult whole = lake.run(new PushWork("v", all, FlightsFeatures.definition(), store()), day, ZoneOffset.UTC);
        StepResult sampled =
                lake.run(new PushWork("v", view(), FlightsFeatures.definition(), store()), day, ZoneOffset.UTC);

        assertThat(whole.facts()).containsEntry("rows_read_back", "250").containsEntry("values_equal", "250");
        assertThat(Integer.parseInt(sampled.facts().get("rows_read_back"))).isBetween(100, 200); // of one task or two
        assertThat(lake.metadata("online").get(0))
                .containsEntry("project", "p")
                .containsEntry("view", "v")
                .containsEntry("feature", "delay")
                .containsEntry("table", TABLE)
                .containsEntry("compared", 250L)
                .containsEntry("equal", 250L)
                .containsEntry("missing", 0L)
                .containsEntry("older", 0L)
                .containsEntry("newer", 0L)
                .containsEntry("differing", 0L);
    }

    @Test
    void everyTypeOfAFeatureTable() {
        Dataset<Row> table = spark.sql("select 's' k, cast(7 as smallint) k2, timestamp'2013-03-01 08:00:00' as_of,"
                + " date'2013-03-01' dep_date, cast(1 as tinyint) t, cast(1 as int) i, 1L l, cast(1.5 as float) f, 1.5D d,"
                + " cast(1.5 as decimal(5,2)) n, true b, X'01ff' x, date'1969-12-31' day,"
                + " timestamp'1969-12-31 23:59:59.5' at, array(1, 2) li, array(date'1970-01-02') ld,"
                + " array(cast(0 as decimal(5,2))) ln, cast(array() as array<string>) ls, cast(null as array<int>) nn");
        List<String> features =
                List.of("t", "i", "l", "f", "d", "n", "b", "x", "day", "at", "li", "ld", "ln", "ls", "nn");
        Push push = new Push(
                "online",
                "p",
                Optional.empty(),
                Push.ReadBack.SAMPLE,
                Map.of(
                        "v",
                        new Push.View(
                                Optional.empty(), List.of("k", "k2"), features, Optional.empty(), Optional.empty())));

        run(new PushWork("v", push, FlightsFeatures.definition(), store()), table);

        byte[] key = redis.keys("*".getBytes(StandardCharsets.UTF_8)).iterator().next();
        Map<byte[], byte[]> hash = redis.hgetAll(key);
        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("02000000" + "02000000010000006b" + "02000000020000006b32" + "020000000100000073"
                        + "030000000400000007000000" + "70");
        assertThat(hash.values())
                .extracting(HexFormat.of()::formatHex)
                .containsExactlyInAnyOrder(
                        "1801",
                        "1801",
                        "2001",
                        "350000c03f",
                        "29000000000000f83f",
                        "29000000000000f83f",
                        "3801",
                        "0a0201ff",
                        "40" + "80ddfaffffffffffff01",
                        "40ffffffffffffffffff01",
                        "6a040a020102",
                        "9201050a0380a305",
                        "7a0a0a080000000000000000",
                        "6200",
                        "",
                        "0880c0c18905");
    }

    @Test
    void aTableIsReadInOneJobAndTheDriverGetsOneRowOfEachTask() {
        PushWork work = new PushWork("v", view(), FlightsFeatures.definition(), store());
        Dataset<Row> rows = rows("('AA', '2013-03-01 08:00:00', '2013-03-01', 2)");
        assertThat(Jobs.count(spark, () -> run(work, rows)))
                .isLessThanOrEqualTo(2); // a shuffle's two stages, each a job
    }

    /** Also where every row is read back: what the tasks find is counted where they are. */
    @Test
    void whatTheDriverGetsDoesNotGrowWithTheRows() {
        Push push = view(Optional.empty(), Optional.empty(), Push.ReadBack.ALL, Optional.empty());
        PushWork work = new PushWork("v", push, FlightsFeatures.definition(), store());
        Answers few = Answers.of(
                spark, () -> assertThat(run(work, carriers(2_000)).rowsOut()).isEqualTo(2_000));
        Answers many = Answers.of(
                spark, () -> assertThat(run(work, carriers(20_000)).rowsOut()).isEqualTo(20_000));

        assertThat(many.number()).isEqualTo(few.number());
        assertThat(many.bytes()).isLessThan(few.bytes() + few.bytes() / 10);
        assertThat(Answers.of(spark, () -> assertThat(carriers(20_000).collectAsList())
                                .hasSize(20_000))
                        .bytes())
                .as("of rows that are collected")
                .isGreaterThan(10 * many.bytes());
    }

    private Dataset<Row> carriers(int number) {
        return spark.range(0, number, 1, 2)
                .selectExpr(
                        "concat('c', id) as carrier",
                        "timestamp'2013-03-01 08:00:00' as as_of",
                        "date'2013-03-01' as dep_date",
                        "double(hash(id)) as delay");
    }

    @Test
    void aLimitIsSharedByAllTasksAndChangesNothingElse() {
        Push limited = view(Optional.empty(), Optional.of(100));
        String rows = "('AA', '2013-03-01 08:00:00', '2013-03-01', 1), ('UA', '2013-03-01 08:00:00', '2013-03-01', 3)";
        assertThat(push(limited, rows, "2013-03-01/2013-03-02").rowsOut()).isEqualTo(2);
        PushWork work = new PushWork("v", limited, FlightsFeatures.definition(), store());
        assertThat(work.settings())
                .as("pushed faster is pushed the same")
                .isEqualTo(new PushWork("v", view(), FlightsFeatures.definition(), store()).settings());
    }

    @Test
    void aStoreThatLosesRowsIsFoundOut() {
        TemporaryLake lake = new TemporaryLake(spark, folder);
        lake.put(TABLE, rows("('AA', '2013-03-01 08:00:00', '2013-03-01', 1)"));
        assertThatThrownBy(() -> lake.run(
                        new PushWork("v", view(), FlightsFeatures.definition(), new Forgetful()),
                        Interval.parse("2013-03-01/2013-03-02", ZoneOffset.UTC),
                        ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ONLINE_ROWS_DIFFER))
                .hasMessageStartingWith(
                        "1 of 1 rows of view v that were read back from a forgetful store are not as they"
                                + " were pushed, in delay");
        assertThat(lake.metadata("online")).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("compared", 1L)
                .containsEntry("equal", 0L)
                .containsEntry("missing", 1L));
    }

    @Test
    void typesThatFeastHasNotAreRefused() {
        refused(
                "map('a', 1) delay",
                "column delay of the feature table has type map<string,int>, expected a type that Feast");
        refused("timestamp_ntz'2013-03-01 08:00:00' delay", "has type timestamp_ntz, expected a type that Feast has");
        refused("1D delay, 1.5D carrier", "column carrier of the feature table has type double, expected a text");
        refused("1D other", "the feature table has no column delay");
    }

    private void refused(String columns, String said) {
        String carrier = columns.endsWith("carrier") ? "" : ", 'AA' carrier";
        Dataset<Row> table = spark.sql(
                "select timestamp'2013-03-01 08:00:00' as_of, date'2013-03-01' dep_date, " + columns + carrier);
        assertThatThrownBy(() -> run(new PushWork("v", view(), FlightsFeatures.definition(), store()), table))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                .hasMessageContaining(said);
    }

    /** Of two rows read back, so many of which have an equal value; counts that are not given are zero. */
    private static Map<String, String> facts(int equal, Object... namesAndCounts) {
        Map<String, String> facts = new HashMap<>();
        for (String rows : List.of("pushed", "deleted", "older", "superseded", "keyless", "expired")) {
            facts.put("rows_" + rows, "0");
        }
        for (String values : List.of("missing", "older", "newer", "differing")) {
            facts.put("values_" + values, "0");
        }
        facts.put("rows_read_back", "2");
        facts.put("values_equal", Integer.toString(equal));
        facts.put("entities_forgotten", "0");
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            String name = namesAndCounts[i].toString();
            facts.put((name.equals("newer") ? "values_" : "rows_") + name, namesAndCounts[i + 1].toString());
        }
        return facts;
    }

    private static Push view() {
        return view(Optional.empty(), Optional.empty());
    }

    private static Push view(Optional<Duration> expireAfter, Optional<Integer> rowsPerSecond) {
        return view(expireAfter, rowsPerSecond, Push.ReadBack.SAMPLE, Optional.empty());
    }

    private static Push view(
            Optional<Duration> expireAfter,
            Optional<Integer> rowsPerSecond,
            Push.ReadBack readBack,
            Optional<Sql> deleted) {
        return new Push(
                "online",
                "p",
                rowsPerSecond,
                readBack,
                Map.of(
                        "v",
                        new Push.View(Optional.empty(), List.of("carrier"), List.of("delay"), expireAfter, deleted)));
    }

    private OnlineStore store() {
        return new RedisStore(server.connection(RedisServer.PASSWORD));
    }

    private Dataset<Row> rows(String values) {
        return spark.sql(ROWS.formatted(values));
    }

    private StepResult push(Push push, String values, String days) {
        return run(new PushWork("v", push, FlightsFeatures.definition(), store()), rows(values), days);
    }

    private StepResult run(PushWork work, Dataset<Row> table) {
        return run(work, table, "2013-03-01/2013-03-02");
    }

    private StepResult run(PushWork work, Dataset<Row> table, String days) {
        TemporaryLake lake = new TemporaryLake(spark, folder);
        lake.put(TABLE, table);
        return lake.run(work, Interval.parse(days, ZoneOffset.UTC), ZoneOffset.UTC);
    }

    /** The stored bytes of the feature, by carrier, of those that are there. */
    private Map<String, String> served(String... carriers) {
        Map<String, String> served = new TreeMap<>();
        for (byte[] key : redis.keys("*".getBytes(StandardCharsets.UTF_8))) {
            String text = new String(key, StandardCharsets.ISO_8859_1);
            Arrays.stream(carriers).filter(text::contains).forEach(carrier -> redis.hgetAll(key)
                    .forEach((field, value) -> {
                        if (field.length == 4) {
                            served.put(carrier, HexFormat.of().formatHex(value));
                        }
                    }));
        }
        return served;
    }

    /** Says that it wrote. */
    private static final class Forgetful implements OnlineStore {
        private static final long serialVersionUID = 1L;

        @Override
        public Session open(OnlineView view) {
            return new Session() {
                @Override
                public int write(List<OnlineRow> rows) {
                    return rows.size();
                }

                @Override
                public List<List<OnlineMatch>> compare(List<OnlineRow> rows) {
                    return Collections.nCopies(rows.size(), List.of(OnlineMatch.MISSING));
                }

                @Override
                public int forget(long millis) {
                    return 0;
                }

                @Override
                public String life() {
                    return "the only one";
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public String toString() {
            return "a forgetful store";
        }
    }
}
