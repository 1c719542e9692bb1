package dev.sluice.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pearson's correlation of each two of a table's columns of numbers, by the rows that have a number in both (pandas'
 * {@code DataFrame.corr}): a row that lacks one counts for the pairs of its others.
 */
public final class Correlations {
    /** Of more columns there are too many pairs to hold, and to look at. */
    public static final int MOST_COLUMNS = 500;

    /**
     * Of two columns.
     *
     * @param rows that have a number in both
     * @param value -1 to 1; empty of fewer than two rows, where either is always the same, and where one is infinite
     */
    public record Correlation(String column, String other, long rows, Optional<Double> value) {
        /** How strong it is, whatever its sign; negative where there is none. */
        public double strength() {
            return value.map(Math::abs).orElse(-1.0);
        }
    }

    private final List<String> columns;
    private final List<Correlation> pairs;

    private Correlations(List<String> columns, List<Correlation> pairs) {
        this.columns = columns;
        this.pairs = pairs;
    }

    /**
     * Of each two of several numbers, in the order that {@link #of(List, List)} expects.
     *
     * @throws IllegalArgumentException when there are more than {@link #MOST_COLUMNS}
     */
    public static List<CoMomentTable.Two> pairs(int numbers) {
        if (numbers > MOST_COLUMNS) {
            throw new IllegalArgumentException(
                    "expected at most " + MOST_COLUMNS + " columns of numbers, found " + numbers);
        }
        List<CoMomentTable.Two> pairs = new ArrayList<>();
        for (int first = 0; first < numbers; first++) {
            for (int second = first + 1; second < numbers; second++) {
                pairs.add(new CoMomentTable.Two(first, second));
            }
        }
        return pairs;
    }

    /**
     * What follows from how columns vary together.
     *
     * @param moments of their {@link #pairs}
     */
    public static Correlations of(List<String> columns, List<CoMoments> moments) {
        List<CoMomentTable.Two> twos = pairs(columns.size());
        List<Correlation> pairs = new ArrayList<>();
        for (int i = 0; i < twos.size(); i++) {
            double value = moments.get(i).correlation();
            pairs.add(new Correlation(
                    columns.get(twos.get(i).first()),
                    columns.get(twos.get(i).second()),
                    moments.get(i).count(),
                    Double.isNaN(value) ? Optional.empty() : Optional.of(value)));
        }
        return new Correlations(List.copyOf(columns), List.copyOf(pairs));
    }

    /** The columns of numbers, in the table's order. */
    public List<String> columns() {
        return columns;
    }

    /** All pairs, the strongest first, those without a correlation last. */
    public List<Correlation> ranked() {
        return pairs.stream()
                .sorted(Comparator.comparingDouble(pair -> -pair.strength()))
                .toList();
    }

    /** In the table's order. */
    private Correlations among(Set<String> chosen) {
        return new Correlations(
                columns.stream().filter(chosen::contains).toList(),
                pairs.stream()
                        .filter(pair -> chosen.contains(pair.column()) && chosen.contains(pair.other()))
                        .toList());
    }

    /** So many columns at most: those of the strongest pairs, pair by pair. What correlates with no column is not among them. */
    public Correlations strongest(int most) {
        Set<String> chosen = new HashSet<>();
        for (Correlation pair : ranked()) {
            if (pair.value().isEmpty()) {
                break;
            }
            Set<String> more = new HashSet<>(List.of(pair.column(), pair.other()));
            more.removeAll(chosen);
            if (chosen.size() + more.size() <= most) {
                chosen.addAll(more);
            }
        }
        return among(chosen);
    }

    /**
     * All values, row by row: a column with itself, where there is anything, has 1.
     *
     * @return NaN where there is no correlation
     */
    public List<List<Double>> matrix() {
        double[][] values = new double[columns.size()][columns.size()];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            values[i][i] = 1;
            for (int j = i + 1; j < values.length; j++) {
                double value = pairs.get(next++).value().orElse(Double.NaN);
                values[i][j] = value;
                values[j][i] = value;
            }
        }
        List<List<Double>> matrix = new ArrayList<>();
        for (double[] row : values) {
            matrix.add(Arrays.stream(row).boxed().toList());
        }
        return List.copyOf(matrix);
    }
}
