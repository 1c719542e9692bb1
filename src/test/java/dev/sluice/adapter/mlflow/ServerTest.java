package dev.sluice.adapter.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is down, slow, wrong or hostile. */
class ServerTest {
    private static final Patience SHORT =
            new Patience(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(20));
    private static final Patience LONGER =
            new Patience(Duration.ofMillis(2500), Duration.ofMillis(5000), Duration.ofMillis(20));
    private static final String TOKEN = "canary-5f2c9a";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer http;
    private Server server;

    private interface Handler {
        void handle(HttpExchange exchange, int request) throws IOException;
    }

    /** The ways to ask: by MLflow's client and by our own requests, for what repeats and what makes. */
    private enum Way {
        CLIENT,
        GET,
        CREATE,
        DELETE;

        void ask(Server server) {
            switch (this) {
                case CLIENT -> server.post("runs/search", Json.object());
                case GET -> server.get("runs/get", Map.of("run_id", "1"));
                case CREATE -> server.create("runs/create", Json.object(), "run", Optional::empty);
                case DELETE -> server.delete("registered-models/alias", Json.object());
            }
        }
    }

    /** Classes are loaded before any time is measured. */
    @BeforeAll
    static void warmUp() {
        for (Way way : Way.values()) {
            assertThatThrownBy(() -> way.ask(new Server("http://127.0.0.1:1", Optional.empty(), SHORT)))
                    .isInstanceOf(SluiceException.class);
        }
    }

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.start();
        server = server(SHORT);
    }

    @AfterEach
    void stop() {
        http.stop(0);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsDown(Way way) {
        http.stop(0);

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageStartingWith("MLflow at http://127.0.0.1:")
                .hasMessageContaining("could not be reached for " + (way == Way.CLIENT ? "POST runs/search" : ""))
                .hasMessageContaining("efused");
    }

    @Test
    void whatWasTriedIsSaid() {
        server = server(LONGER);
        http.stop(0);
        assertFails(() -> Way.GET.ask(server), ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageMatching("MLflow at \\S+ could not be reached for GET runs/get \\(tried 8 times in 3 s\\):"
                        + " connection refused");
    }

    /** The name is one that no host may have. */
    @Test
    void aHostThatIsNotThere() {
        assertFails(
                        () -> Way.GET.ask(new Server("http://mlflow.invalid", Optional.empty(), LONGER)),
                        ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageEndingWith(": there is no such host");
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatNeverAnswers(Way way) {
        answer((exchange, request) -> sleep(60_000));
        long start = System.nanoTime();

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_UNAVAILABLE).hasMessageContaining("in time");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatNeverEnds(Way way) {
        answer((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            sleep(60_000);
        });

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_UNAVAILABLE).hasMessageContaining("in time");
    }

    @ParameterizedTest
    @EnumSource
    void oneFailureIsForgiven(Way way) {
        server = server(LONGER);
        answer((exchange, request) -> reply(exchange, request == 1 ? 500 : 200, "{}"));

        way.ask(server);

        assertThat(asked).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void manyFailuresAreNot(Way way) {
        answer((exchange, request) -> reply(exchange, 503, "overloaded"));

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageContaining("answered 503 to")
                .hasMessageEndingWith("overloaded");
    }

    @ParameterizedTest
    @EnumSource(names = {"GET", "CREATE", "DELETE"})
    void aServerThatAsksForPatience(Way way) {
        server = server(LONGER);
        answer((exchange, request) -> {
            exchange.getResponseHeaders().set("Retry-After", "1");
            reply(exchange, request == 1 ? 429 : 200, "{}");
        });
        long start = System.nanoTime();

        way.ask(server);

        assertThat(asked).hasSize(2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    }

    /** As long as a person would not wait. */
    @Test
    void aServerThatAsksForTooMuchPatience() {
        answer((exchange, request) -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            reply(exchange, 503, "closed for the night");
        });

        assertFails(() -> Way.GET.ask(server), ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageEndingWith("answered 503 to GET runs/get: closed for the night");
        assertThat(asked).hasSize(1);
    }

    /** The client waits for a connection that its first 429 still holds; it is given up, and its thread ends. */
    @Test
    void theClientsTrapIsLeft() throws InterruptedException {
        server = server(LONGER);
        answer((exchange, request) -> reply(exchange, request <= 2 ? 429 : 200, request <= 2 ? "slow down" : "{}"));

        server.post("runs/search", Json.object());

        assertThat(asked).hasSize(3);
        for (int i = 0; i < 50 && isWaiting(); i++) {
            Thread.sleep(20);
        }
        assertThat(isWaiting()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"401, check the token", "403, check the token"})
    void aCredentialThatIsRefused(int status, String hint) {
        answer((exchange, request) ->
                reply(exchange, status, "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no\"}"));

        for (Way way : Way.values()) {
            assertFails(() -> way.ask(server), ErrorCode.ACCESS_DENIED)
                    .hasMessageContaining("answered " + status + " to")
                    .hasMessageEndingWith(": no")
                    .satisfies(e -> assertThat(((SluiceException) e).hint()).startsWith(hint));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatIsWrong(Way way) {
        answer((exchange, request) ->
                reply(exchange, 400, "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"Invalid value\"}"));

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_REFUSED).hasMessageEndingWith(": Invalid value");
    }

    @ParameterizedTest
    @EnumSource
    void halfAnAnswer(Way way) {
        answer((exchange, request) -> reply(exchange, 200, "{\"runs\": [{\"in"));

        assertFails(() -> way.ask(server), ErrorCode.REGISTRY_UNAVAILABLE)
                .hasMessageContaining("with something that is not whole JSON");
    }

    @ParameterizedTest
    @EnumSource
    void aRedirectIsNotFollowed(Way way) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> stolen = Collections.synchronizedList(new ArrayList<>());
        other.createContext("/", exchange -> {
            stolen.add(exchange.getRequestURI().getPath());
            reply(exchange, 200, "{}");
        });
        other.start();
        String elsewhere = "http://localhost:" + other.getAddress().getPort() + "/";
        answer((exchange, request) -> {
            exchange.getResponseHeaders().set("Location", elsewhere);
            reply(exchange, 302, "");
        });

        try {
            assertThatThrownBy(() -> way.ask(server)).isInstanceOf(SluiceException.class);
            assertThat(stolen).isEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aRedirectSaysWhereTo() {
        answer((exchange, request) -> {
            exchange.getResponseHeaders().set("Location", "https://login.example.com/");
            reply(exchange, 302, "");
        });

        assertFails(() -> Way.GET.ask(server), ErrorCode.REGISTRY_REFUSED)
                .hasMessageEndingWith("answered 302 to GET runs/get: redirected to https://login.example.com/");
    }

    @Test
    void theTokenIsSentAndNeverShown() {
        answer((exchange, request) -> reply(exchange, 403, "token " + TOKEN + " has no rights"));

        for (Way way : Way.values()) {
            assertFails(() -> way.ask(server), ErrorCode.ACCESS_DENIED)
                    .hasMessageContaining("***")
                    .hasMessageNotContaining(TOKEN);
        }
        assertThat(tokens).hasSizeGreaterThanOrEqualTo(4).containsOnly("Bearer " + TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "http://mlflow.example.com:5000, true",
        "http://127.0.0.1.example.com, true",
        "http://10.0.0.1, true",
        "https://mlflow.example.com, false",
        "http://localhost:5000, false",
        "http://[::1]:5000, false",
        "http://127.0.0.1, false"
    })
    void aTokenDoesNotTravelInTheClear(String uri, boolean refused) {
        Optional<Secret> token = Optional.of(new Secret(TOKEN, "test"));
        if (refused) {
            assertThatThrownBy(() -> new Server(uri, token, SHORT))
                    .hasMessage("the MLflow connection has a token, and its address " + uri
                            + " would send it unencrypted to another machine");
        } else {
            assertThat(new Server(uri, token, SHORT).base()).isEqualTo(uri);
        }
        assertThat(new Server(uri, Optional.empty(), SHORT).base()).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:canary-77@localhost", "http://localhost?a=b", "http://", "http://a b"})
    void anAddressThatIsNone(String uri) {
        assertFails(() -> new Server(uri, Optional.empty(), SHORT), ErrorCode.CONFIG_INVALID)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("canary");
    }

    @Test
    void whatDoesNotExistIsEmpty() {
        answer((exchange, request) ->
                reply(exchange, 404, "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"not found\"}"));

        assertThat(server.find("registered-models/get", Map.of("name", "a b&c")))
                .isEmpty();
        assertThat(asked).containsExactly("GET /api/2.0/mlflow/registered-models/get?name=a%20b%26c");
    }

    @Test
    void aPageThatIsNotFoundIsNotEmpty() {
        answer((exchange, request) -> reply(exchange, 404, "<html>nginx</html>"));

        assertFails(() -> server.find("registered-models/get", Map.of()), ErrorCode.REGISTRY_REFUSED)
                .hasMessageEndingWith("answered 404 to GET registered-models/get: <html>nginx</html>");
    }

    @Test
    void whatLandedIsNotMadeAgain() {
        answer((exchange, request) -> exchange.close());

        assertThat(server.create(
                                "runs/create",
                                Json.object(),
                                "run",
                                () -> Optional.of(Json.object().put("id", 7)))
                        .path("id")
                        .asInt())
                .isEqualTo(7);
        assertThat(asked).hasSize(1);
    }

    private Server server(Patience patience) {
        String uri = "http://127.0.0.1:" + http.getAddress().getPort() + "/";
        return new Server(uri, Optional.of(new Secret(TOKEN, "test")), patience);
    }

    private void answer(Handler handler) {
        http.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            handler.handle(exchange, asked.size());
        });
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, ErrorCode code) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    private static boolean isWaiting() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("sluice-mlflow"));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
