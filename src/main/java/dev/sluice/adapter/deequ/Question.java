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

    /** The sets of columns whose groups it looks at. */
    default Set<SortedSet<String>> groups() {
        return Set.of();
    }

    /** The verdict on what was measured. */
    Verdict answer(Metrics metrics);
}
