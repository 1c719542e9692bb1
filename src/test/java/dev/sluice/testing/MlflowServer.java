package dev.sluice.testing;

import dev.sluice.config.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/** A real MLflow server on a free loopback port, with SQLite and files in a temporary folder. */
public final class MlflowServer implements CloseableResource {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String LOG = "server.log";

    private final Process process;
    private final String uri;
    private final Path home;
    private final Thread atExit = new Thread(this::end);

    private MlflowServer(Process process, String uri, Path home) {
        this.process = process;
        this.uri = uri;
        this.home = home;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static MlflowServer start() {
        try {
            Path home = Files.createTempDirectory("sluice-mlflow-");
            int port = freePort();
            ProcessBuilder command = new ProcessBuilder(
                    Python.interpreter().toString(),
                    "-m",
                    "mlflow",
                    "server",
                    "--backend-store-uri",
                    "sqlite:///" + home.resolve("mlflow.db"),
                    "--artifacts-destination",
                    home.resolve("artifacts").toUri().toString(),
                    "--serve-artifacts",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    String.valueOf(port),
                    "--workers",
                    "1");
            // The job runner starts seven more processes that outlive the server.
            command.environment().put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
            command.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
            command.redirectErrorStream(true).redirectOutput(home.resolve(LOG).toFile());
            MlflowServer server = new MlflowServer(command.start(), "http://127.0.0.1:" + port, home);
            server.awaitHealth();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String uri() {
        return uri;
    }

    /** Where it keeps everything: database, artifacts, log. */
    public Path home() {
        return home;
    }

    /** A connection as a pipeline file declares it. */
    public Connection.Mlflow connection() {
        return new Connection.Mlflow(uri, Optional.empty(), Optional.empty(), Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        FileUtils.deleteQuietly(home.toFile());
    }

    private void awaitHealth() throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (!isHealthy()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String log = Files.readString(home.resolve(LOG));
                close();
                throw new AssertionError("MLflow did not start within " + START + ":\n" + log);
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private boolean isHealthy() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(uri + "/health").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
