package dev.sluice.step.ingest;

import dev.sluice.config.Ingest;
import dev.sluice.config.Source;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** In which order the columns of a table stand. */
final class ColumnOrder {
    /** Delta keeps the statistics by which readers skip files for so many columns, unless a table is told otherwise. */
    static final int WITH_STATISTICS = 32;

    private ColumnOrder() {}

    /**
     * The order of the declaration; where the table has more columns than Delta keeps statistics of, those by which rows are
     * looked for stand before the others: key, then times and dates.
     */
    static List<String> of(List<String> declared, Source source, Ingest ingest) {
        if (declared.size() <= WITH_STATISTICS) {
            return declared;
        }
        Set<String> order = new LinkedHashSet<>();
        Stream.of(
                        ingest.key().stream(),
                        ingest.write().times().stream(),
                        source.select().map(select -> ingest.renamed(select.by())).stream())
                .flatMap(names -> names)
                .filter(declared::contains)
                .forEach(order::add);
        order.addAll(declared);
        return List.copyOf(order);
    }
}
