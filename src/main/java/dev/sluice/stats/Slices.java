package dev.sluice.stats;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Profiles of the rows of each value of a column. Every row is in exactly one of them.
 *
 * @param values profile of all rows of a value, by the value as text; at most {@value #MOST}
 * @param others profile of the rows without a value, and of those whose values were too many
 */
public record Slices(SortedMap<String, TableProfile> values, Optional<TableProfile> others) {
    /** So many values get a profile of their own. */
    public static final int MOST = 50;

    public Slices {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        Objects.requireNonNull(others, "others");
    }
}
