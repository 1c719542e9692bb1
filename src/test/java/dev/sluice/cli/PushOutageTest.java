package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.jdbc.PostgresStore;
import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import dev.sluice.testing.Failing;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/**
 * What happens to the store while the second of two days is pushed to it, from the command line: the run says what and ends as
 * one to run again, a reader finds each customer as of one of the days, and the same command completes what is left.
 */
@SparkTest
@ServerTest
final class PushOutageTest {
    private static final int CUSTOMERS = 1_000;
    /** Of which the second day's push takes seconds. */
    private static final int ROWS_PER_SECOND = 600;

    private static final String PIPELINE =
            """
            format: 1
            pipeline: %s
            connections:
              lake: {kind: delta, root: %s}
              online: %s
            clock: {zone: UTC}
            sources:
              orders:
                read: {format: csv, path: %s}
                columns: {id: long, customer: long, at: timestamp, day: date, amount: long}
                select: {by: at}
            ingest:
              bronze.orders: {from: orders, key: [id], write: {mode: replace_interval, by: day}}
            features:
              table: gold.customers
              spine: {from: bronze.orders, key: [id], as_of: at, keep: [day, customer]}
              label: {name: large, expr: cast(amount > 100 as int), known_at: at}
              take: {amount: amount, opposite: 0 - amount}
              write: {mode: replace_interval, by: day}
            push:
              connection: online
              project: shop
              rows_per_second: %d
              read_back: all
              views:
                customers: {entity: [customer], features: [amount, opposite]}
            jobs:
              tables: {steps: [ingest, features]}
              online: {steps: [push]}
            """;
    private static final OnlineView VIEW = new OnlineView(
            "shop",
            "customers",
            List.of(new Column("customer", ValueType.INT64, false)),
            List.of(new Column("amount", ValueType.INT64, false), new Column("opposite", ValueType.INT64, false)),
            OnlineView.FOR_EVER);

    private static final List<OnlineRow> FIRST_DAY = rows("2024-03-10T08:00:00Z", 1);
    private static final List<OnlineRow> SECOND_DAY = rows("2024-03-11T08:00:00Z", 2);
    private static final List<OnlineMatch> EQUAL = List.of(OnlineMatch.EQUAL, OnlineMatch.EQUAL);
    private static final List<OnlineMatch> MISSING = List.of(OnlineMatch.MISSING, OnlineMatch.MISSING);

    /** Made once, and pushed from by a pipeline of each test. */
    @TempDir
    private static Path folder;

    enum Kind {
        REDIS,
        POSTGRES
    }

    /** A server, and how it is reached. */
    private record Served(Failing server, OnlineStore store, String connection, String name) {}

    private final SparkSession spark;
    private final RedisServer redis;
    private final PostgresServer postgres;
    private final Map<Kind, Served> stores;

    PushOutageTest(SparkSession spark, RedisServer redis, PostgresServer postgres) {
        this.spark = spark;
        this.redis = redis;
        this.postgres = postgres;
        Connection.Jdbc database = new Connection.Jdbc(
                postgres.url("postgres?currentSchema=outage&socketTimeout=1"),
                "owner",
                Optional.of(new Secret(PostgresServer.PASSWORD, "env/TEST")));
        stores = Map.of(
                Kind.REDIS,
                new Served(
                        redis,
                        new RedisStore(redis.connection(RedisServer.PASSWORD)),
                        "{kind: redis, address: \"" + redis.address()
                                + "\", password: \"${secret:file/REDIS}\", timeout: 1s}",
                        redis.address() + "/0"),
                Kind.POSTGRES,
                new Served(
                        postgres,
                        new PostgresStore(database),
                        "{kind: jdbc, url: \"" + database.url()
                                + "\", user: owner, password: \"${secret:file/POSTGRES}\"}",
                        "postgres, schema outage"));
    }

    private static List<OnlineRow> rows(String time, long day) {
        long micros = Instant.parse(time).toEpochMilli() * 1_000;
        return LongStream.range(0, CUSTOMERS)
                .mapToObj(i -> OnlineRow.of(List.of(i), micros, List.of(day * CUSTOMERS + i, -(day * CUSTOMERS + i))))
                .toList();
    }

