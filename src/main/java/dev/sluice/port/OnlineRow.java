package dev.sluice.port;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The features of one entity at one moment.
 *
 * @param entity values of the view's entity columns, none null
 * @param eventMicros when the values were true, in microseconds since 1970
 * @param features values of the view's features, null where there is none; a {@link List} for a list
 */
public record OnlineRow(List<Object> entity, long eventMicros, List<Object> features) {
    public OnlineRow {
        entity = List.copyOf(entity);
        features = Collections.unmodifiableList(new ArrayList<>(features));
    }
}
