package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Loader;
import dev.sluice.core.ExitCode;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "profile",
        description = {
            "Says what is in a table, column by column, by one scan. A number after ± is its standard error; without one it is",
            "exact. Nothing is recorded: that does the step profile."
        },
        mixinStandardHelpOptions = true)
final class ProfileVerb implements Callable<Integer> {
    private static final int TOP = 3;
    private static final int LONGEST = 24;
    private static final MathContext DIGITS = new MathContext(6);

    @Mixin
    private PipelineOptions options;

    @Mixin
    private TableOptions tables;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        tables.table(loaded);
        try (Wiring wiring = Wiring.of(loaded)) {
            TableOptions.Profiled profiled = tables.profile(loaded, wiring);
            TableProfile profile = profiled.profile();
            Map<String, ColumnProfile> columns = new LinkedHashMap<>(profile.columns());
            columns.putAll(profile.nested());
            if (format.isJson()) {
                columns.forEach(
                        (name, column) -> Console.result(json(name, column).toString()));
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
            Console.message(profiled.version() + ": " + Words.rows(profile.rows()));
            return ExitCode.OK.code();
        }
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
