package dev.sluice.stats;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How chosen pairs of several numbers vary together, row by row: each pair by the rows that have both. Blocks of rows are counted
 * in two passes, so that nothing is lost where numbers are large and near one another. Not for use by several threads.
 */
public final class CoMomentTable {
    private static final int BLOCK = 256;

    /** Two of the numbers, by their places in a row. */
    public record Two(int first, int second) implements Serializable {}

    private final List<Two> pairs;
    private final CoMoments[] moments;
    private final Column[] columns;
    private final double[] firsts = new double[BLOCK];
    private final double[] seconds = new double[BLOCK];
    private int waiting;

    /** Of no rows yet, each of so many numbers. */
    public CoMomentTable(int numbers, List<Two> pairs) {
        this.pairs = List.copyOf(pairs);
        this.moments = Stream.generate(() -> CoMoments.NONE).limit(pairs.size()).toArray(CoMoments[]::new);
        this.columns = Stream.generate(Column::new).limit(numbers).toArray(Column[]::new);
    }

    /**
     * A row.
     *
     * @param numbers NaN where there is none
     */
    public void add(double[] numbers) {
        for (int i = 0; i < columns.length; i++) {
            columns[i].values[waiting] = numbers[i];
        }
        if (++waiting == BLOCK) {
            count();
        }
    }

    /** What was found, in the order of the pairs. */
    public List<CoMoments> moments() {
        count();
        return List.of(moments);
    }

    private void count() {
        for (Column column : columns) {
            column.describe(waiting);
        }
        for (int i = 0; i < moments.length; i++) {
            Column first = columns[pairs.get(i).first()];
            Column second = columns[pairs.get(i).second()];
            moments[i] = moments[i].merge(first.whole && second.whole ? whole(first, second) : common(first, second));
        }
        waiting = 0;
    }

    /** Without a gap, what is known of each number serves all of its pairs. */
    private CoMoments whole(Column first, Column second) {
        return new CoMoments(
                waiting,
                first.mean,
                second.mean,
                first.squares,
                second.squares,
                products(first.off, second.off, waiting));
    }

    private CoMoments common(Column first, Column second) {
        int both = 0;
        for (int row = 0; row < waiting; row++) {
            if (!Double.isNaN(first.values[row]) && !Double.isNaN(second.values[row])) {
                firsts[both] = first.values[row];
                seconds[both++] = second.values[row];
            }
        }
        return CoMoments.of(firsts, seconds, both);
    }

    /** Four sums, none of which waits for another. */
    private static double products(double[] xs, double[] ys, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < to; i += 4) {
            a += xs[i] * ys[i];
            b += xs[i + 1] * ys[i + 1];
            c += xs[i + 2] * ys[i + 2];
            d += xs[i + 3] * ys[i + 3];
        }
        for (; i < to; i++) {
            a += xs[i] * ys[i];
        }
        return a + b + (c + d);
    }

    /** The numbers of a block at one place of its rows, and how far each is from their mean. */
    private static final class Column {
        private final double[] values = new double[BLOCK];
        private final double[] off = new double[BLOCK];
        private boolean whole;
        private double mean;
        private double squares;

        private void describe(int to) {
            whole = to > 0;
            double sum = 0;
            for (int i = 0; i < to; i++) {
                whole &= !Double.isNaN(values[i]);
                sum += values[i] - values[0];
            }
            double fromFirst = sum / to;
            mean = values[0] + fromFirst;
            squares = 0;
            for (int i = 0; i < to; i++) {
                off[i] = values[i] - values[0] - fromFirst;
                squares += off[i] * off[i];
            }
        }
    }
}
