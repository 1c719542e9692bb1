package dev.sluice.testing;

import dev.sluice.config.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/** A real MLflow server on a free loopback port, with SQLite and files in a temporary folder. */
public final class MlflowServer implements CloseableResource {
    private final ServerProcess process;
    private final String uri;
    private final Path home;

    private MlflowServer(ServerProcess process, String uri, Path home) {
        this.process = process;
        this.uri = uri;
        this.home = home;
    }

    static MlflowServer start() {
        try {
            Path home = Files.createTempDirectory("sluice-mlflow-");
            int port = Ports.free();
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
            String uri = "http://127.0.0.1:" + port;
            return new MlflowServer(ServerProcess.start("MLflow", home, command, () -> isHealthy(uri)), uri, home);
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
        process.close();
    }

    private static boolean isHealthy(String uri) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(uri + "/health").toURL().openConnection();
        connection.setConnectTimeout(1000);
        connection.setReadTimeout(5000);
        return connection.getResponseCode() == 200;
    }
}
