package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** An object store that speaks S3, conditional writes included, on a free loopback port: moto, with its objects in memory. */
public final class S3Server implements AutoCloseable {
    /** Credentials as the environment gives them; any are good. */
    public static final Map<String, String> CREDENTIALS =
            Map.of("AWS_ACCESS_KEY_ID", "AKIASLUICETESTS00000", "AWS_SECRET_ACCESS_KEY", "qT7vN3xW9bK5mR1pL8zC");

    private final ServerProcess process;
    private final String endpoint;

    private S3Server(ServerProcess process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    static S3Server start() {
        try {
            Path home = Files.createTempDirectory("sluice-s3-");
            int port = Ports.free();
            ProcessBuilder command = new ProcessBuilder(
                    Python.interpreter().toString(),
                    "-m",
                    "moto.server",
                    "-H",
                    "127.0.0.1",
                    "-p",
                    String.valueOf(port));
            String endpoint = "http://127.0.0.1:" + port;
            return new S3Server(
                    ServerProcess.start("moto", home, command, () -> answer("GET", endpoint) == 200), endpoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its address. */
    public String endpoint() {
        return endpoint;
    }

    /** Makes a bucket, and says its address. */
    public String bucket(String name) {
        try {
            if (answer("PUT", endpoint + "/" + name) != 200) {
                throw new IllegalStateException("bucket " + name + " was refused");
            }
            return "s3a://" + name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How Hadoop reaches it. */
    public Configuration hadoop() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.endpoint", endpoint);
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", CREDENTIALS.get("AWS_ACCESS_KEY_ID"));
        hadoop.set("fs.s3a.secret.key", CREDENTIALS.get("AWS_SECRET_ACCESS_KEY"));
        return hadoop;
    }

    private static int answer(String method, String address) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(1000);
        connection.setReadTimeout(5000);
        return connection.getResponseCode();
    }

    @Override
    public void close() {
        process.close();
    }
}
