package dev.sluice.stats;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The distribution function of a column's numbers: which share of them is at most x, as wrong as the ranks of their
 * quantiles are.
 */
final class Staircase {
    private final double[] at;
    private final double[] shares;
    private final double error;

    private Staircase(SortedMap<Double, Long> weights, double error) {
        this.at = new double[weights.size()];
        this.shares = new double[weights.size()];
        this.error = error;
        double count = weights.values().stream().mapToLong(Long::longValue).sum();
        long upTo = 0;
        int i = 0;
        for (Map.Entry<Double, Long> step : weights.entrySet()) {
            upTo += step.getValue();
            at[i] = step.getKey();
            shares[i] = upTo / count;
            i++;
        }
    }

    /** Of a column of numbers. */
    static Staircase of(ColumnProfile column) {
        Quantiles quantiles = column.numbers().orElseThrow().quantiles();
        return new Staircase(weights(quantiles), quantiles.rankError());
    }

    private static SortedMap<Double, Long> weights(Quantiles quantiles) {
        SortedMap<Double, Long> weights = new TreeMap<>();
        List<Quantiles.Level> levels = quantiles.levels();
        for (int h = 0; h < levels.size(); h++) {
            long weight = 1L << h;
            Quantiles.Level level = levels.get(h);
            for (int i = 0; i < level.size(); i++) {
                weights.merge(level.value(i), weight, Long::sum);
            }
        }
        return weights;
    }

    /** The most that a share is wrong by. */
    double error() {
        return error;
    }

    /** Takes the shares of two columns at a step of either. */
    @FunctionalInterface
    interface Visitor {
        void at(double x, double reference, double current);
    }

    /** Visits the steps of both, in rising order. */
    static void visit(Staircase reference, Staircase current, Visitor visitor) {
        int r = 0;
        int c = 0;
        while (r < reference.at.length || c < current.at.length) {
            double x = Math.min(reference.next(r), current.next(c));
            r += r < reference.at.length && reference.at[r] == x ? 1 : 0;
            c += c < current.at.length && current.at[c] == x ? 1 : 0;
            visitor.at(x, reference.before(r), current.before(c));
        }
    }

    private double next(int step) {
        return step < at.length ? at[step] : Double.POSITIVE_INFINITY;
    }

    private double before(int step) {
        return step == 0 ? 0 : shares[step - 1];
    }
}
