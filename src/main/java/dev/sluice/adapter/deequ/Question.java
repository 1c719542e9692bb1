package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import java.util.Set;
import java.util.SortedSet;

/** What one check asks of all rows together. */
interface Question {
    /** What must be measured for it. */
    default Set<Analyzer<?, Metric<?>>> analyzers() {
        return Set.of();
    }

    /** The sets of columns that it wants to be different in every row. */
    default Set<SortedSet<String>> keys() {
        return Set.of();
    }

    /** The sets of columns of whose groups it asks for the smallest and the largest. */
    default Set<SortedSet<String>> sizes() {
        return Set.of();
    }

    /** The verdict on what was measured. */
    Verdict answer(Metrics metrics);
}
