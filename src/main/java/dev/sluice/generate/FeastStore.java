package dev.sluice.generate;

import dev.sluice.config.Connection;
import dev.sluice.config.PostgresUrl;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An online store as Feast is told of it. No password is in it: Feast puts an environment variable in its place.
 *
 * @param name of the connection, for messages and for the variable of a password that comes from no variable
 * @param connection of kind redis or jdbc
 */
public record FeastStore(String name, Connection connection) {
    private static final String LIBPQS_PORT = "5432";

    /**
     * The environment variable that Feast reads the password from, where there is one: the same that Sluice reads it from, or
     * one that is named after the connection.
     */
    public Optional<String> variable() {
        Optional<Secret> password =
                connection instanceof Connection.Jdbc database ? database.password() : redis().password();
        return password.map(Secret::origin)
                .map(origin -> origin.startsWith("env/")
                        ? origin.substring("env/".length())
                        : name.toUpperCase(Locale.ROOT).replace('-', '_') + "_PASSWORD");
    }

    /** What it is called. */
    public String product() {
        return connection instanceof Connection.Jdbc ? "PostgreSQL" : "Redis";
    }

    /** Lines of the block {@code online_store}. */
    List<String> lines() {
        return connection instanceof Connection.Jdbc database ? postgres(database) : redisLines();
    }

    private Connection.Redis redis() {
        return (Connection.Redis) connection;
    }

    private List<String> redisLines() {
        return List.of("type: redis", "connection_string: " + FeastRepository.quoted(connectionString(redis())));
    }

    /** Feast splits it at commas and puts variables in for what a $ begins. */
    private String connectionString(Connection.Redis redis) {
        if (redis.address().startsWith("[")) {
            throw refused("address", redis.address(), "HOST:PORT without brackets", "give the host a name");
        }
        StringBuilder text = new StringBuilder(redis.address())
                .append(",db=")
                .append(redis.database())
                .append(redis.tls() ? ",ssl=true" : "");
        redis.user().ifPresent(user -> {
            if (!user.matches("[^,$\"\\\\\\s]+")) {
                throw refused("user", user, "a name without , $ \" \\ and blanks", "give Redis a user of another name");
            }
            text.append(",username=").append(user);
        });
        variable()
                .ifPresent(
                        variable -> text.append(",password=${").append(variable).append('}'));
        return text.toString();
    }

    private List<String> postgres(Connection.Jdbc database) {
        PostgresUrl url = PostgresUrl.of(database);
        String server = url.servers().get(0);
        if (url.servers().size() > 1 || server.startsWith("[")) {
            throw refused(
                    "url", String.join(",", url.servers()), "one server, by name", "name one that finds the primary");
        }
        String[] address = server.split(":", 2);
        return List.of(
                "type: postgres",
                "host: " + FeastRepository.quoted(address[0]),
                "port: " + (address.length > 1 ? address[1] : LIBPQS_PORT),
                "database: " + plain("url", url.database()),
                "db_schema: " + plain("url", url.schema()),
                "user: " + plain("user", database.user()),
                "password: "
                        + FeastRepository.quoted(
                                variable().map(name -> "${" + name + "}").orElse("")),
                "sslmode: " + plain("url", sslMode(url)));
    }

    /** As the driver of Java reads it, whose word for one that must be proven is ssl=true. */
    private static String sslMode(PostgresUrl url) {
        return url.parameter("sslmode")
                .orElse(url.parameter("ssl").filter("true"::equals).isPresent() ? "verify-full" : "prefer");
    }

    private String plain(String key, String text) {
        if (text.contains("$")) {
            throw refused(key, text, "names without $", "give it another name");
        }
        return FeastRepository.quoted(text);
    }

    private SluiceException refused(String key, String found, String expected, String hint) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "connections/" + name + "/" + key + ": expected " + expected
                        + ", which is all that Feast can be told, found '" + found + "'",
                hint);
    }
}
