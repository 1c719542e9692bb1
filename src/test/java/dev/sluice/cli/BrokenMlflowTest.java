package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees at {@code register} when MLflow is down, slow or answers half: exact words and exit codes, soon. */
@SparkTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrokenMlflowTest {
    private static final String EXPERIMENT = "GET experiments/get-by-name";
    private static final String CHECK =
            "check that the server runs and that the connection's uri is right, then run the same command again";
    private static final String ADDRESS =
            "check that the address is an MLflow server's and not a proxy's page, then run the same command again";

    private interface Reply {
        void send(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SparkSession spark;
    private HttpServer server;
    private Path pipeline;
    private volatile Reply reply = exchange -> send(exchange, 404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}");

    @TempDir
    static Path folder;

    /** Everything before register, with an MLflow that holds no model yet. */
    @BeforeAll
    void trained(SparkSession session) throws IOException {
        spark = session;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            reply.send(exchange);
        });
        server.start();
        Trips.write(folder);
        pipeline = folder.resolve("trips.yml");
        Files.writeString(
                pipeline,
                Files.readString(Path.of(Trips.PIPELINE))
                        .replace("token: \"${secret:env/TRIPS_TOKEN}\"", "timeout: 3s")
                        .replaceFirst("  spare: .*\n", ""));
        assertThat(run("ingest,features,train,evaluate", address())).startsWith("0\n");
    }

    @AfterAll
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void down() {
        assertThat(register("http://127.0.0.1:9"))
                .isEqualTo(unavailable(
                        "http://127.0.0.1:9",
                        "could not be reached for " + EXPERIMENT + " (tried 5 times in 4 s): connection refused",
                        CHECK));
    }

    @Test
    void slow() {
        reply = exchange -> pause();
        assertThat(register(address()))
                .isEqualTo(unavailable(
                        address(),
                        "did not answer " + EXPERIMENT + " (tried 2 times in 6 s) in time",
                        "check the server; if it is well and only slow, set a longer timeout at the mlflow connection; then run the"
                                + " same command again"));
    }

    @Test
    void cutInTheMiddleOfAnAnswer() {
        reply = BrokenMlflowTest::half;
        assertThat(register(address()))
                .isEqualTo(unavailable(
                        address(), "broke off its answer to " + EXPERIMENT + " (tried 5 times in 4 s): closed", CHECK));
    }

    /** The first request goes another way than the later ones. */
    @Test
    void cutInTheMiddleOfALaterAnswer() {
        reply = exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("experiments/get-by-name")) {
                send(exchange, 200, "{\"experiment\": {\"experiment_id\": \"1\"}}");
            } else {
                half(exchange);
            }
        };
        assertThat(register(address()))
                .isEqualTo(unavailable(
                        address(),
                        "broke off its answer to POST runs/search (tried 5 times in 4 s): Premature end of Content-Length delimited message body (expected: 40; received: 20",
                        CHECK));
    }

    @Test
    void aPageInsteadOfJson() {
        reply = exchange -> send(exchange, 200, "<html><body>Please log in</body></html>");
        assertThat(register(address()))
                .isEqualTo(unavailable(
                        address(),
                        "answered " + EXPERIMENT + " (tried 5 times in 4 s) with something that is not whole JSON",
                        ADDRESS));
    }

    @Test
    void errorsOfTheServer() {
        reply = exchange ->
                send(exchange, 500, "{\"error_code\": \"INTERNAL_ERROR\", \"message\": \"database is locked\"}");
        assertThat(register(address()))
                .isEqualTo(unavailable(
                        address(),
                        "answered 500 to " + EXPERIMENT + " (tried 5 times in 4 s): database is locked",
                        CHECK));
    }

    /** These runs found it, as those on Databricks do. */
    @Test
    void aSessionThatWasNotStartedHereGoesOn() {
        assertThat(spark.sparkContext().isStopped()).isFalse();
    }

    private String unavailable(String uri, String what, String hint) {
        return "75\nerror: " + pipeline + ":46:1: REGISTRY_UNAVAILABLE: MLflow at " + uri + " " + what + "\n  do: "
                + hint;
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Exit code and messages, without progress and status. */
    private String register(String mlflow) {
        return run("register", mlflow)
                .lines()
                .filter(line -> !line.startsWith("2024-03-01/") && !line.startsWith("{"))
                .collect(Collectors.joining("\n"));
    }

    private String run(String steps, String mlflow) {
        return Call.of(
                "run",
                "--steps",
                steps,
                "--interval",
                Trips.INTERVAL,
                "-p",
                pipeline.toString(),
                "--var",
                "raw=" + folder,
                "--var",
                "lake=" + folder.resolve("lake"),
                "--var",
                "mlflow=" + mlflow);
    }

    private static void half(HttpExchange exchange) throws IOException {
        byte[] body = "{\"experiment\": {\"exp".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, 2L * body.length);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void pause() {
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