    @BeforeEach
    void empty() throws IOException {
        try (Jedis client = redis.client()) {
            client.flushAll();
        }
        postgres.run("DROP SCHEMA IF EXISTS outage CASCADE", "CREATE SCHEMA outage");
        if (!Files.exists(folder.resolve("lake"))) {
            Files.writeString(folder.resolve("REDIS"), RedisServer.PASSWORD);
            Files.writeString(folder.resolve("POSTGRES"), PostgresServer.PASSWORD);
            Files.writeString(folder.resolve("orders.csv"), orders());
            assertThat(backfill(pipeline("tables", Kind.REDIS), "tables")).startsWith("0\n");
        }
    }

    private static String orders() {
        StringBuilder lines = new StringBuilder("id,customer,at,day,amount\n");
        for (int day = 1; day <= 2; day++) {
            for (int i = 0; i < CUSTOMERS; i++) {
                String date = "2024-03-" + (9 + day);
                int amount = day * CUSTOMERS + i;
                lines.append(String.join(",", amount + "", i + "", date + "T08:00:00Z", date, amount + "\n"));
            }
        }
        return lines.toString();
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatDies(Kind kind) throws IOException {
        Failing server = stores.get(kind).server();
        unavailable("dies-" + kind, kind, server::kill, server::startAgain, "cannot be reached");
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatAnswersNoMore(Kind kind) throws IOException {
        Failing server = stores.get(kind).server();
        unavailable("freezes-" + kind, kind, server::freeze, server::thaw, "does not answer in time");
    }

    private void unavailable(String name, Kind kind, Runnable strike, Runnable mend, String how) throws IOException {
        Served served = stores.get(kind);
        Path pipeline = pipeline(name, kind);

        String refused = struck(pipeline, served, strike, mend);

        assertThat(refused)
                .startsWith("75\n")
                .contains("ONLINE_STORE_UNAVAILABLE: the online store ", served.name(), how)
                .contains("run the same command again, which pushes the whole interval");
        requireHalf(pipeline, served);
        requireCompletion(pipeline, served);
    }

    @Test
    void aRedisThatIsFull() throws IOException {
        full(Kind.REDIS, () -> limitMemory("1"), () -> limitMemory("0"));
    }

    private void limitMemory(String bytes) {
        try (Jedis client = redis.client()) {
            client.configSet("maxmemory", bytes);
        }
    }

    /** What PostgreSQL says when the disk has no room. */
    @Test
    void aPostgresThatIsFull() throws IOException {
        postgres.run("CREATE FUNCTION outage.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
                + " USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file: No space left on device'; END $$");
        full(
                Kind.POSTGRES,
                () -> postgres.run("CREATE TRIGGER no_room BEFORE INSERT ON outage.shop_customers"
                        + " FOR EACH STATEMENT EXECUTE FUNCTION outage.no_room()"),
                () -> postgres.run("DROP TRIGGER no_room ON outage.shop_customers"));
    }

    private void full(Kind kind, Runnable fill, Runnable makeRoom) throws IOException {
        Served served = stores.get(kind);
        Path pipeline = pipeline("full-" + kind, kind);

        String refused = struck(pipeline, served, fill, makeRoom);

        assertThat(refused)
                .startsWith("75\n")
                .contains("ONLINE_STORE_FULL: the online store ", served.name(), "left")
                .contains("run the same command again, which pushes the whole interval");
        requireHalf(pipeline, served);
        requireCompletion(pipeline, served);
    }

    /** Each batch is still there when it is read back, also those that are gone in the end. */
    @Test
    void aRedisThatForgetsWhatItHadTaken() throws IOException {
        Served served = stores.get(Kind.REDIS);
        Path pipeline = pipeline("forgets", Kind.REDIS);

        String refused = struck(pipeline, served, redis::restart, () -> {});

        assertThat(refused)
                .startsWith("75\n")
                .contains("ONLINE_STORE_UNAVAILABLE: Redis " + served.name()
                        + " was restarted, or replaced by another server, while view customers was pushed")
                .contains("run the same command again, which pushes the whole interval");
        assertThat(states(served)).containsOnlyKeys("missing", "second day");
        assertThat(recorded(pipeline)).containsExactly("2024-03-10");
        requireCompletion(pipeline, served);
    }

    /** PostgreSQL recovers what it had committed in a moment, for which the push waits. */
    @Test
    void aPostgresThatCrashesAndRecovers() throws IOException {
        Served served = stores.get(Kind.POSTGRES);
        Path pipeline = pipeline("recovers", Kind.POSTGRES);

        assertThat(struck(pipeline, served, postgres::crash, () -> {})).startsWith("0\n");

        assertThat(states(served)).isEqualTo(Map.of("second day", (long) CUSTOMERS));
    }

    /** Some of the second day, and nothing else; and nothing says that this day was pushed. */
    private void requireHalf(Path pipeline, Served served) {
        Map<String, Long> states = states(served);
        assertThat(states).containsOnlyKeys("first day", "second day");
        assertThat(states.values()).allMatch(number -> number > 0);
        assertThat(recorded(pipeline)).containsExactly("2024-03-10");
    }

    private void requireCompletion(Path pipeline, Served served) {
        assertThat(backfill(pipeline, "online"))
                .startsWith("0\n")
                .containsPattern("2024-03-10\\S* +push/customers +already done")
                .containsPattern("2024-03-11\\S* +push/customers +1,000 rows in, 1,000 out");
        assertThat(states(served)).isEqualTo(Map.of("second day", (long) CUSTOMERS));
        assertThat(recorded(pipeline)).containsExactly("2024-03-10", "2024-03-11");
    }

    /** How a backfill ends to whose store something happens when some customers have their second day, and not all. */
    private String struck(Path pipeline, Served served, Runnable strike, Runnable mend) {
        CompletableFuture<Void> watch = CompletableFuture.runAsync(() -> {
            awaitSecondDay(served);
            strike.run();
        });
        try {
            return backfill(pipeline, "online");
        } finally {
            watch.join();
            mend.run();
        }
    }

    private static void awaitSecondDay(Served served) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        try (OnlineStore.Session reading = served.store().open(VIEW)) {
            while (!reading.compare(SECOND_DAY).contains(EQUAL)) {
                assertThat(System.nanoTime()).as("waited for the second day").isLessThan(end);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    /** How many customers are served how: wholly as of one day, not at all, or as it may not be. */
    private static Map<String, Long> states(Served served) {
        try (OnlineStore.Session reading = served.store().open(VIEW)) {
            List<List<OnlineMatch>> first = reading.compare(FIRST_DAY);
            List<List<OnlineMatch>> second = reading.compare(SECOND_DAY);
            return IntStream.range(0, CUSTOMERS)
                    .mapToObj(i -> state(first.get(i), second.get(i)))
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        }
    }

    private static String state(List<OnlineMatch> first, List<OnlineMatch> second) {
        if (second.equals(EQUAL)) {
            return "second day";
        }
        if (first.equals(EQUAL)) {
            return "first day";
        }
        return second.equals(MISSING) ? "missing" : "of two days: " + second;
    }

    /** Days of which the ledger says that they were pushed, and what was read back. */
    private List<String> recorded(Path pipeline) {
        String name = pipeline.getFileName().toString().replace(".yml", "");
        List<List<String>> days = new ArrayList<>();
        for (String table : List.of("steps", "online")) {
            days.add(spark
                    .read()
                    .format("delta")
                    .load(folder.resolve("lake/_sluice/" + table).toString())
                    .where("pipeline = '" + name + "'")
                    .selectExpr("cast(cast(interval_from as date) as string)")
                    .distinct()
                    .collectAsList()
                    .stream()
                    .map(row -> row.getString(0))
                    .sorted()
                    .toList());
        }
        assertThat(days.get(1)).isEqualTo(days.get(0));
        return days.get(0);
    }

    private Path pipeline(String name, Kind kind) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        return Files.writeString(
                folder.resolve(lower + ".yml"),
                PIPELINE.formatted(
                        lower,
                        folder.resolve("lake"),
                        stores.get(kind).connection(),
                        folder.resolve("orders.csv"),
                        ROWS_PER_SECOND));
    }

    private static String backfill(Path pipeline, String job) {
        return Call.of(
                "backfill", "--job", job, "--from", "2024-03-10", "--to", "2024-03-12", "-p", pipeline.toString());
    }
}
