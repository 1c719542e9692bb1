package dev.sluice.stats;

import dev.sluice.config.Distance;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which distance suits two profiles, chosen as Evidently does: of a reference of at most {@value #FEW_ROWS} rows a test, since
 * small samples differ by chance and a test knows how much; of a larger one a distance, since to a test of many rows every
 * difference is significant, also one that matters to nobody.
 *
 * <p>Of at most {@value #FEW_VALUES} different numbers, and of texts and booleans, the shares are compared: by chi-square,
 * or by the Jensen-Shannon distance. Of other numbers the order is: by Kolmogorov-Smirnov, or by the Wasserstein distance over
 * the standard deviation. Other than Evidently, which drops them, a large column with a null, NaN or infinite number on either
 * side is measured by the Jensen-Shannon distance, which sees them.
 *
 * @param distance what was chosen; never BY_SAMPLE_SIZE
 * @param why in words, such as {@code for at most 1,000 reference rows}
 */
public record DistanceChoice(Distance distance, String why) {
    /** A reference of so many rows is judged by a test. */
    public static final int FEW_ROWS = 1_000;

    /** So many different numbers are taken as categories. */
    public static final int FEW_VALUES = 5;

    /** Chooses. */
    public static DistanceChoice of(ColumnProfile reference, ColumnProfile current) {
        boolean few = reference.rows() <= FEW_ROWS;
        String rows = String.format(Locale.ROOT, "for %s %,d reference rows", few ? "at most" : "more than", FEW_ROWS);
        if (!reference.kind().isNumber()) {
            return ofShares(few, rows);
        }
        if (hasFewValues(reference, current)) {
            return ofShares(few, rows + " of at most " + FEW_VALUES + " different numbers");
        }
        if (few) {
            return new DistanceChoice(Distance.KS_P_VALUE, rows);
        }
        return Stream.of(reference, current).allMatch(DistanceChoice::isAllFinite)
                ? new DistanceChoice(Distance.WASSERSTEIN_BY_SD, rows)
                : ofShares(false, rows + " and some null, NaN or infinite");
    }

    private static DistanceChoice ofShares(boolean few, String why) {
        return new DistanceChoice(few ? Distance.CHI_SQUARE_P_VALUE : Distance.JS_DISTANCE_LN, why);
    }

    private static boolean hasFewValues(ColumnProfile reference, ColumnProfile current) {
        return Shares.values(reference, current)
                .filter(values -> values.size() <= FEW_VALUES)
                .isPresent();
    }

    private static boolean isAllFinite(ColumnProfile column) {
        Optional<Numbers> numbers = column.numbers().filter(found -> found.count() == column.rows());
        return numbers.filter(found -> Double.isFinite(found.max() - found.min()))
                .isPresent();
    }
}
