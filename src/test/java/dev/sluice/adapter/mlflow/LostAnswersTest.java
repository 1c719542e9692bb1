package dev.sluice.adapter.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import dev.sluice.testing.MlflowServer;
import dev.sluice.testing.MlflowTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Between us and a real MLflow server stands one that loses answers: the request is obeyed, and nobody hears of it. However many
 * are lost and wherever, there is one run, one model, one version.
 */
@MlflowTest
class LostAnswersTest {
    private static final Patience SHORT =
            new Patience(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofMillis(20));

    /** What the server between does with an answer. */
    private enum Fault {
        DROPPED,
        HALF,
        ERROR
    }

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int faultyFrom = Integer.MAX_VALUE;
    private volatile int faultyTo = Integer.MAX_VALUE;
    private volatile Fault fault = Fault.DROPPED;
    private HttpServer between;
    private String upstream;

    @TempDir
    private Path temp;

    @BeforeEach
    void start(MlflowServer mlflow) throws IOException {
        upstream = mlflow.uri();
        between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        between.createContext("/", this::forward);
        between.start();
        Files.createDirectories(temp.resolve("model/sparkml"));
        Files.writeString(temp.resolve("model/MLmodel"), "flavors: {}\n");
        Files.writeString(temp.resolve("model/sparkml/part-00000"), "{}");
        Files.createDirectories(temp.resolve("artifacts"));
        Files.writeString(temp.resolve("artifacts/report.html"), "<html></html>");
    }

    @AfterEach
    void stop() {
        between.stop(0);
    }

    @Test
    void anyOneAnswerIsLost() {
        int all = Integer.MAX_VALUE;
        for (int lost = 1; lost <= all; lost++) {
            fault = Fault.values()[lost % Fault.values().length];
            String name = fault + "-" + lost + "-" + UUID.randomUUID();
            requests.set(0);
            faultyFrom = lost;
            faultyTo = lost;

            ModelVersion version = release(name);

            all = Math.min(all, requests.get());
            assertOne(name, version);
        }
        assertThat(all).isGreaterThan(15);
    }

    @Test
    void allAnswersAreLostForAWhile() {
        for (int lost = 3; lost <= 18; lost += 5) {
            String name = "outage-" + lost + "-" + UUID.randomUUID();
            requests.set(0);
            faultyFrom = lost;
            faultyTo = Integer.MAX_VALUE;
            Patience little = new Patience(Duration.ofMillis(500), Duration.ofMillis(50), Duration.ofMillis(50));
            try {
                release(name, little);
                assertThat(lost).as("requests before the outage").isNegative();
            } catch (SluiceException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE);
            }
            faultyTo = 0;

            assertOne(name, release(name));
        }
    }

    private ModelVersion release(String name) {
        return release(name, SHORT);
    }

    private ModelVersion release(String name, Patience patience) {
        MlflowRegistry registry = new MlflowRegistry(
                connection("http://127.0.0.1:" + between.getAddress().getPort()), patience);
        RunKey key = new RunKey(Hashes.id(name));
        String run = registry.track(new TrackedRun(
                key, name, "run", Map.of("a", "1"), Map.of("f1", 0.5), Map.of(), List.of(), temp.resolve("artifacts")));
        return registry.register(new ModelToRegister(key, name, run, temp.resolve("model"), "", Map.of()));
    }

    private void assertOne(String name, ModelVersion version) {
        faultyFrom = Integer.MAX_VALUE;
        Server server = new Server(upstream, Optional.empty(), SHORT);
        assertThat(new MlflowRegistry(connection(upstream), SHORT).versions(name))
                .as(name)
                .containsExactly(version);
        JsonNode run = server.get("runs/get", Map.of("run_id", version.run())).path("run");
        assertThat(run.at("/info/status").asText()).as(name).isEqualTo("FINISHED");
        assertThat(run.at("/outputs/model_outputs")).as(name).hasSize(1);
        JsonNode query = Json.object()
                .set(
                        "experiment_ids",
                        Json.array().add(run.at("/info/experiment_id").asText()));
        assertThat(server.post("runs/search", query).path("runs")).as(name).hasSize(1);
        assertThat(server.post("logged-models/search", query).path("models"))
                .as(name)
                .hasSize(1);
    }

    private static Connection.Mlflow connection(String uri) {
        return new Connection.Mlflow(uri, Optional.empty(), Optional.empty(), SHORT.request());
    }

    private void forward(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(upstream + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!Set.of("host", "connection", "content-length", "upgrade", "http2-settings", "expect")
                    .contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        int number = requests.incrementAndGet();
        boolean faulty = number >= faultyFrom && number <= faultyTo;
        byte[] content = answer.body();
        if (!faulty) {
            exchange.sendResponseHeaders(answer.statusCode(), content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        } else if (fault == Fault.HALF) {
            exchange.sendResponseHeaders(answer.statusCode(), content.length + 1L);
            exchange.getResponseBody().write(content, 0, content.length / 2);
            exchange.getResponseBody().flush();
        } else if (fault == Fault.ERROR) {
            exchange.sendResponseHeaders(500, -1);
        }
        exchange.close();
    }
}
