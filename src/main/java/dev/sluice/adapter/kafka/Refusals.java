package dev.sluice.adapter.kafka;

import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/** What it means when Kafka, or Spark for it, refuses. */
final class Refusals {
    /** What Spark says, with no class of its own, when messages that it expected are not there. */
    private static final String LOST = "Some data may have been lost because they are not available in Kafka any more";

    private final Read.Kafka read;
    private final Connection.Kafka connection;
    private final String source;

    /**
     * Refusals of one source.
     *
     * @param source its name in the pipeline
     */
    Refusals(Read.Kafka read, Connection.Kafka connection, String source) {
        this.read = read;
        this.connection = connection;
        this.source = source;
    }

    /** In words for a user; empty when Kafka is not the reason. */
    Optional<SluiceException> explain(Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SluiceException known) {
                return Optional.of(known);
            }
            if (t instanceof OffsetOutOfRangeException
                    || String.valueOf(t.getMessage()).contains(LOST)) {
                return Optional.of(new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "messages of topic " + read.topic() + " that source " + source
                                + " has not read yet are gone: its retention, or a person, deleted them",
                        "have the topic keep them longer than the time between two runs; to go on without them, give the"
                                + " source another name, which then begins with the oldest message that is there",
                        failure));
            }
            if (t instanceof AuthorizationException) {
                return Optional.of(because(
                        ErrorCode.ACCESS_DENIED,
                        "does not let this user read topic " + read.topic(),
                        "allow it to Read, Describe and DescribeConfigs the topic",
                        t,
                        failure));
            }
            if (t instanceof AuthenticationException) {
                return Optional.of(because(
                        ErrorCode.ACCESS_DENIED,
                        "does not let this user in",
                        "check login and tls of connection " + read.connection()
                                + ", and whether the JVM trusts the brokers' certificate",
                        t,
                        failure));
            }
            if (t instanceof RetriableException || t instanceof ConfigException) {
                return Optional.of(because(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "cannot be reached",
                        "check that its brokers run and that brokers, login and tls of connection " + read.connection()
                                + " are right, then run the same command again",
                        t,
                        failure));
            }
        }
        return Optional.empty();
    }

    private SluiceException because(ErrorCode code, String what, String action, Throwable reason, Exception failure) {
        return new SluiceException(
                code,
                "the Kafka cluster of source " + source + " (" + connection.brokers() + ") " + what + ": "
                        + reason.getMessage(),
                action,
                failure);
    }
}
