package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Distance;
import dev.sluice.config.Loader;
import dev.sluice.config.Monitor;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Profiler;
import dev.sluice.quality.ColumnDrift;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "profile",
        description = {
            "Says what is in a table, column by column, by one scan. A number after ± is its standard error; without one it is",
            "exact. Nothing is recorded: that does the step profile."
        },
        mixinStandardHelpOptions = true)
final class ProfileVerb implements Callable<Integer> {
    private static final int TOP = 3;
    private static final long FEWEST_ROWS = 50;
    private static final int LONGEST = 24;
    private static final MathContext DIGITS = new MathContext(6);

    @Mixin
    private PipelineOptions options;

    @Mixin
    private TableOptions tables;

    @Mixin
    private Format format;

    @Option(
            names = "--by",
            paramLabel = "COLUMN",
            description = "Profiles the rows of each value of this column, of at most 50 values, in the same scan.")
    private String by;

    @Option(
            names = "--against",
            paramLabel = "VERSION",
            description = "Says how far each column has moved since this version, the furthest first.")
    private Long against;

    @Option(
            names = "--distance",
            paramLabel = "NAME",
            defaultValue = "by_sample_size",
            description = "What --against measures by (default: ${DEFAULT-VALUE}); one of ${COMPLETION-CANDIDATES}.")
    private Distance distance;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        TableName name = tables.table(loaded);
        if (by != null && against != null) {
            throw new SluiceException(
                    ErrorCode.USAGE, "expected --by or --against, found both", "call it twice, with one of them each");
        }
        try (Wiring wiring = Wiring.of(loaded)) {
            if (by != null) {
                slices(tables.rows(loaded, wiring));
                return ExitCode.OK.code();
            }
            TableOptions.Profiled profiled = tables.profile(loaded, wiring);
            if (against != null) {
                TableVersion reference = TableOptions.version(name, against, "--against", wiring);
                drift(Profiler.profile(wiring.tables().read(reference)), reference, profiled);
            } else {
                print(profiled.profile(), node -> {});
                Console.message(profiled.version() + ": "
                        + Words.rows(profiled.profile().rows()));
            }
            return ExitCode.OK.code();
        }
    }

    private void slices(Dataset<Row> rows) {
        if (!List.of(rows.columns()).contains(by)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "there is no column '" + by + "'" + IntervalOptions.meant(by, List.of(rows.columns())),
                    "columns: " + String.join(", ", rows.columns()));
        }
        Slices slices = Profiler.slices(rows, List.of(by)).get(by);
        slices.values().forEach((value, profile) -> slice(by + " = " + value, value, profile));
        slices.others().ifPresent(others -> slice("all other rows", null, others));
    }

    private void slice(String title, String value, TableProfile profile) {
        if (!format.isJson()) {
            Console.result(title + ": " + Words.rows(profile.rows()));
        }
        print(profile, node -> node.putObject("slice").put(by, value));
        if (!format.isJson()) {
            Console.result("");
        }
    }

    /** @param more puts what the JSON of each column is to have too */
    private void print(TableProfile profile, Consumer<ObjectNode> more) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>(profile.columns());
        columns.putAll(profile.nested());
        if (format.isJson()) {
            columns.forEach((name, column) -> {
                ObjectNode node = json(name, column);
                more.accept(node);
                Console.result(node.toString());
            });
        } else {
            TextTable table = new TextTable(
                    "column",
                    "type",
                    "nulls",
                    "distinct",
                    "min",
                    "median",
                    "mean",
                    "max",
                    "length",
                    "use",
                    "most frequent");
            columns.forEach((name, column) -> row(table, name, column));
            Console.result(table.text("").stripTrailing());
        }
    }

    private void drift(TableProfile reference, TableVersion version, TableOptions.Profiled now) {
        Monitor.Limits limits =
                new Monitor.Limits(List.of(), distance, Optional.empty(), Optional.empty(), FEWEST_ROWS);
        TextTable table = new TextTable("column", "verdict", "how far");
        for (ColumnDrift column :
                DriftReport.of(reference, now.profile(), limits).columns()) {
            table.row(column.column(), column.verdict().word(), column.reason());
            if (format.isJson()) {
                Console.result(JsonNodeFactory.instance
                        .objectNode()
                        .put("column", column.column())
                        .put("verdict", column.verdict().word())
                        .put("reason", column.reason())
                        .toString());
            }
        }
        if (!format.isJson()) {
            Console.result(table.text("").stripTrailing());
        }
        Console.message(now.version() + " against " + version);
    }

    private static void row(TextTable table, String name, ColumnProfile column) {
        table.row(
                name,
                column.type(),
                column.nulls() == 0 ? "0" : percent((double) column.nulls() / column.rows()),
                column.distinct().map(ProfileVerb::distinct).orElse(""),
                end(column, true),
                number(column, numbers -> numbers.quantiles().quantile(0.5)),
                number(column, Numbers::mean),
                end(column, false),
                column.lengths().map(ProfileVerb::lengths).orElse(""),
                column.meaning()
                        .map(meaning -> meaning.use().name().toLowerCase(Locale.ROOT))
                        .orElse(""),
                column.distinct()
                        .map(distinct -> top(distinct, column.rows() - column.nulls()))
                        .orElse(""));
    }

    private static String number(ColumnProfile column, ToDoubleFunction<Numbers> value) {
        return column.numbers()
                .filter(numbers -> numbers.count() > 0)
                .map(numbers -> rounded(value.applyAsDouble(numbers)))
                .orElse("");
    }

    private static String percent(double share) {
        return share < 0.0001 ? "< 0.01 %" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static String distinct(Distinct distinct) {
        String count = Words.count(Math.round(distinct.count()));
        return distinct.relativeError() == 0
                ? count
                : count + " ±" + Words.count(Math.round(distinct.count() * distinct.relativeError()));
    }

    private static String end(ColumnProfile column, boolean low) {
        Optional<Numbers> numbers = column.numbers().filter(known -> known.count() > 0);
        if (numbers.isPresent()) {
            return rounded(low ? numbers.get().min() : numbers.get().max());
        }
        return column.extent()
                .map(extent -> cut(low ? extent.min() : extent.max()))
                .orElse("");
    }

    /** To six digits; what is longer is in the JSON. */
    private static String rounded(double value) {
        return Double.isFinite(value)
                ? Words.number(new BigDecimal(value).round(DIGITS).doubleValue())
                : Double.toString(value);
    }

    private static String lengths(Lengths lengths) {
        return lengths.count() == 0
                ? ""
                : lengths.shortest() == lengths.longest()
                        ? Words.count(lengths.shortest())
                        : Words.count(lengths.shortest()) + " to " + Words.count(lengths.longest());
    }

    /** Values that recur, with their share of the values. */
    private static String top(Distinct distinct, long values) {
        List<Distinct.Frequent> frequent = distinct.top(TOP).stream()
                .filter(value -> value.atLeast() > 1 && 100 * value.atLeast() >= values)
                .toList();
        return frequent.stream()
                .map(value -> cut(value.value()) + " " + percent((double) value.atLeast() / values))
                .collect(Collectors.joining(", "));
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
    }

    private static ObjectNode json(String name, ColumnProfile column) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("column", name)
                .put("type", column.type())
                .put("rows", column.rows())
                .put("nulls", column.nulls());
        column.meaning()
                .ifPresent(meaning -> node.put("use", meaning.use().name().toLowerCase(Locale.ROOT))
                        .put("use_share", meaning.share()));
        column.distinct().ifPresent(distinct -> {
            node.put("distinct", distinct.count()).put("distinct_error", distinct.relativeError());
            distinct.top(TOP).forEach(value -> node.withArray("frequent")
                    .addObject()
                    .put("value", value.value())
                    .put("at_least", value.atLeast())
                    .put("at_most", value.atMost()));
        });
        column.extent().ifPresent(extent -> node.put("min_text", extent.min()).put("max_text", extent.max()));
        column.lengths().filter(lengths -> lengths.count() > 0).ifPresent(lengths -> node.put(
                        "shortest", lengths.shortest())
                .put("longest", lengths.longest())
                .put("mean_length", lengths.mean()));
        column.forms().ifPresent(forms -> {
            ObjectNode counts = node.putObject("forms");
            forms.counts().forEach((form, count) -> counts.put(form.name().toLowerCase(Locale.ROOT), count));
        });
        column.numbers().ifPresent(numbers -> json(node, numbers));
        return node;
    }

    private static void json(ObjectNode node, Numbers numbers) {
        node.put("nans", numbers.nans())
                .put("infinities", numbers.infinities())
                .put("zeros", numbers.zeros())
                .put("negatives", numbers.negatives());
        if (numbers.count() > 0) {
            put(node, "min", numbers.min());
            put(node, "max", numbers.max());
            put(node, "mean", numbers.mean());
            put(node, "sd", numbers.sd());
            put(node, "skewness", numbers.moments().skewness());
            put(node, "kurtosis", numbers.moments().kurtosis());
            put(node, "rank_error", numbers.quantiles().rankError());
            ObjectNode quantiles = node.putObject("quantiles");
            for (double share : new double[] {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) {
                put(
                        quantiles,
                        String.format(Locale.ROOT, "p%02.0f", 100 * share),
                        numbers.quantiles().quantile(share));
            }
        }
    }

    /** What JSON has no number for is left out. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        }
    }
}
