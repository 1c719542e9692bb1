package dev.sluice.bench;

import dev.sluice.adapter.jdbc.PostgresStore;
import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.config.Push;
import dev.sluice.feature.ServedView;
import dev.sluice.port.OnlineStore;
import dev.sluice.step.push.PushWork;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import redis.clients.jedis.Jedis;

/** Push into servers of this machine, which the benchmarks start; they end with the process. */
final class Pushes {
    private static final int FEATURES = 20;
    private static final int IN_REDIS = 200_000;
    private static final int IN_POSTGRES = 50_000;
    private static final int VALUES_PER_SECOND = 60_000;
    private static final String DAY = "2024-03-01";
    private static final String DAYS = DAY + "/2024-03-02";
    private static final String TABLE = "bench_entities";

    private final Path work;
    private RedisServer redis;
    private PostgresServer postgres;

    /**
     * The benchmarks.
     *
     * @param work folder for tables
     */
    Pushes(Path work) {
        this.work = work;
    }

    List<Benchmark> all() {
        return List.of(redis(), postgres());
    }

    /** The CPU time is that of the tasks: Redis has its own. */
    private Benchmark redis() {
        long values = (long) IN_REDIS * FEATURES;
        return new Benchmark(
                "P18-push",
                workload(IN_REDIS, "an empty Redis"),
                new Side.Inside(
                        this::emptyRedis,
                        () -> push(IN_REDIS, new RedisStore(redis.connection(RedisServer.PASSWORD))),
                        this::entitiesInRedis),
                Optional.empty(),
                new Target.CpuMicros(1e6 / VALUES_PER_SECOND, values, "value"));
    }

    private void emptyRedis() throws IOException {
        if (redis == null) {
            redis = RedisServer.start();
        }
        try (Jedis client = redis.client()) {
            client.configSet("appendonly", "no");
            client.flushAll();
        }
        table(IN_REDIS);
    }

    private String entitiesInRedis() {
        try (Jedis client = redis.client()) {
            return client.dbSize() + " entities";
        }
    }

    /** The CPU time is that of tasks and database together: a writer may let the other do the work. */
    private Benchmark postgres() {
        return new Benchmark(
                "P18-push-postgres",
                workload(IN_POSTGRES, "an empty PostgreSQL")
                        + "; peer: batches of INSERT ... ON CONFLICT by JDBC, without reading back",
                inPostgres(() -> push(IN_POSTGRES, new PostgresStore(postgres.connection()))),
                Optional.of(inPostgres(this::upsert)),
                new Target.CpuOfPeer(1.25));
    }

    private Side inPostgres(Side.Task task) {
        return new Side.Inside(this::emptyPostgres, task, this::valuesInPostgres, () -> postgres.cpuSeconds());
    }

    private void emptyPostgres() throws IOException {
        if (postgres == null) {
            postgres = PostgresServer.start();
            postgres.run("ALTER ROLE owner SET log_statement = 'none'");
        }
        postgres.run("DROP TABLE IF EXISTS " + TABLE, JdbcUpserts.make(TABLE), "CHECKPOINT");
        table(IN_POSTGRES);
    }

    private String valuesInPostgres() {
        return postgres.query(
                        "SELECT count(*), sum(hashtextextended(concat(entity_key, feature_name, value, event_ts), 0))"
                                + " FROM " + TABLE + " WHERE feature_name NOT LIKE '\\_ts:%'")
                .get(0);
    }

    private void push(int entities, OnlineStore store) throws IOException {
        OneStep step = OneStep.of("push.yml", lake(entities), Map.of());
        step.run(
                new PushWork(
                        "entities",
                        step.pipeline().push().orElseThrow(),
                        step.pipeline().features().orElseThrow(),
                        store),
                DAYS);
    }

    private void upsert() throws IOException {
        Dataset<Row> rows = LocalSpark.session()
                .read()
                .format("delta")
                .load(table(IN_POSTGRES).toString());
        Push push = OneStep.of("push.yml", lake(IN_POSTGRES), Map.of())
                .pipeline()
                .push()
                .orElseThrow();
        new JdbcUpserts(postgres.url("postgres"), TABLE, ServedView.of(push, "entities", rows.schema())).push(rows);
    }

    private static String workload(int entities, String store) {
        return String.format(
                Locale.ROOT,
                "newest rows of %,d entities with %d features into %s, %,d values",
                entities,
                FEATURES,
                store,
                entities * FEATURES);
    }

    private Path lake(int entities) {
        return work.resolve("lake-" + entities);
    }

    /** Two rows of each entity, of which one is the newest. */
    private Path table(int entities) {
        Path table = lake(entities).resolve("gold/entities");
        if (Files.exists(table.resolve("_delta_log"))) {
            return table;
        }
        List<String> columns = new ArrayList<>(List.of(
                "id",
                "timestamp'" + DAY + " 00:00:00' + make_interval(0, 0, 0, 0, 0, 0, pmod(hash(id), 80000)) as as_of",
                "date'" + DAY + "' as day",
                "id % " + entities + " as entity"));
        for (int i = 0; i < FEATURES; i++) {
            columns.add(
                    i % 2 == 0
                            ? "pmod(hash(id, " + i + "), 1000000) / 100 as f" + i
                            : "cast(pmod(hash(id, " + i + "), 1000) as bigint) as f" + i);
        }
        LocalSpark.session()
                .range(0, 2L * entities, 1, 4)
                .selectExpr(columns.toArray(String[]::new))
                .write()
                .format("delta")
                .partitionBy("day")
                .save(table.toString());
        return table;
    }
}
