package dev.sluice.quality;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.port.Report.Values;
import dev.sluice.quality.ColumnDrift.Measured;
import dev.sluice.stats.Shares;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a person sees of drift: all columns in a table, and a picture of each that has drifted. */
public final class DriftSections {
    /** Of more buckets those are shown that changed most. */
    private static final int BUCKETS = 12;

    private DriftSections() {}

    /**
     * One section, or two where there is something to see.
     *
     * @param reference what the columns were compared with, in a word or two, such as {@code training}
     * @param current what was compared, such as {@code scored}
     * @param sensitive columns whose values are shown to nobody
     */
    public static List<Section> of(DriftReport drift, String reference, String current, Set<String> sensitive) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Columns", List.of(new Block.Text(summary(drift)), table(drift))));
        List<Block> pictures = drift.columns().stream()
                .filter(column -> column.verdict().compareTo(Verdict.OK) > 0)
                .filter(Measured.class::isInstance)
                .map(Measured.class::cast)
                .flatMap(column -> column
                        .shares()
                        .map(shares -> sensitive.contains(column.column())
                                ? new Block.Text(column.column()
                                        + ": its values are not shown, since a contract calls a column of this name"
                                        + " sensitive.")
                                : picture(column.column(), shares, reference, current))
                        .stream())
                .toList();
        if (!pictures.isEmpty()) {
            sections.add(new Section("What has drifted", pictures));
        }
        return List.copyOf(sections);
    }

    private static String summary(DriftReport drift) {
        return drift.columns().stream()
                .collect(Collectors.groupingBy(
                        ColumnDrift::verdict, () -> new TreeMap<>(Comparator.reverseOrder()), Collectors.counting()))
                .entrySet()
                .stream()
                .map(verdict -> verdict.getValue() + " " + verdict.getKey().word())
                .collect(Collectors.joining(", ", "", "."));
    }

    private static Block table(DriftReport drift) {
        return new Block.Table(
                List.of("column", "verdict", "reason"),
                drift.columns().stream()
                        .map(column -> List.of(column.column(), column.verdict().word(), column.reason()))
                        .toList());
    }

    private static Block picture(String column, Shares shares, String reference, String current) {
        List<Double> before = shares.reference().shares();
        List<Double> now = shares.current().shares();
        List<Integer> filled = IntStream.range(0, shares.buckets().size())
                .filter(i -> before.get(i) > 0 || now.get(i) > 0)
                .boxed()
                .toList();
        List<Integer> shown = filled.stream()
                .sorted(Comparator.comparing((Integer i) -> -Math.abs(before.get(i) - now.get(i))))
                .limit(BUCKETS)
                .sorted()
                .toList();
        String title = shown.size() == filled.size()
                ? column
                : column + ": the " + BUCKETS + " of " + filled.size() + " values that changed most";
        return new Block.Shares(
                title,
                "value",
                "share of rows",
                shown.stream().map(shares.buckets()::get).toList(),
                new Values(reference, shown.stream().map(before::get).toList()),
                new Values(current, shown.stream().map(now::get).toList()));
    }
}
