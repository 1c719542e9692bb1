package dev.sluice.quality;

import dev.sluice.stats.Correlations;
import dev.sluice.stats.Pair;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What columns have to do with one another, as people read it. */
public final class PairTable {
    /** What is said of a column and the label. */
    public static final List<String> LABEL_HEADER =
            List.of("column", "information", "of the label", "by chance", "correlation");

    /** What is said of two columns of numbers. */
    public static final List<String> CORRELATION_HEADER = List.of("column", "other column", "correlation", "rows");

    private PairTable() {}

    /** The pairs by what is left of their information when chance is taken away, the most first. */
    public static List<Map.Entry<String, Pair>> ranked(Map<String, Pair> pairs) {
        return pairs.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Pair> pair) ->
                                -pair.getValue().beyondChance())
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    /** A row for each column: those that tell most of the label come first. */
    public static List<List<String>> labelRows(Map<String, Pair> pairs) {
        return ranked(pairs).stream()
                .map(pair -> row(pair.getKey(), pair.getValue()))
                .toList();
    }

    /** A row for each of so many pairs that have a correlation, the strongest first. */
    public static List<List<String>> correlationRows(Correlations correlations, int most) {
        return correlations.ranked().stream()
                .filter(pair -> pair.value().isPresent())
                .limit(most)
                .map(pair -> List.of(
                        ProfileTable.cut(pair.column(), ProfileTable.LONGEST_NAME),
                        ProfileTable.cut(pair.other(), ProfileTable.LONGEST_NAME),
                        digits(pair.value().orElseThrow()),
                        Words.count(pair.rows())))
                .toList();
    }

    private static List<String> row(String column, Pair pair) {
        return List.of(
                ProfileTable.cut(column, ProfileTable.LONGEST_NAME),
                (pair.exact() ? "" : "≥ ") + digits(pair.information()),
                ProfileTable.percent(pair.told()),
                digits(pair.byChance()),
                pair.correlation().map(PairTable::digits).orElse(""));
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
