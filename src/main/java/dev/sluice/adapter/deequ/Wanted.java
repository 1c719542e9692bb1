package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a suite of checks has to know of the rows.
 *
 * @param ofAll what is measured of all rows
 * @param keys sets of columns that are to be different in every row
 * @param sizes sets of columns whose smallest and largest groups are asked for
 * @param ofEach what is measured of the rows of each value of a column, by the column
 */
record Wanted(
        Set<Analyzer<?, Metric<?>>> ofAll,
        Set<SortedSet<String>> keys,
        Set<SortedSet<String>> sizes,
        Map<String, Set<Analyzer<?, Metric<?>>>> ofEach) {
    /** What is measured of all rows, and nothing besides. */
    static Wanted ofAll(Set<Analyzer<?, Metric<?>>> analyzers) {
        return new Wanted(analyzers, Set.of(), Set.of(), Map.of());
    }

    /** The same without what is measured of all rows by some analyzers. */
    Wanted withoutOfAll(Set<Analyzer<?, Metric<?>>> analyzers) {
        Set<Analyzer<?, Metric<?>>> left = new LinkedHashSet<>(ofAll);
        left.removeAll(analyzers);
        return new Wanted(left, keys, sizes, ofEach);
    }

    /** The same with these analyzers alone, of all rows and of each value's. */
    Wanted those(Predicate<Analyzer<?, ?>> which) {
        Map<String, Set<Analyzer<?, Metric<?>>>> each = new LinkedHashMap<>();
        ofEach.forEach((per, analyzers) -> {
            Set<Analyzer<?, Metric<?>>> some = those(analyzers, which);
            if (!some.isEmpty()) {
                each.put(per, some);
            }
        });
        return new Wanted(those(ofAll, which), keys, sizes, each);
    }

    private static Set<Analyzer<?, Metric<?>>> those(
            Set<Analyzer<?, Metric<?>>> analyzers, Predicate<Analyzer<?, ?>> which) {
        return analyzers.stream().filter(which).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
