package dev.sluice.feature;

import java.util.Objects;

/**
 * A feature as a model meets it.
 *
 * @param type Spark SQL type: a number, boolean or string, or an array or a map that a window gives
 */
public record FeatureColumn(String name, String type) {
    public FeatureColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** Whether its values are names; otherwise they are numbers, a boolean as 0 and 1. */
    public boolean categorical() {
        return type.equals("string");
    }
}
