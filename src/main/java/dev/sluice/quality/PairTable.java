package dev.sluice.quality;

import dev.sluice.stats.Pair;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What columns have to do with a label, as people read it: those that tell most of it come first. */
public final class PairTable {
    /** What the cells of a row are. */
    public static final List<String> HEADER =
            List.of("column", "information", "of the label", "by chance", "correlation");

    private PairTable() {}

    /** The pairs by what is left of their information when chance is taken away, the most first. */
    public static List<Map.Entry<String, Pair>> ranked(Map<String, Pair> pairs) {
        return pairs.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Pair> pair) ->
                                -pair.getValue().beyondChance())
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    /** A row for each pair, ranked. */
    public static List<List<String>> rows(Map<String, Pair> pairs) {
        return ranked(pairs).stream()
                .map(pair -> row(pair.getKey(), pair.getValue()))
                .toList();
    }

    private static List<String> row(String column, Pair pair) {
        return List.of(
                column,
                (pair.exact() ? "" : "≥ ") + digits(pair.information()),
                ProfileTable.percent(pair.told()),
                digits(pair.byChance()),
                pair.correlation().map(PairTable::digits).orElse(""));
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
