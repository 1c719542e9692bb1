package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Redactor;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * One MLflow server: requests in, JSON out, every failure in Sluice's words and within its time.
 *
 * <p>MLflow's Java client sends the requests that change or search something and may be sent twice. It waits for ever, so it is
 * guarded; it repeats blindly what was answered with an error, so what must not be doubled goes over {@code java.net.http}; it
 * follows redirects with the token in hand, so what can be redirected (GET) does as well; it has no DELETE; its artifacts need
 * Python.
 */
final class Server {
    private static final String API = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String AGAIN =
            "check that the server runs and that the connection's uri is right, then run the same command again";
    private static final int LARGEST = 64 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final String base;
    private final Optional<Secret> token;
    private final Patience patience;
    private HttpClient http;
    private MlflowClient client;

    /**
     * The server at an address; nothing is sent yet.
     *
     * @throws SluiceException CONFIG_INVALID when the address holds a password, or would carry the token in the clear
     */
    Server(String uri, Optional<Secret> token, Patience patience) {
        URI address = address(uri);
        this.base = uri.replaceFirst("/+$", "");
        this.token = token;
        this.patience = patience;
        if (token.isPresent() && address.getScheme().equals("http") && !isLoopback(address.getHost())) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "the MLflow connection has a token, and its address " + base
                            + " would send it unencrypted to another machine",
                    "use an https:// address, or leave the token out");
        }
    }

    /** The address without a slash at its end. */
    String base() {
        return base;
    }

    Patience patience() {
        return patience;
    }

    /** Lets the server be for a moment. */
    void rest() {
        sleep("waiting", patience.pause());
    }

    /** What is there; empty where MLflow says that it does not exist. */
    Optional<JsonNode> find(String path, Map<String, String> query) {
        try {
            return Optional.of(get(path, query));
        } catch (SluiceException e) {
            if (answered(e, "RESOURCE_DOES_NOT_EXIST")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What must be there. */
    JsonNode get(String path, Map<String, String> query) {
        return repeat("GET " + path, patience.request(), () -> json("GET", API + path, query, BodyPublishers.noBody()));
    }

    /** Sends what may be sent twice. */
    JsonNode post(String path, JsonNode body) {
        return repeat("POST " + path, patience.request(), () -> viaClient(c -> c.sendPost(path, body.toString())));
    }

    /** Sends what may be sent twice. */
    JsonNode patch(String path, JsonNode body) {
        return repeat("PATCH " + path, patience.request(), () -> viaClient(c -> c.sendPatch(path, body.toString())));
    }

    /** Makes something whose name is unique, or finds that it is there. */
    void ensure(String path, JsonNode body) {
        try {
            create(path, body, "", Optional::empty);
        } catch (SluiceException e) {
            if (!answered(e, "RESOURCE_ALREADY_EXISTS")) {
                throw e;
            }
        }
    }

    /**
     * Makes something that may be made twice.
     *
     * @param field where the answer holds it
     * @param landed looked at before the request is repeated: a failed one may have been obeyed, with the answer lost
     */
    JsonNode create(String path, JsonNode body, String field, Supplier<Optional<JsonNode>> landed) {
        AtomicBoolean asked = new AtomicBoolean();
        return repeat("POST " + path, patience.request(), () -> {
            Optional<JsonNode> made = asked.getAndSet(true) ? landed.get() : Optional.empty();
            return made.isPresent()
                    ? made.get()
                    : json("POST", API + path, Map.of(), BodyPublishers.ofString(body.toString()))
                            .path(field);
        });
    }

    void delete(String path, JsonNode body) {
        repeat(
                "DELETE " + path,
                patience.request(),
                () -> json("DELETE", API + path, Map.of(), BodyPublishers.ofString(body.toString())));
    }

    /** Entries of a folder of artifacts. */
    JsonNode listArtifacts(String folder) {
        return repeat(
                "GET artifacts of " + folder,
                patience.request(),
                () -> json("GET", ARTIFACTS, Map.of("path", folder), BodyPublishers.noBody()));
    }

    void putArtifact(String path, BodyPublisher content) {
        repeat("PUT artifact " + path, patience.transfer(content.contentLength()), () -> {
            open("PUT", ARTIFACTS + "/" + encoded(path), Map.of(), content).close();
            return path;
        });
    }

    /** Writes an artifact to a file, which then has the size that was announced. */
    void fetchArtifact(String path, long size, Path to) {
        repeat("GET artifact " + path, patience.transfer(size), () -> {
            try (InputStream content =
                    open("GET", ARTIFACTS + "/" + encoded(path), Map.of(), BodyPublishers.noBody())) {
                Files.copy(content, to, StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.size(to) != size) {
                throw new IOException("expected " + size + " bytes, found " + Files.size(to));
            }
            return to;
        });
    }

    private static boolean answered(SluiceException failure, String code) {
        return failure.getCause() instanceof Answer answer && answer.code().equals(code);
    }

    private JsonNode viaClient(Function<MlflowClient, String> request) throws Exception {
        try {
            return Json.read(request.apply(client()));
        } catch (MlflowHttpException e) {
            throw Answer.of(e.getStatusCode(), String.valueOf(e.getBodyMessage()), Optional.empty());
        } catch (MlflowClientException e) {
            throw e.getCause() instanceof IOException cause ? cause : e;
        }
    }

    /** Made when something is first asked: it loads all that TLS needs, which most commands never use. */
    private synchronized HttpClient http() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
        }
        return http;
    }

    private synchronized MlflowClient client() {
        if (client == null) {
            client = new MlflowClient(token.map(t -> new BasicMlflowHostCreds(base, t.reveal()))
                    .orElseGet(() -> new BasicMlflowHostCreds(base)));
        }
        return client;
    }

    /** A client that failed or was left waiting may hold its two connections for ever: the next call gets a new one. */
    private synchronized void giveUpClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private JsonNode json(String method, String path, Map<String, String> query, BodyPublisher body) throws Exception {
        try (InputStream content = open(method, path, query, body)) {
            return Json.read(text(content));
        }
    }

    private InputStream open(String method, String path, Map<String, String> query, BodyPublisher body)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path + encoded(query))).method(method, body);
        request.header("User-Agent", "sluice");
        if (!path.startsWith(ARTIFACTS)) {
            request.header("Content-Type", "application/json; charset=utf-8");
        }
        token.ifPresent(t -> request.header("Authorization", "Bearer " + t.reveal()));
        HttpResponse<InputStream> response = http().send(request.build(), BodyHandlers.ofInputStream());
        int status = response.statusCode();
        if (status / 100 == 2) {
            return response.body();
        }
        try (InputStream content = response.body()) {
            if (status / 100 == 3) {
                String to = response.headers().firstValue("Location").orElse("nowhere");
                throw Answer.of(status, "redirected to " + to, Optional.empty());
            }
            throw Answer.of(status, text(content), response.headers().firstValue("Retry-After"));
        }
    }

    private static String text(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new IOException("the answer is larger than " + LARGEST + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private <T> T repeat(String what, Duration limit, Callable<T> call) {
        long start = System.nanoTime();
        Duration pause = patience.pause();
        for (int tries = 1; ; tries++) {
            try {
                return Guard.within(limit, call);
            } catch (Exception failure) {
                if (!(failure instanceof Answer)) {
                    giveUpClient();
                }
                Duration wait =
                        failure instanceof Answer answer ? answer.retryAfter().orElse(pause) : pause;
                Duration passed = Duration.ofNanos(System.nanoTime() - start);
                // Once more in any case, unless the server wants to be let alone for long.
                Duration end = tries == 1 ? wait : passed.plus(wait);
                if (!passing(failure) || end.compareTo(patience.total()) > 0) {
                    throw translated(what + tried(tries, passed), failure);
                }
                sleep(what, wait);
                pause = pause.multipliedBy(2);
            }
        }
    }

    private static String tried(int times, Duration passed) {
        return times == 1
                ? ""
                : String.format(Locale.ROOT, " (tried %d times in %d s)", times, Math.round(passed.toMillis() / 1e3));
    }

    private static boolean passing(Exception failure) {
        return failure instanceof Answer answer
                ? answer.passing()
                : failure instanceof IOException || failure instanceof TimeoutException;
    }

    private void sleep(String what, Duration wait) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            throw translated(what, e);
        }
    }

    private SluiceException translated(String what, Exception failure) {
        if (failure instanceof SluiceException known) {
            return known;
        }
        if (failure instanceof Answer answer) {
            return translated(what, answer);
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return failure(
                    ErrorCode.INTERRUPTED,
                    "was asked for " + what + ", and the run was ended meanwhile",
                    "run the same command again: it goes on from here",
                    failure);
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return failure(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "could not be reached for " + what + ": no connection within " + CONNECT.toSeconds() + " s",
                    AGAIN,
                    failure);
        }
        if (failure instanceof TimeoutException) {
            return failure(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "did not answer " + what + " in time",
                    "check the server; if it is well and only slow, set a longer timeout at the mlflow connection; then run the same command again",
                    failure);
        }
        if (failure instanceof JsonProcessingException) {
            return failure(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "answered " + what + " with something that is not whole JSON",
                    "check that the address is an MLflow server's and not a proxy's page, then run the same command again",
                    failure);
        }
        if (failure instanceof IOException) {
            String why = reason(failure);
            return failure(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    failure instanceof ConnectException
                            ? "could not be reached for " + what + ": " + why
                            : "broke off its answer to " + what + ": " + why,
                    AGAIN,
                    failure);
        }
        return failure(
                ErrorCode.UNEXPECTED, what + " failed: " + failure, "report this with the log of the run", failure);
    }

    /** The first words that somebody found for it; the JDK's HTTP client has none for the most common failures. */
    private static String reason(Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException) {
                return "there is no such host";
            }
            if (t.getMessage() != null) {
                return t.getMessage();
            }
        }
        return failure instanceof ConnectException
                ? "connection refused"
                : failure.getClass().getSimpleName();
    }

    private SluiceException translated(String what, Answer answer) {
        String said = "answered " + answer.status() + " to " + what + ": " + answer.getMessage();
        if (answer.passing()) {
            return failure(ErrorCode.REGISTRY_UNAVAILABLE, said, AGAIN, answer);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            return failure(
                    ErrorCode.ACCESS_DENIED,
                    said,
                    answer.getMessage().contains("Host header")
                            ? "start the server with --allowed-hosts naming the host of this address"
                            : "check the token of the mlflow connection and the rights of its owner",
                    answer);
        }
        return failure(
                ErrorCode.REGISTRY_REFUSED,
                said,
                answer.status() / 100 == 3
                        ? "redirects are not followed: set the connection's uri to the server's own address"
                        : "check that the server is MLflow 3 and that the names and values in the message are what it accepts",
                answer);
    }

    private SluiceException failure(ErrorCode code, String message, String hint, Exception cause) {
        return new SluiceException(code, Redactor.global().redact("MLflow at " + base + " " + message), hint, cause);
    }

    private static URI address(String uri) {
        URI address;
        try {
            address = new URI(uri);
        } catch (URISyntaxException e) {
            throw wrong("expected an address such as https://mlflow.example.com, found one that is no URI: "
                    + e.getReason());
        }
        if (address.getHost() == null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw wrong("expected an address such as https://mlflow.example.com, without query, found '" + uri + "'");
        }
        if (address.getRawUserInfo() != null) {
            throw wrong("the address of the MLflow connection holds a user or password; expected neither");
        }
        return address;
    }

    private static SluiceException wrong(String message) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID,
                Redactor.global().redact(message),
                "set uri of the mlflow connection to the server's address, and token to its bearer token if it wants one");
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** Segments of a path, each percent-encoded. */
    private static String encoded(String path) {
        return Stream.of(path.split("/")).map(Server::percent).collect(Collectors.joining("/"));
    }

    private static String encoded(Map<String, String> query) {
        return query.isEmpty()
                ? ""
                : new TreeMap<>(query)
                        .entrySet().stream()
                                .map(e -> percent(e.getKey()) + "=" + percent(e.getValue()))
                                .collect(Collectors.joining("&", "?", ""));
    }

    private static String percent(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
