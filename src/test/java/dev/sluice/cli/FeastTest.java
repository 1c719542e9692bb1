package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.adapter.jdbc.PostgresStore;
import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.config.Connection;
import dev.sluice.config.FeatureSet;
import dev.sluice.config.Features;
import dev.sluice.config.Push;
import dev.sluice.config.Sql;
import dev.sluice.core.Interval;
import dev.sluice.core.Secret;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.FlightsFeatures;
import dev.sluice.feature.ServedView;
import dev.sluice.generate.FeastRepository;
import dev.sluice.generate.FeastStore;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.OnlineStore;
import dev.sluice.step.push.PushWork;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.Python;
import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stock Feast over a real Redis and our tables: the drivers pipeline from raw files to what is served, and a table with every
 * type. All of Feast's work is one process, since each takes seconds to start.
 */
@SparkTest
@ServerTest
final class FeastTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PIPELINE = "drivers";
    private static final List<String> DRIVER =
            List.of("conv_rate", "acc_rate", "avg_daily_trips", "orders_7d", "completed_7d");
    private static final List<String> DRIVER_ZONE = List.of("zone_orders_7d", "zone_km_7d");

    private static final List<String> FEATURES = List.of(
            "tiny", "int", "long", "float", "double", "price", "flag", "text", "bytes", "day", "at", "ints", "longs",
            "floats", "doubles", "prices", "flags", "texts", "days");
    private static final String EVERY_TYPE_SQL =
            """
            select k, cast(k2 as smallint) k2, unhex(xk) xk, seen, timestamp'2013-03-01 08:00:00' as_of, date'2013-03-01' dep_date,
              if(full, cast(-1 as tinyint), null) tiny, if(full, cast(-2147483648 as int), null) int,
              if(full, 9223372036854775807L, null) long, if(full, cast(-1.5 as float), null) float,
              if(full, cast(0.1 as double), null) double, if(full, cast(12.25 as decimal(9,2)), null) price,
              if(full, false, null) flag, if(full, '', null) text, if(full, X'00ff', null) bytes,
              if(full, date'1969-12-31', null) day, if(full, timestamp'2200-01-02 03:04:05', null) at,
              if(full, array(1, -2), null) ints, if(full, array(1L, -2L), null) longs,
              if(full, array(cast(0.5 as float)), null) floats, if(full, array(0.0D, -1.5D), null) doubles,
              if(full, array(cast(1.5 as decimal(5,2))), null) prices, if(full, array(true, false), null) flags,
              if(full, array('a', 'é'), null) texts, if(full, array(date'1970-01-02'), null) days
            from values ('ü', 7, '01ff', 42L, true), ('none', -7, '00', 43L, false), ('gone', 9, '0f', -1L, true)
              as (k, k2, xk, seen, full)
            """;

    /** Of Feast's answer: an entity that has all, one that has nothing, one that was deleted, one that is not there. */
    private static final String ONLINE =
            """
            [{"k": "ü", "k2": 7, "xk": "0x01ff", "seen": 42, "tiny": -1, "int": -2147483648, "long": 9223372036854775807,
              "float": -1.5, "double": 0.1, "price": 12.25, "flag": false, "text": "", "bytes": "0x00ff",
              "day": "1969-12-31T00:00:00", "at": "2200-01-02T03:04:05", "ints": [1, -2], "longs": [1, -2], "floats": [0.5],
              "doubles": [0.0, -1.5], "prices": [1.5], "flags": [true, false], "texts": ["a", "é"],
              "days": ["1970-01-02T00:00:00"]},
             {"k": "none", "k2": -7, "xk": "0x00", "seen": 43, NOTHING},
             {"k": "gone", "k2": 9, "xk": "0x0f", "seen": -1, NOTHING},
             {"k": "ü", "k2": 8, "xk": "0x02", "seen": null, NOTHING}]
            """;
    /** Of history, as Spark and pandas give it: decimals and dates stay what they are. */
    private static final String HISTORICAL =
            """
            [{"k": "ü", "k2": 7, "xk": "0x01ff", "event_timestamp": "2013-03-01T08:00:00", "seen": 42, ALL},
             {"k": "gone", "k2": 9, "xk": "0x0f", "event_timestamp": "2013-03-01T08:00:00", "seen": -1, ALL},
             {"k": "none", "k2": -7, "xk": "0x00", "event_timestamp": "2013-03-01T08:00:00", "seen": 43, NOTHING}]
            """;

    private static final String ALL =
            """
            "tiny": -1, "int": -2147483648, "long": 9223372036854775807, "float": -1.5, "double": 0.1, "price": "12.25",
            "flag": false, "text": "", "bytes": "0x00ff", "day": "1969-12-31", "at": "2200-01-02T03:04:05", "ints": [1, -2],
            "longs": [1, -2], "floats": [0.5], "doubles": [0.0, -1.5], "prices": ["1.50"], "flags": [true, false],
            "texts": ["a", "é"], "days": ["1970-01-02"]""";

    @TempDir
    private Path folder;

    private final SparkSession spark;
    private final RedisServer redis;
    private final PostgresServer postgres;

    FeastTest(SparkSession spark, RedisServer redis, PostgresServer postgres) {
        this.spark = spark;
        this.redis = redis;
        this.postgres = postgres;
    }

    /** What was asked of a repository. */
    private record Asked(String path, List<Map<String, Object>> online, String spine) {}

    /** What Feast answered. */
    private record Found(List<Map<String, Object>> online, List<Map<String, Object>> historical) {}

    @Test
    void feastServesWhatWasPushedAndJoinsWhatWasTrainedOn() throws IOException, InterruptedException {
        Path drivers = driversRepository();
        List<Map<String, Object>> orders = orders();
        Connection.Redis inRedis = redis.connection(RedisServer.PASSWORD);
        Connection.Jdbc inPostgres = new Connection.Jdbc(
                postgres.url("postgres?currentSchema=feast"),
                "owner",
                Optional.of(new Secret(PostgresServer.PASSWORD, "env/POSTGRES")));
        postgres.run("DROP SCHEMA IF EXISTS feast CASCADE", "CREATE SCHEMA feast");
        Path types = typesRepository("types", new RedisStore(inRedis), inRedis);
        Path typesInPostgres = typesRepository("types-in-postgres", new PostgresStore(inPostgres), inPostgres);

        Map<String, Found> found = ask(Map.of(
                "drivers",
                new Asked(
                        drivers + "",
                        entities(orders),
                        "select order_id, driver_id, zone, as_of as event_timestamp from delta.`"
                                + folder.resolve("lake/gold/order_features") + "`"),
                "types",
                everyType(types),
                "types in PostgreSQL",
                everyType(typesInPostgres)));

        assertThat(found.get("drivers").online()).hasSize(100).isEqualTo(newest(orders));
        assertThat(byOrder(found.get("drivers").historical())).isEqualTo(byOrder(orders));
        for (String store : List.of("types", "types in PostgreSQL")) {
            assertThat(found.get(store).online()).as(store).isEqualTo(rows(ONLINE));
            assertThat(found.get(store).historical()).containsExactlyInAnyOrderElementsOf(rows(HISTORICAL));
        }
    }

    private Asked everyType(Path repository) {
        return new Asked(
                repository + "",
                List.of(
                        Map.of("k", "ü", "k2", 7, "xk", "0x01ff"),
                        Map.of("k", "none", "k2", -7, "xk", "0x00"),
                        Map.of("k", "gone", "k2", 9, "xk", "0x0f"),
                        Map.of("k", "ü", "k2", 8, "xk", "0x02")),
                "select k, k2, xk, as_of as event_timestamp from delta.`"
                        + folder.resolve("lake-of-types/gold/every_type") + "`");
    }

    /** As a user gets there: run, generate, generate again. */
    private Path driversRepository() throws IOException, InterruptedException {
        Path raw = folder.resolve("raw");
        run(List.of(Python.interpreter() + "", "scripts/python/drivers.py", raw + ""), Map.of());
        Answer pushed = sluice("run", "--job", "daily", "--interval", "2024-03-01/2024-03-15");
        assertThat(pushed.code()).as(pushed.toString()).isZero();

        Path repository = folder.resolve("drivers");
        Answer generated = sluice("generate", "feast", "--out", repository + "");
        assertThat(generated.code()).as(generated.toString()).isZero();
        assertThat(generated.out().lines())
                .containsExactly(repository + "/feature_store.yaml", repository + "/features.py");
        assertThat(generated.err())
                .contains("next: feast -c " + repository + " apply, with the password of Redis in REDIS_PASSWORD");
        assertThat(SecretTest.filesWith(RedisServer.PASSWORD, folder)).isEmpty();
        return repository;
    }

    private Answer sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of("-p", PIPELINE, "--var", "raw=" + folder.resolve("raw"), "--var", "redis=" + redis.address()));
        return new Sluice(folder.resolve("lake"), "http://127.0.0.1:9")
                .with("REDIS_PASSWORD", RedisServer.PASSWORD)
                .call(all.toArray(String[]::new));
    }

    /** The feature table, as far as it is served. */
    private List<Map<String, Object>> orders() {
        return rows(
                folder.resolve("lake/gold/order_features"),
                "order_id, driver_id, zone, as_of event_timestamp, conv_rate, acc_rate, avg_daily_trips, orders_7d,"
                        + " completed_7d, zone_orders_7d, zone_km_7d");
    }

    private List<Map<String, Object>> rows(Path table, String columns) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Row row :
                spark.sql("select " + columns + " from delta.`" + table + "`").collectAsList()) {
            Map<String, Object> values = new HashMap<>();
            for (int i = 0; i < row.length(); i++) {
                values.put(row.schema().fieldNames()[i], plain(row.get(i)));
            }
            rows.add(values);
        }
        return rows;
    }

    private static List<Map<String, Object>> rows(String json) throws IOException {
        String nothing = FEATURES.stream().map(name -> '"' + name + "\": null").collect(Collectors.joining(", "));
        return plainRows(JSON.readValue(
                json.replace("NOTHING", nothing).replace("ALL", ALL),
                new TypeReference<List<Map<String, Object>>>() {}));
    }

    /** Numbers as doubles, times as text in UTC: what JSON and pandas keep. */
    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new HashMap<>();
            map.forEach((key, one) -> plain.put(key.toString(), plain(one)));
            return plain;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(one -> plain(one)).toList();
        }
        if (value instanceof Timestamp time) {
            return time.toInstant().toString().replace("Z", "");
        }
        return value instanceof Number number ? (Object) number.doubleValue() : value;
    }

    private static List<Map<String, Object>> entities(List<Map<String, Object>> orders) {
        return orders.stream()
                .map(order ->
                        Map.of("driver_id", ((Double) order.get("driver_id")).longValue(), "zone", order.get("zone")))
                .distinct()
                .toList();
    }

    /** What each entity's newest order says, in the order of {@link #entities}. */
    private static List<Map<String, Object>> newest(List<Map<String, Object>> orders) {
        List<Map<String, Object>> answers = new ArrayList<>();
        for (Map<String, Object> entity : entities(orders)) {
            Map<String, Object> answer = new HashMap<>();
            entity.forEach((name, value) -> answer.put(name, plain(value)));
            take(answer, orders, List.of("driver_id"), DRIVER);
            take(answer, orders, List.of("driver_id", "zone"), DRIVER_ZONE);
            answers.add(answer);
        }
        return answers;
    }

    private static void take(
            Map<String, Object> answer, List<Map<String, Object>> orders, List<String> keys, List<String> features) {
        Map<String, Object> newest = orders.stream()
                .filter(order -> keys.stream().allMatch(key -> order.get(key).equals(answer.get(key))))
                .max(Comparator.comparing(order -> (String) order.get("event_timestamp")))
                .orElseThrow();
        features.forEach(feature -> answer.put(feature, newest.get(feature)));
    }

    private static Map<Object, Map<String, Object>> byOrder(List<Map<String, Object>> orders) {
        return orders.stream().collect(Collectors.toMap(order -> order.get("order_id"), order -> order));
    }

    /** A row of each type, one of nulls, one that is deleted; pushed from two tables, and described to Feast. */
    private Path typesRepository(String name, OnlineStore store, Connection connection) {
        TemporaryLake lake = new TemporaryLake(spark, folder.resolve("lake-of-types"));
        Dataset<Row> rows = spark.sql(EVERY_TYPE_SQL);
        FeatureSet types = set("gold.every_type");
        FeatureSet seen = set("gold.seen__3f2a91c0");
        for (FeatureSet set : List.of(types, seen)) {
            rows.write().format("delta").mode("ignore").save(lake.tables().location(set.table()));
        }
        Push push = new Push(
                "online",
                "every_type",
                Optional.empty(),
                Push.ReadBack.ALL,
                Map.of(
                        "types",
                        new Push.View(
                                Optional.of(types.table()),
                                List.of("k", "k2"),
                                FEATURES,
                                Optional.of(Duration.ofDays(36_500)),
                                Optional.of(new Sql("seen < 0"))),
                        "bytes",
                        new Push.View(
                                Optional.of(seen.table().unversioned()),
                                List.of("xk"),
                                List.of("seen"),
                                Optional.empty(),
                                Optional.empty())));
        push(lake, new PushWork("types", push, types, store), "1");
        push(lake, new PushWork("bytes", push, seen, store), "0");

        Path repository = folder.resolve(name);
        new FeastRepository(
                        name,
                        List.of(source(lake, types, push, "types"), source(lake, seen, push, "bytes")),
                        FeaturePlan.AS_OF,
                        new FeastStore("online", connection))
                .files()
                .write(repository);
        return repository;
    }

    private static FeatureSet set(String table) {
        Features features = FlightsFeatures.definition();
        return new FeatureSet(
                Optional.empty(),
                Optional.empty(),
                new TableName(table),
                features.spine(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                features.write());
    }

    private static void push(TemporaryLake lake, PushWork work, String deleted) {
        StepResult result = lake.run(work, Interval.parse("2013-03-01/2013-03-02", ZoneOffset.UTC), ZoneOffset.UTC);
        assertThat(result.facts()).containsEntry("rows_read_back", "3").containsEntry("rows_deleted", deleted);
    }

    private static FeastRepository.Source source(TemporaryLake lake, FeatureSet set, Push push, String view) {
        TableVersion version = lake.tables().latest(set.table()).orElseThrow();
        return new FeastRepository.Source(
                set.table(),
                lake.tables().location(set.table()),
                List.of(ServedView.of(push, view, lake.tables().columns(version))));
    }

    private Map<String, Found> ask(Map<String, Asked> repositories) throws IOException, InterruptedException {
        String jars = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(jar -> jar.matches(".*/(delta-spark|delta-storage)[^/]*\\.jar"))
                .collect(Collectors.joining(","));
        Path question = folder.resolve("question.json");
        JSON.writeValue(question.toFile(), Map.of("jars", jars, "repositories", repositories));
        String answer = run(
                List.of(Python.feast() + "", "src/test/resources/python/feast_reads.py", question + ""),
                Map.of(
                        "REDIS_PASSWORD",
                        RedisServer.PASSWORD,
                        "TEST",
                        RedisServer.PASSWORD,
                        "POSTGRES",
                        PostgresServer.PASSWORD,
                        "SPARK_LOCAL_IP",
                        "127.0.0.1"));
        Map<String, Map<String, List<Map<String, Object>>>> read = JSON.readValue(answer, new TypeReference<>() {});
        Map<String, Found> found = new HashMap<>();
        read.forEach((name, one) ->
                found.put(name, new Found(plainRows(one.get("online")), plainRows(one.get("historical")))));
        return found;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> plainRows(List<Map<String, Object>> rows) {
        return rows.stream()
                .map(row -> (Map<String, Object>) plain((Object) row))
                .toList();
    }

    /** What a program says; it must end well. */
    private String run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(said.toFile());
        builder.environment().putAll(environment);
        builder.environment().remove("SPARK_HOME");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        return out;
    }
}
