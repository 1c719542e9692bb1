package dev.sluice.config;

import dev.sluice.core.Secret;
import java.time.Duration;
import java.util.Optional;

/** An outside system. */
@Family(key = "kind")
@Doc("An outside system.")
public sealed interface Connection permits Connection.Delta, Connection.Mlflow {
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
}
