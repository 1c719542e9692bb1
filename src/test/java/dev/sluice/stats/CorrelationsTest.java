package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.stats.Correlations.Correlation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CorrelationsTest {
    /** Rows with gaps, in parts that are counted apart. */
    @Property(tries = 100)
    void partsMergeToWhatTheDefinitionSays(
            @ForAll @IntRange(max = 1_500) int rows,
            @ForAll @IntRange(min = 1, max = 6) int columns,
            @ForAll @IntRange(min = 1, max = 5) int parts,
            @ForAll @DoubleRange(max = 1) double gaps,
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double offset,
            @ForAll long seed) {
        double[][] table = table(rows, columns, gaps, offset, new Random(seed));

        Correlations found = found(table, columns, parts);

        for (Correlation pair : found.ranked()) {
            double[][] both = both(table, Integer.parseInt(pair.column()), Integer.parseInt(pair.other()));
            assertThat(pair.rows()).isEqualTo(both.length);
            double expected = correlation(both);
            if (Double.isNaN(expected)) {
                assertThat(pair.value()).isEmpty();
            } else {
                assertThat(pair.value().orElseThrow()).isCloseTo(expected, within(1e-7));
            }
        }
    }

    @Test
    void thoseOfTheStrongestPairsAreChosen() {
        // 0 to 59, each pair (2k, 2k + 1) less alike than the one before.
        Random random = new Random(7);
        double[][] table = new double[400][60];
        for (double[] row : table) {
            for (int i = 0; i < row.length; i += 2) {
                row[i] = random.nextGaussian();
                row[i + 1] = row[i] + i * 0.05 * random.nextGaussian();
            }
        }
        Correlations all = found(table, 60, 1);

        Correlations strongest = all.strongest(8);

        assertThat(strongest.columns()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(strongest.ranked().get(0)).isEqualTo(all.ranked().get(0));
        assertThat(strongest.ranked()).hasSize(8 * 7 / 2);
        assertThat(all.strongest(100).columns()).isEqualTo(all.columns());
    }

    @Test
    void theMatrixIsThePairsOnBothSides() {
        Correlations found = found(table(100, 4, 0.1, 0, new Random(3)), 4, 2);

        List<List<Double>> matrix = found.matrix();

        for (int i = 0; i < 4; i++) {
            assertThat(matrix.get(i).get(i)).isEqualTo(1);
        }
        for (Correlation pair : found.ranked()) {
            int i = Integer.parseInt(pair.column());
            int j = Integer.parseInt(pair.other());
            assertThat(matrix.get(i).get(j)).isEqualTo(pair.value().orElseThrow());
            assertThat(matrix.get(j).get(i)).isEqualTo(pair.value().orElseThrow());
        }
    }

    @Test
    void whatIsAlwaysTheSameIsNotAmongTheStrongest() {
        double[][] table = {{1, 5, 2}, {2, 5, 4}, {3, 5, 5}};

        assertThat(found(table, 3, 1).strongest(3).columns()).containsExactly("0", "2");
    }

    @Test
    void moreColumnsThanCanBeHeldAreRefused() {
        assertThatThrownBy(() -> Correlations.pairs(501))
                .hasMessage("expected at most 500 columns of numbers, found 501");
    }

    private static Correlations found(double[][] table, int columns, int parts) {
        List<CoMomentTable.Two> pairs = Correlations.pairs(columns);
        List<CoMoments> all =
                new ArrayList<>(pairs.stream().map(pair -> CoMoments.NONE).toList());
        for (int part = 0; part < parts; part++) {
            CoMomentTable counted = new CoMomentTable(columns, pairs);
            for (int row = part; row < table.length; row += parts) {
                counted.add(table[row]);
            }
            List<CoMoments> moments = counted.moments();
            for (int i = 0; i < all.size(); i++) {
                all.set(i, all.get(i).merge(moments.get(i)));
            }
        }
        return Correlations.of(
                IntStream.range(0, columns).mapToObj(Integer::toString).toList(), all);
    }

    private static double[][] table(int rows, int columns, double gaps, double offset, Random random) {
        double[][] table = new double[rows][columns];
        for (double[] row : table) {
            double common = random.nextGaussian();
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextDouble() < gaps ? Double.NaN : offset + common * i + random.nextGaussian();
            }
        }
        return table;
    }

    private static double[][] both(double[][] table, int x, int y) {
        List<double[]> both = new ArrayList<>();
        for (double[] row : table) {
            if (!Double.isNaN(row[x]) && !Double.isNaN(row[y])) {
                both.add(new double[] {row[x], row[y]});
            }
        }
        return both.toArray(double[][]::new);
    }

    /** As it is defined; NaN where there is none. */
    private static double correlation(double[][] both) {
        double x = 0;
        double y = 0;
        for (double[] row : both) {
            x += row[0] / both.length;
            y += row[1] / both.length;
        }
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (double[] row : both) {
            xx += (row[0] - x) * (row[0] - x);
            yy += (row[1] - y) * (row[1] - y);
            xy += (row[0] - x) * (row[1] - y);
        }
        return both.length < 2 ? Double.NaN : xy / Math.sqrt(xx * yy);
    }
}
