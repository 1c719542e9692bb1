package dev.sluice.bench;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.config.Connection;
import dev.sluice.config.Loader;
import dev.sluice.config.Pipeline;
import dev.sluice.config.Push;
import dev.sluice.config.Step;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.pipeline.Runner;
import dev.sluice.pipeline.StagedPublisher;
import dev.sluice.step.push.PushWork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;

/**
 * Push into a Redis of this machine, which the benchmark starts. The CPU time is that of the tasks: Redis has its own.
 *
 * @param work folder for tables
 */
record Pushes(Path work) {
    private static final int ENTITIES = 200_000;
    private static final int FEATURES = 20;
    private static final int VALUES_PER_SECOND = 60_000;
    private static final String DAY = "2024-03-01";

    List<Benchmark> all() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path lake = work.resolve("lake");
        long values = (long) ENTITIES * FEATURES;
        return List.of(new Benchmark(
                "P18-push",
                String.format(
                        Locale.ROOT,
                        "newest rows of %,d entities with %d features into an empty Redis, %,d values",
                        ENTITIES,
                        FEATURES,
                        values),
                new Side.Inside(() -> prepare(lake, port), () -> push(lake, port), () -> say(port, "DBSIZE")),
                Optional.empty(),
                new Benchmark.Target.CpuMicros(1e6 / VALUES_PER_SECOND, values, "value")));
    }

    private void prepare(Path lake, int port) throws IOException {
        if (!isThere(port)) {
            Process redis = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            port + "",
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(redis::destroy));
            while (redis.isAlive() && !isThere(port)) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        say(port, "FLUSHALL");
        if (!Files.exists(lake.resolve("gold/entities/_delta_log"))) {
            table(lake);
        }
    }

    /** Two rows of each entity, of which one is the newest. */
    private static void table(Path lake) {
        List<String> columns = new ArrayList<>(List.of(
                "id",
                "timestamp'" + DAY + " 00:00:00' + make_interval(0, 0, 0, 0, 0, 0, pmod(hash(id), 80000)) as as_of",
                "date'" + DAY + "' as day",
                "id % " + ENTITIES + " as entity"));
        for (int i = 0; i < FEATURES; i++) {
            columns.add(
                    i % 2 == 0
                            ? "pmod(hash(id, " + i + "), 1000000) / 100 as f" + i
                            : "cast(pmod(hash(id, " + i + "), 1000) as bigint) as f" + i);
        }
        LocalSpark.session()
                .range(0, 2L * ENTITIES, 1, 4)
                .selectExpr(columns.toArray(String[]::new))
                .write()
                .format("delta")
                .partitionBy("day")
                .save(lake.resolve("gold/entities").toString());
    }

    private void push(Path lake, int port) throws IOException {
        Path file = work.resolve("push.yml");
        try (InputStream in = Pushes.class.getResourceAsStream("/bench/push.yml")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Pipeline pipeline = new Loader(new SqlExpressions(), name -> null)
                .load(new Loader.Request(
                        file,
                        Optional.empty(),
                        Map.of("lake", lake.toString(), "redis", "127.0.0.1:" + port),
                        Map.of()))
                .pipeline();
        Push push = pipeline.push().orElseThrow();
        SparkSession spark = LocalSpark.session();
        var hadoop = spark.sparkContext().hadoopConfiguration();
        String root = Storages.absolute(lake.toString());
        Runner.Outcome outcome = new Runner(
                        () -> spark,
                        pipeline.name(),
                        pipeline.clock().zone(),
                        List.of(new PushWork(
                                "entities", push, pipeline.features().orElseThrow(), new RedisStore((Connection.Redis)
                                        pipeline.connections().get(push.connection())))),
                        new DeltaTables(() -> spark, hadoop, root),
                        new DeltaRecords(hadoop, root),
                        Storages.of(root, hadoop),
                        new StagedPublisher(new DeequChecks()),
                        message -> {},
                        "bench",
                        Map.of())
                .run(new Runner.Request(
                        "bench-" + System.nanoTime(), // a run does once what it is made to do again
                        Set.of(Step.PUSH),
                        List.of(Interval.parse(
                                DAY + "/2024-03-02", pipeline.clock().zone())),
                        true));
        if (outcome.exit() != ExitCode.OK) {
            throw new IllegalStateException(
                    "push ended with " + outcome.exit(), outcome.failure().orElse(null));
        }
    }

    private static boolean isThere(int port) {
        try {
            return say(port, "PING").equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** Redis's answer to one word. */
    private static String say(int port, String word) throws IOException {
        try (Socket redis = new Socket(InetAddress.getLoopbackAddress(), port)) {
            redis.getOutputStream().write((word + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(redis.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
