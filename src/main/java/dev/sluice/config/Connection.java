package dev.sluice.config;

import dev.sluice.core.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** An outside system. */
@Family(key = "kind")
@Doc("An outside system.")
public sealed interface Connection
        permits Connection.Delta, Connection.Mlflow, Connection.Jdbc, Connection.Kafka, Connection.Redis {
    /** Regular expression of a host's name or address. */
    String HOST = "(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)";

    /** Where the tables live. */
    @Name("delta")
    @Doc("Delta tables below one root.")
    record Delta(@Doc("Root folder: a path or URI that Hadoop can open.") String root) implements Connection {
        public Delta {
            Invalid.unless(!root.isBlank(), "root", "expected a folder, found an empty text");
        }
    }

    /** Where models are registered. */
    @Name("mlflow")
    @Doc("An MLflow tracking server with its model registry.")
    record Mlflow(
            @Doc("Address of the server: http:// or https://.") String uri,
            @Doc("Bearer token.") Optional<Secret> token,
            @Doc("Experiment that runs belong to; the pipeline's name when left out.") Optional<String> experiment,
            @Doc(
                            "How long one answer is waited for. A request that fails is sent once more, and more often if it fails at once.")
                    @Default("30s")
                    Duration timeout)
            implements Connection {
        public Mlflow {
            Invalid.unless(
                    uri.startsWith("http://") || uri.startsWith("https://"),
                    "uri",
                    "expected an address that starts with http:// or https://, found '" + uri + "'");
            Invalid.unless(
                    timeout.toSeconds() >= 1, "timeout", "expected at least 1s, found " + Durations.print(timeout));
        }
    }

    /** A relational database. */
    @Name("jdbc")
    @Doc("A PostgreSQL database.")
    record Jdbc(
            @Doc("Its address, jdbc:postgresql://HOST:PORT/DATABASE, with parameters of the driver such as"
                            + " ?sslmode=verify-full where needed.")
                    String url,
            @Doc("Who reads.") String user,
            @Doc("Password of the user; none when left out.") Optional<Secret> password)
            implements Connection {
        private static final String SERVER = HOST + "(:\\d{1,5})?";

        /** Before the database: who logs in. Among the parameters: a name that says so, or that hides what it says. */
        private static final Pattern LOGIN = Pattern.compile("(?i)//[^/?]*@|[?&][^=&]*(user|password|%)[^=&]*=");

        public Jdbc {
            Invalid.unless(
                    !LOGIN.matcher(url).find(),
                    "url",
                    "expected an address without user and password, which are keys of their own, found one with them"
                            + " (not shown)");
            Invalid.unless(
                    url.matches("jdbc:postgresql://" + SERVER + "(," + SERVER + ")*/[^/?\\s]+(\\?\\S*)?"),
                    "url",
                    "expected an address such as jdbc:postgresql://HOST:PORT/DATABASE, found '" + url + "'");
            Invalid.unless(!user.isBlank(), "user", "expected a name, found an empty text");
        }
    }

    /** A cluster of Kafka. */
    @Name("kafka")
    @Doc("A Kafka cluster.")
    record Kafka(
            @Doc("HOST:PORT of some of its brokers, joined by commas.") String brokers,
            @Doc("Whether to connect by TLS, to brokers whose certificate the JVM trusts.") @Default("false")
                    boolean tls,
            @Doc("How to log in; not at all when left out.") Optional<Login> login)
            implements Connection {
        private static final String BROKER = HOST + ":\\d{1,5}";

        public Kafka {
            Invalid.unless(
                    brokers.matches(BROKER + "(," + BROKER + ")*"),
                    "brokers",
                    "expected HOST:PORT, or several joined by commas, found '" + brokers + "'");
        }

        @Doc("How to log in to a Kafka cluster, by SASL.")
        public record Login(
                @Doc("How the password is proven.") @Default("plain") Mechanism mechanism,
                @Doc("Who reads.") String user,
                @Doc("Password of the user.") Secret password) {}

        /** How a password is proven. */
        public enum Mechanism {
            PLAIN,
            SCRAM_SHA_256,
            SCRAM_SHA_512
        }
    }

    /** An online store. */
    @Name("redis")
    @Doc("A Redis, 7.0 or newer, that Feast reads features from.")
    record Redis(
            @Doc("HOST:PORT.") String address,
            @Doc("Number of the database.") @Default("0") int database,
            @Doc("Whether to connect by TLS, to a server whose certificate the JVM trusts.") @Default("false")
                    boolean tls,
            @Doc("Who writes; Redis's default user when left out.") Optional<String> user,
            @Doc("Password of the user; none when left out.") Optional<Secret> password,
            @Doc("How long an answer is waited for.") @Default("5s") Duration timeout)
            implements Connection {
        public Redis {
            Invalid.unless(
                    address.matches(HOST + ":\\d{1,5}"), "address", "expected HOST:PORT, found '" + address + "'");
            Invalid.unless(database >= 0, "database", "expected 0 or more, found " + database);
            Invalid.unless(
                    user.isEmpty() || password.isPresent(),
                    "user",
                    "expected the password of the user too, found none");
            Invalid.unless(
                    timeout.toSeconds() >= 1 && timeout.toHours() < 1,
                    "timeout",
                    "expected at least 1s and less than 1h, found " + Durations.print(timeout));
        }
    }
}
