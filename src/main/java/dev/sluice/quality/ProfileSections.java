package dev.sluice.quality;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.Quantiles;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a person sees of a profile: all columns in a table, and a picture of the values of each. */
public final class ProfileSections {
    /** Of more values those are shown that are most frequent. */
    private static final int VALUES = 12;

    /** So many different numbers are shown as values. */
    private static final int FEW_NUMBERS = 12;

    private static final int BINS = 16;

    /** Where the most frequent value has a smaller share, a picture would be of all others. */
    private static final double FREQUENT = 0.01;

    /** The bins of numbers lie between these shares of them; what is beyond is in the first and the last one. */
    private static final double LOW = 0.01;

    private static final double HIGH = 0.99;

    private ProfileSections() {}

    /**
     * One section, or two where there are values to see.
     *
     * @param sensitive columns whose values are masked and not drawn
     */
    public static List<Section> of(TableProfile profile, Set<String> sensitive) {
        List<Section> sections = new ArrayList<>();
        // The most frequent values are in the pictures, and would make the table wider than a page.
        int columns = ProfileTable.HEADER.indexOf("most frequent");
        sections.add(new Section(
                "Profile",
                List.of(new Block.Table(
                        ProfileTable.HEADER.subList(0, columns),
                        ProfileTable.rows(profile, sensitive).stream()
                                .map(row -> row.subList(0, columns))
                                .toList()))));
        List<Block> pictures = new ArrayList<>();
        profile.columns().forEach((name, column) -> {
            if (!sensitive.contains(name)) {
                picture(name, column).ifPresent(pictures::add);
            }
        });
        if (!pictures.isEmpty()) {
            sections.add(new Section("Values", pictures));
        }
        return List.copyOf(sections);
    }

    private static Optional<Block> picture(String name, ColumnProfile column) {
        Optional<Numbers> numbers = column.numbers().filter(known -> known.count() > 0);
        Optional<Distinct> distinct = column.distinct().filter(known -> known.count() > 0);
        if (numbers.isPresent() && distinct.isPresent() && distinct.get().count() > FEW_NUMBERS) {
            return histogram(name, column, numbers.get());
        }
        return distinct.flatMap(known -> values(name, column, known));
    }

    /** The most frequent values; none where no value is frequent. */
    private static Optional<Block> values(String name, ColumnProfile column, Distinct distinct) {
        List<Distinct.Frequent> top = distinct.top(VALUES).stream()
                .filter(value -> value.atLeast() > 1)
                .toList();
        if (top.isEmpty() || top.get(0).atLeast() < FREQUENT * column.rows()) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        long shown = 0;
        for (Distinct.Frequent value : column.kind().isNumber() ? inOrder(top) : top) {
            names.add(name(value.value(), column.kind()));
            shares.add((double) value.atLeast() / column.rows());
            shown += value.atLeast();
        }
        long others = column.rows() - column.nulls() - shown;
        if (others > 0) {
            names.add("all others");
            shares.add((double) others / column.rows());
        }
        nulls(column, names, shares);
        return Optional.of(new Block.Bars(name, "value", "share of rows", names, shares));
    }

    private static String name(String value, ColumnKind kind) {
        if (kind == ColumnKind.REAL) {
            return Words.number(Double.parseDouble(value));
        }
        return value.isBlank() ? "(blank)" : value;
    }

    private static List<Distinct.Frequent> inOrder(List<Distinct.Frequent> numbers) {
        return numbers.stream()
                .sorted(Comparator.comparingDouble(value -> Double.parseDouble(value.value())))
                .toList();
    }

    /** Numbers in bins of equal width, whose ends are round. */
    private static Optional<Block> histogram(String name, ColumnProfile column, Numbers numbers) {
        Quantiles quantiles = numbers.quantiles();
        double low = quantiles.quantile(LOW);
        double high = quantiles.quantile(HIGH);
        double width = round((high - low) / BINS);
        double first = Math.floor(low / width) * width;
        if (!(width > 0) || !Double.isFinite(first) || first + width == first || high + width == high) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        double before = 0;
        double end = first;
        for (int bin = 1; end < high; bin++) {
            end = first + bin * width;
            double upTo = quantiles.rank(end);
            names.add("≤ " + ProfileTable.rounded(end));
            shares.add((upTo - before) * numbers.count() / column.rows());
            before = upTo;
        }
        if (before < 1) {
            names.add("more");
            shares.add((1 - before) * numbers.count() / column.rows());
        }
        if (numbers.nans() > 0) {
            names.add("NaN");
            shares.add((double) numbers.nans() / column.rows());
        }
        nulls(column, names, shares);
        return Optional.of(new Block.Bars(name, "value", "share of rows", names, shares));
    }

    /** The next 1, 2 or 5 times a power of ten. */
    private static double round(double width) {
        double power = Math.pow(10, Math.floor(Math.log10(width)));
        double times = width / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    private static void nulls(ColumnProfile column, List<String> names, List<Double> shares) {
        if (column.nulls() > 0) {
            names.add("null");
            shares.add((double) column.nulls() / column.rows());
        }
    }
}
