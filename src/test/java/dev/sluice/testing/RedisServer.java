package dev.sluice.testing;

import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A real Redis on a free loopback port, its files in a temporary folder. */
public final class RedisServer implements AutoCloseable, Failing {
    /** Of the default user, who may do everything. */
    public static final String PASSWORD = "rK3vN8pW5yD1sH6m";

    private final int port;
    private Path home;
    private ServerProcess process;

    private RedisServer(int port) {
        this.port = port;
        this.home = newHome();
        this.process = launch();
    }

    /** Starts one; close it. */
    public static RedisServer start() {
        return new RedisServer(Ports.free());
    }

    private static Path newHome() {
        try {
            return Files.createTempDirectory("sluice-redis-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerProcess launch() {
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
                "yes",
                "--requirepass",
                PASSWORD);
        return ServerProcess.start("Redis", home, command, () -> {
            try (Jedis redis = client()) {
                return redis.ping().equals("PONG");
            }
        });
    }

    /** Ends it and starts it again on the same port, with nothing in it. */
    public void restart() {
        process.close();
        home = newHome();
        process = launch();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void startAgain() {
        process = launch();
    }

    @Override
    public void freeze() {
        process.freeze();
    }

    @Override
    public void thaw() {
        process.thaw();
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
