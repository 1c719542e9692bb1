package dev.sluice.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of the aggregate functions that expressions may call, in the order in which they are told. */
public final class Aggregates {
    /** Of all rows of a table: the result is the same however the rows are divided. */
    public static final Set<String> OF_TABLES = ordered(List.of("avg", "sum", "count", "min", "max"));

    /** Of the rows of a window, which have an order and are added up without error. */
    public static final Set<String> OF_WINDOWS = ordered(
            OF_TABLES,
            List.of(
                    "stddev",
                    "stddev_samp",
                    "stddev_pop",
                    "variance",
                    "var_samp",
                    "var_pop",
                    "earliest",
                    "latest",
                    "seconds_since",
                    "approx_count_distinct",
                    "percentile",
                    "first_k",
                    "last_k",
                    "top_k",
                    "histogram"));

    private Aggregates() {}

    @SafeVarargs
    private static Set<String> ordered(Iterable<String>... names) {
        List<String> all = new ArrayList<>();
        for (Iterable<String> some : names) {
            some.forEach(all::add);
        }
        return Collections.unmodifiableSet(new LinkedHashSet<>(all));
    }
}
