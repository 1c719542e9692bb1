package dev.sluice.quality;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.Correlations;
import dev.sluice.stats.Pair;
import java.util.List;
import java.util.Map;

/** What a person sees of what columns have to do with one another. */
public final class PairSections {
    /** Of more columns a picture has cells that are too small to read; those of the strongest pairs are shown. */
    static final int MOST_COLUMNS = 30;

    private static final int MOST_PAIRS = 50;

    private PairSections() {}

    /** All columns of numbers at a glance, and the strongest pairs. */
    public static Section correlations(Correlations correlations) {
        Correlations shown = correlations.strongest(MOST_COLUMNS);
        List<List<String>> rows = PairTable.correlationRows(correlations, MOST_PAIRS);
        String title = "Correlations";
        return rows.isEmpty()
                ? new Section(title, List.of(new Block.Text("No two columns of numbers have a correlation.")))
                : new Section(
                        title,
                        List.of(
                                new Block.Text(account(correlations, shown)),
                                new Block.HeatMap(
                                        "Correlation in hundredths",
                                        shown.columns().stream()
                                                .map(name -> ProfileTable.cut(name, ProfileTable.LONGEST))
                                                .toList(),
                                        shown.matrix()),
                                new Block.Table(PairTable.CORRELATION_HEADER, rows)));
    }

    private static String account(Correlations correlations, Correlations shown) {
        return "Pearson's, of the rows that have both numbers. The picture shows "
                + Words.count(shown.columns().size()) + " of "
                + Words.count(correlations.columns().size())
                + " columns of numbers, those of the strongest pairs; the table the strongest pairs, "
                + MOST_PAIRS + " at most.";
    }

    /** What each column tells of a label. */
    public static Section label(String label, Map<String, Pair> pairs) {
        return new Section(
                "What columns tell of " + label,
                List.of(new Block.Table(PairTable.LABEL_HEADER, PairTable.labelRows(pairs))));
    }
}
