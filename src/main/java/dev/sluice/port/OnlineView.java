package dev.sluice.port;

import java.io.Serializable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A named set of features of an entity, as an online store keeps it.
 *
 * @param project what keeps the views of two pipelines in one store apart
 * @param entity columns that name the entity, at least one
 * @param features columns that are served
 * @param expireAfter how long after its event time a row is served; {@link #FOR_EVER} at most
 */
public record OnlineView(String project, String name, List<Column> entity, List<Column> features, Duration expireAfter)
        implements Serializable {
    /** Of a view whose rows are always served. */
    public static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

    public OnlineView {
        entity = List.copyOf(entity);
        features = List.copyOf(features);
        if (entity.isEmpty()) {
            throw new IllegalArgumentException("a view is about an entity");
        }
    }

    /** Whether its rows end. */
    public boolean expires() {
        return !expireAfter.equals(FOR_EVER);
    }

    /** When a row of this event time is served no longer, in milliseconds since 1970; {@code Long.MAX_VALUE}: never. */
    public long endsAt(long eventMicros) {
        return expires() ? Math.floorDiv(eventMicros, 1_000) + expireAfter.toMillis() : Long.MAX_VALUE;
    }

    /** A column; of lists where {@code isList}. */
    public record Column(String name, ValueType type, boolean isList) implements Serializable {}

    /** What a value is, and the class that it has in a row. */
    public enum ValueType {
        /** {@link String}. */
        STRING,
        /** {@code byte[]}. */
        BYTES,
        /** {@link Integer}. */
        INT32,
        /** {@link Long}. */
        INT64,
        /** {@link Double}. */
        DOUBLE,
        /** {@link Float}. */
        FLOAT,
        /** {@link Boolean}. */
        BOOL,
        /** {@link Long}: whole seconds since 1970 in UTC. */
        TIME
    }
}
