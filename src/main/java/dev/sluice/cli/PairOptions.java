package dev.sluice.cli;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Pairs;
import dev.sluice.port.Report;
import dev.sluice.quality.PairSections;
import dev.sluice.quality.PairTable;
import dev.sluice.quality.Words;
import dev.sluice.stats.Correlations;
import dev.sluice.stats.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import picocli.CommandLine.Option;

/** What columns have to do with one another, on request beside their profile. */
final class PairOptions {
    private static final int MOST_PAIRS = 20;

    @Option(
            names = "--pairs",
            description =
                    "Says which columns of numbers go together: the correlation of each two, the strongest first.")
    private boolean correlations;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "Says what each column tells of this one: mutual information, in nats, and correlation. What values tell by"
                            + " chance alone is told beside it, and those come first that tell most beyond it.")
    private String label;

    /** Whether anything of it is asked for. */
    boolean asked() {
        return correlations || label != null;
    }

    /** An option of these that was given. */
    String given() {
        return correlations ? "--pairs" : "--label";
    }

    /** The profile and the pairs that were asked for, by one scan of all rows. */
    Pairs.Scan scan(Dataset<Row> rows) {
        if (label != null) {
            requireLabel(rows);
        }
        long numbers = Stream.of(rows.schema().fields())
                .filter(field -> Pairs.isNumber(field.dataType()))
                .count();
        if (correlations && numbers > Correlations.MOST_COLUMNS) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected at most " + Correlations.MOST_COLUMNS + " columns of numbers for --pairs, found "
                            + Words.count(numbers),
                    "ask for what they tell of one of them: --label COLUMN");
        }
        return Pairs.scan(rows, correlations, Optional.ofNullable(label));
    }

    private void requireLabel(Dataset<Row> rows) {
        requireColumn(label, rows);
        StructField field = rows.schema().apply(label);
        if (!Pairs.isComparable(field.dataType())) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "column " + label + " is of type " + field.dataType().simpleString()
                            + ", expected a number, a boolean, a text, a date or a time",
                    "name another label, or derive a column of such a type on ingest");
        }
    }

    static void requireColumn(String name, Dataset<Row> rows) {
        List<String> columns = List.of(rows.columns());
        if (!columns.contains(name)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "there is no column '" + name + "'" + IntervalOptions.meant(name, columns),
                    "columns: " + String.join(", ", columns));
        }
    }

    void print(Pairs.Scan found, boolean json) {
        found.correlations().ifPresent(pairs -> correlations(pairs, json));
        if (label != null) {
            label(found, json);
        }
    }

    private static void correlations(Correlations pairs, boolean json) {
        if (json) {
            pairs.ranked().forEach(pair -> Console.result(ProfileJson.of(pair).toString()));
            return;
        }
        table(PairTable.CORRELATION_HEADER, PairTable.correlationRows(pairs, MOST_PAIRS));
        long known =
                pairs.ranked().stream().filter(pair -> pair.value().isPresent()).count();
        Console.message("the strongest " + Math.min(MOST_PAIRS, known) + " of "
                + Words.count(pairs.ranked().size()) + " pairs of columns of numbers"
                + (known < pairs.ranked().size()
                        ? ", " + Words.count(pairs.ranked().size() - known) + " of which have no correlation"
                        : ""));
    }

    private void label(Pairs.Scan found, boolean json) {
        Map<String, Pair> pairs = found.label();
        if (json) {
            PairTable.ranked(pairs)
                    .forEach(pair -> Console.result(ProfileJson.of(pair.getKey(), label, pair.getValue())
                            .toString()));
        } else {
            table(PairTable.LABEL_HEADER, PairTable.labelRows(pairs));
        }
        List<String> left = found.profile().columns().keySet().stream()
                .filter(name -> !name.equals(label) && !pairs.containsKey(name))
                .toList();
        if (!left.isEmpty()) {
            Console.message("not compared, since made of other values: " + String.join(", ", left));
        }
        long rows = pairs.values().stream().mapToLong(Pair::rows).findFirst().orElse(0);
        Console.message("what columns tell of " + label + ", of " + Words.rows(rows) + " with one");
    }

    private static void table(List<String> header, List<List<String>> rows) {
        TextTable text = new TextTable(header.toArray(String[]::new));
        rows.forEach(row -> text.row(row.toArray()));
        Console.result("\n" + text.text("").stripTrailing());
    }

    List<Report.Section> sections(Pairs.Scan found) {
        List<Report.Section> sections = new ArrayList<>();
        found.correlations().map(PairSections::correlations).ifPresent(sections::add);
        if (label != null) {
            sections.add(PairSections.label(label, found.label()));
        }
        return sections;
    }
}
