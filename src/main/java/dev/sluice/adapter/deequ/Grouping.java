package dev.sluice.adapter.deequ;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Groups that are asked for: by columns, of all rows or of those of each value of a column.
 *
 * @param per column whose every value's rows are grouped by themselves
 */
record Grouping(SortedSet<String> columns, Optional<String> per) {
    static Grouping of(SortedSet<String> columns) {
        return new Grouping(columns, Optional.empty());
    }

    static Grouping of(String column, Optional<String> per) {
        return new Grouping(new TreeSet<>(List.of(column)), per);
    }

    /** The columns by which rows must be grouped for it. */
    SortedSet<String> set() {
        NavigableSet<String> set = new TreeSet<>(columns);
        per.ifPresent(set::add);
        return set;
    }
}
