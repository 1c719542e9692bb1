package dev.sluice.adapter.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void ticksAreRound() {
        assertThat(labels(0, 1)).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(0.231, 0.418)).containsExactly("0.20", "0.25", "0.30", "0.35", "0.40", "0.45");
        assertThat(labels(1, 30)).containsExactly("0", "10", "20", "30");
        assertThat(labels(-0.0043, 0.0095)).containsExactly("−0.005", "0.000", "0.005", "0.010");
        assertThat(labels(0, 9120)).containsExactly("0", "2k", "4k", "6k", "8k", "10k");
        assertThat(labels(0, 8000)).containsExactly("0", "2,000", "4,000", "6,000", "8,000");
        assertThat(labels(0, 336_776)).containsExactly("0", "100k", "200k", "300k", "400k");
        assertThat(labels(0, 3_200_000)).containsExactly("0", "1M", "2M", "3M", "4M");
    }

    @Test
    void oneValueAndNoneHaveAnAxisToo() {
        assertThat(labels(0.5, 0.5)).containsExactly("0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8");
        assertThat(labels(0, 0)).startsWith("−0.6").endsWith("0.6");
        assertThat(Axis.over(DoubleStream.empty(), 5)).isEqualTo(Axis.over(DoubleStream.of(0, 1), 5));
        assertThat(Axis.over(DoubleStream.of(Double.NaN, Double.NEGATIVE_INFINITY, 3, 4), 5))
                .isEqualTo(Axis.over(DoubleStream.of(3, 4), 5));
    }

    @Property
    void anAxisHoldsItsValuesBetweenFewRoundTicks(@ForAll double a, @ForAll double b) {
        Axis axis = Axis.over(DoubleStream.of(a, b), 5);
        assertThat(axis.ticks()).hasSizeBetween(3, 9);
        for (double value : List.of(a, b)) {
            if (Axis.holds(value)) {
                assertThat(axis.share(value)).isBetween(-1e-6, 1 + 1e-6);
            }
        }
    }

    private static List<String> labels(double min, double max) {
        Axis axis = Axis.over(DoubleStream.of(min, max), 5);
        return axis.ticks().stream().map(axis::label).toList();
    }
}
