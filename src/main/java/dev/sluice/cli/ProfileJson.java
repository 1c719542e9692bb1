package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Correlations;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.Pair;
import java.util.Locale;

/** What is known of a column, or of two, as JSON: everything, to the last digit. */
final class ProfileJson {
    private static final int TOP = 10;

    private ProfileJson() {}

    /**
     * One object.
     *
     * @param masked whether no value of the column is told
     */
    static ObjectNode of(String name, ColumnProfile column, boolean masked) {
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
            distinct.top(masked ? 0 : TOP).forEach(value -> node.withArray("frequent")
                    .addObject()
                    .put("value", value.value())
                    .put("at_least", value.atLeast())
                    .put("at_most", value.atMost()));
        });
        column.extent().filter(extent -> !masked).ifPresent(extent -> node.put("min_text", extent.min())
                .put("max_text", extent.max()));
        column.lengths().filter(lengths -> lengths.count() > 0).ifPresent(lengths -> node.put(
                        "shortest", lengths.shortest())
                .put("longest", lengths.longest())
                .put("mean_length", lengths.mean()));
        column.forms().ifPresent(forms -> {
            ObjectNode counts = node.putObject("forms");
            forms.counts().forEach((form, count) -> counts.put(form.name().toLowerCase(Locale.ROOT), count));
        });
        column.numbers().filter(numbers -> !masked).ifPresent(numbers -> json(node, numbers));
        return node;
    }

    /** What a column has to do with a label. */
    static ObjectNode of(String column, String label, Pair pair) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("column", column)
                .put("label", label)
                .put("rows", pair.rows())
                .put("mutual_information", pair.information())
                .put("exact", pair.exact())
                .put("by_chance", pair.byChance())
                .put("label_entropy", pair.most());
        pair.correlation().ifPresent(correlation -> node.put("correlation", correlation));
        return node;
    }

    /** How two columns of numbers go together. */
    static ObjectNode of(Correlations.Correlation pair) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("column", pair.column())
                .put("other", pair.other())
                .put("rows", pair.rows());
        pair.value().ifPresent(correlation -> node.put("correlation", correlation));
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
