package dev.sluice.port;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The features of one entity at one moment, or that it was deleted then.
 *
 * @param entity values of the view's entity columns, none null
 * @param eventMicros when that was true, in microseconds since 1970
 * @param features values of the view's features, null where there is none; a {@link List} for a list. Empty: the entity is
 *     deleted
 */
public record OnlineRow(List<Object> entity, long eventMicros, Optional<List<Object>> features) {
    public OnlineRow {
        entity = List.copyOf(entity);
        features = features.map(values -> Collections.unmodifiableList(new ArrayList<>(values)));
    }

    /** An entity with these features. */
    public static OnlineRow of(List<Object> entity, long eventMicros, List<Object> features) {
        return new OnlineRow(entity, eventMicros, Optional.of(features));
    }

    /** An entity that was deleted. */
    public static OnlineRow deleted(List<Object> entity, long eventMicros) {
        return new OnlineRow(entity, eventMicros, Optional.empty());
    }

    public boolean isDeleted() {
        return features.isEmpty();
    }
}
