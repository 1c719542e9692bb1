package dev.sluice.testing;

import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A real Redis on a free loopback port that keeps nothing on disk. */
public final class RedisServer implements CloseableResource {
    /** Of the default user, who may do everything. */
    public static final String PASSWORD = "rK3vN8pW5yD1sH6m";

    private final int port;
    private ServerProcess process;

    private RedisServer(int port) {
        this.port = port;
        this.process = launch();
    }

    static RedisServer start() {
        return new RedisServer(Ports.free());
    }

    private ServerProcess launch() {
        try {
            Path home = Files.createTempDirectory("sluice-redis-");
            ProcessBuilder command = new ProcessBuilder(
                    "redis-server",
                    "--port",
                    port + "",
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    home + "",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--requirepass",
                    PASSWORD);
            return ServerProcess.start("Redis", home, command, () -> {
                try (Jedis redis = client()) {
                    return redis.ping().equals("PONG");
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("this test needs redis-server: run scripts/test, which installs it", e);
        }
    }

    /** Ends it and starts it again on the same port, with nothing in it. */
    public void restart() {
        process.close();
        process = launch();
    }

    /** A connection of the default user; close it. */
    public Jedis client() {
        return new Jedis(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder().password(PASSWORD).build());
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** A connection as a pipeline file declares it. */
    public Connection.Redis connection(String password) {
        return new Connection.Redis(
                address(),
                0,
                false,
                Optional.empty(),
                Optional.of(new Secret(password, "env/TEST")),
                Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        process.close();
    }
}
