package dev.sluice.quality;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A profile as a table for people: one row of short texts per column, fields of structs and elements of arrays after them. */
public final class ProfileTable {
    /** What the texts of a row are. */
    public static final List<String> HEADER = List.of(
            "column", "type", "nulls", "distinct", "min", "median", "mean", "max", "length", "use", "most frequent");

    private static final int TOP = 3;
    static final int LONGEST = 24;
    static final int LONGEST_NAME = 60;
    static final String MASK = "***";
    private static final MathContext DIGITS = new MathContext(6);

    private ProfileTable() {}

    /**
     * The rows.
     *
     * @param sensitive columns whose values are masked
     */
    public static List<List<String>> rows(TableProfile profile, Set<String> sensitive) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>(profile.columns());
        columns.putAll(profile.nested());
        List<List<String>> rows = new ArrayList<>();
        columns.forEach((name, column) -> rows.add(row(name, column, sensitive.contains(name))));
        return List.copyOf(rows);
    }

    private static List<String> row(String name, ColumnProfile column, boolean masked) {
        return List.of(
                cut(name, LONGEST_NAME),
                column.type(),
                column.nulls() == 0 ? "0" : percent((double) column.nulls() / column.rows()),
                column.distinct().map(ProfileTable::distinct).orElse(""),
                end(column, true, masked),
                number(column, numbers -> numbers.quantiles().quantile(0.5), masked),
                number(column, Numbers::mean, masked),
                end(column, false, masked),
                column.lengths().map(ProfileTable::lengths).orElse(""),
                column.meaning()
                        .map(meaning -> meaning.use().name().toLowerCase(Locale.ROOT))
                        .orElse(""),
                column.distinct()
                        .map(distinct -> top(distinct, column.rows() - column.nulls(), masked, TOP))
                        .orElse(""));
    }

    /** {@code 2.64 %}; what is more than nothing never looks like nothing. */
    public static String percent(double share) {
        return share > 0 && share < 0.0001 ? "< 0.01 %" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** To six digits. */
    static String rounded(double value) {
        return Double.isFinite(value)
                ? Words.number(new BigDecimal(value).round(DIGITS).doubleValue())
                : Double.toString(value);
    }

    /** How many there are, and how sure that is. */
    static String distinct(Distinct distinct) {
        String count = Words.count(Math.round(distinct.count()));
        return distinct.relativeError() == 0
                ? count
                : count + " ±" + Words.count(Math.round(distinct.count() * distinct.relativeError()));
    }

    private static String end(ColumnProfile column, boolean low, boolean masked) {
        Optional<Numbers> numbers = column.numbers().filter(known -> known.count() > 0);
        if (numbers.isPresent()) {
            return masked
                    ? MASK
                    : rounded(low ? numbers.get().min() : numbers.get().max());
        }
        return column.extent()
                .map(extent -> masked ? MASK : cut(low ? extent.min() : extent.max(), LONGEST))
                .orElse("");
    }

    private static String number(ColumnProfile column, ToDoubleFunction<Numbers> value, boolean masked) {
        return column.numbers()
                .filter(numbers -> numbers.count() > 0)
                .map(numbers -> masked ? MASK : rounded(value.applyAsDouble(numbers)))
                .orElse("");
    }

    private static String lengths(Lengths lengths) {
        if (lengths.count() == 0) {
            return "";
        }
        String shortest = Words.count(lengths.shortest());
        return lengths.shortest() == lengths.longest() ? shortest : shortest + " to " + Words.count(lengths.longest());
    }

    /** The most frequent of the values that recur, with their share of the values. */
    static String top(Distinct distinct, long values, boolean masked, int most) {
        return distinct.top(most).stream()
                .filter(value -> value.atLeast() > 1 && 100 * value.atLeast() >= values)
                .map(value -> (masked ? MASK : cut(value.value(), LONGEST)) + " "
                        + percent((double) value.atLeast() / values))
                .collect(Collectors.joining(", "));
    }

    /** On one line, no longer than that. */
    static String cut(String text, int longest) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.codePointCount(0, line.length()) <= longest
                ? line
                : line.substring(0, line.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
