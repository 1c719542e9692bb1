package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@code src/test/resources/pairs/pairs.py} had SciPy and scikit-learn compute, and what has no other definition. */
class PairsTest {
    private static final int ROWS = 5_000;

    @TestFactory
    Stream<DynamicTest> areThoseOfSciPyAndScikitLearn() throws IOException {
        JsonNode fixture = new ObjectMapper()
                .readTree(Path.of("src/test/resources/pairs/pairs.json").toFile());
        JsonNode label = fixture.path("label");
        return StreamSupport.stream(fixture.path("columns").spliterator(), false)
                .map(column -> DynamicTest.dynamicTest(column.path("name").asText(), () -> {
                    JointCounts joint = new JointCounts();
                    CoMomentTable numbers = new CoMomentTable(2, List.of(new CoMomentTable.Two(0, 1)));
                    for (int i = 0; i < label.size(); i++) {
                        double value = column.path("values").get(i).asDouble() + 0.0; // one zero
                        numbers.add(new double[] {value, label.get(i).asDouble()});
                        joint.add(Double.doubleToLongBits(value), label.get(i).asLong());
                    }
                    CoMoments moments = numbers.moments().get(0);
                    assertThat(joint.isExact()).isTrue();
                    assertThat(joint.mutualInformation())
                            .isCloseTo(column.path("mutual_information").asDouble(), within(1e-12));
                    if (column.path("correlation").isNull()) {
                        assertThat(moments.correlation()).isNaN();
                    } else {
                        assertThat(moments.correlation())
                                .isCloseTo(column.path("correlation").asDouble(), within(1e-9));
                    }
                }));
    }

    @Test
    void partsMergeToTheSameWhateverTheirOrder() {
        long[][] rows = rows(new Random(3));
        JointCounts all = counted(rows, 0, ROWS);
        JointCounts backwards = new JointCounts();
        CoMoments moments = CoMoments.NONE;
        for (int from = ROWS - 500; from >= 0; from -= 500) {
            backwards.add(counted(rows, from, from + 500));
            double[] xs = new double[500];
            double[] ys = new double[500];
            for (int i = 0; i < 500; i++) {
                xs[i] = (double) rows[from + i][0];
                ys[i] = (double) rows[from + i][1];
            }
            moments = moments.merge(CoMoments.of(xs, ys, 500));
        }

        assertThat(backwards.rows()).isEqualTo(ROWS);
        assertThat(backwards.buckets()).isEqualTo(all.buckets());
        assertThat(backwards.mutualInformation()).isCloseTo(all.mutualInformation(), within(1e-12));
        assertThat(backwards.labelEntropy()).isCloseTo(all.labelEntropy(), within(1e-12));
        assertThat(moments.correlation()).isCloseTo(correlation(rows), within(1e-12));
    }

    @Test
    void ofManyValuesItIsALowerBoundWithinABound() {
        Random random = new Random(4);
        JointCounts few = new JointCounts();
        JointCounts many = new JointCounts();
        for (int i = 0; i < ROWS; i++) {
            long value = random.nextInt(100);
            long label = value < 50 ? 0 : random.nextInt(3);
            few.add(value, label);
            // The same value with digits behind it that tell nothing.
            many.add(value << 20 | random.nextInt(1 << 20), label);
        }

        assertThat(few.isExact()).isTrue();
        assertThat(many.isExact()).isFalse();
        assertThat(many.buckets()).isBetween(JointCounts.MOST / 2, JointCounts.MOST);
        assertThat(many.mutualInformation())
                .isLessThan(few.mutualInformation() + 0.01)
                .isGreaterThan(0.9 * few.mutualInformation());
    }

    @Test
    void chanceIsToldOfWhatHasNothingToDoWithTheLabel() {
        Random random = new Random(5);
        double found = 0;
        double expected = 0;
        for (int repeated = 0; repeated < 50; repeated++) {
            JointCounts joint = new JointCounts();
            for (int i = 0; i < 1_000; i++) {
                joint.add((long) random.nextInt(20), random.nextInt(4));
            }
            found += joint.mutualInformation();
            expected += joint.byChance();
        }

        assertThat(found).isCloseTo(expected, within(0.1 * expected));
    }

    @Test
    void withoutAValueIsAValue() {
        JointCounts joint = new JointCounts();
        assertThat(joint.mutualInformation()).isZero();
        assertThat(joint.byChance()).isZero();
        for (int i = 0; i < 10; i++) {
            joint.add(i % 2 == 0 ? null : (Long) 7L, i % 2);
        }

        assertThat(joint.mutualInformation()).isCloseTo(Math.log(2), within(1e-12));
        assertThat(joint.labelEntropy()).isCloseTo(Math.log(2), within(1e-12));
    }

    private static long[][] rows(Random random) {
        long[][] rows = new long[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            long label = random.nextInt(40) - 20L;
            rows[i] = new long[] {label * 1_000L + random.nextInt(9_000), label};
        }
        return rows;
    }

    private static JointCounts counted(long[][] rows, int from, int to) {
        JointCounts joint = new JointCounts();
        for (int i = from; i < to; i++) {
            joint.add(rows[i][0], rows[i][1]);
        }
        return joint;
    }

    /** As it is defined. */
    private static double correlation(long[][] rows) {
        double x = 0;
        double y = 0;
        for (long[] row : rows) {
            x += (double) row[0] / ROWS;
            y += (double) row[1] / ROWS;
        }
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (long[] row : rows) {
            xx += (row[0] - x) * (row[0] - x);
            yy += (row[1] - y) * (row[1] - y);
            xy += (row[0] - x) * (row[1] - y);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
