package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class ExactSumTest {
    @Property
    void isTheTrueSumRoundedOnce(@ForAll("finite") List<Double> values) {
        ExactSum sum = new ExactSum();
        values.forEach(sum::add);

        assertThat(sum.value()).isEqualTo(trueSum(values));
    }

    @Property
    void forgetsWhatIsTakenAwayWithoutResidue(@ForAll("any") List<Double> kept, @ForAll("any") List<Double> gone) {
        ExactSum sum = new ExactSum();
        List<Double> all = new ArrayList<>(gone);
        all.addAll(kept);
        all.forEach(sum::add);
        gone.forEach(sum::remove);

        ExactSum never = new ExactSum();
        kept.forEach(never::add);
        assertThat(sum.value()).isEqualTo((Double) never.value());
    }

    @Test
    void survivesCancellationAndTheEdgesOfTheRange() {
        assertThat(sum(1e308, 1.0, -1e308)).isEqualTo(1.0);
        assertThat(sum(Double.MAX_VALUE, Double.MAX_VALUE)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(sum(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE)).isEqualTo(Double.MAX_VALUE);
        assertThat(sum(Double.MIN_VALUE, Double.MIN_VALUE)).isEqualTo(2 * Double.MIN_VALUE);
        assertThat(sum(1.0, 0x1p-53)).as("a tie goes to the even").isEqualTo(1.0);
        assertThat(sum(1.0, 0x1p-53, Double.MIN_VALUE))
                .as("the least bit above a tie rounds up")
                .isEqualTo(1.0 + 0x1p-52);
        assertThat(sum(-1.0, -0x1p-53, -Double.MIN_VALUE)).isEqualTo(-1.0 - 0x1p-52);
        assertThat(sum(-0.0)).isEqualTo(0.0);
        assertThat(sum()).isEqualTo(0.0);
    }

    @Test
    void addsNanAndInfinitiesAsDoublesDo() {
        assertThat(sum(1.0, Double.NaN)).isNaN();
        assertThat(sum(Double.POSITIVE_INFINITY, 1.0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(sum(Double.NEGATIVE_INFINITY, 1.0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(sum(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)).isNaN();
    }

    @Provide
    Arbitrary<List<Double>> finite() {
        return finiteDoubles().list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<Double>> any() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, finiteDoubles()),
                        Tuple.of(1, Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)))
                .list()
                .ofMaxSize(40);
    }

    /** All bit patterns, and numbers of like size, which cancel and tie. */
    private static Arbitrary<Double> finiteDoubles() {
        Arbitrary<Double> patterns =
                Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
        Arbitrary<Double> similar = Arbitraries.integers().between(-4096, 4096).map(i -> i * 0x1p-53);
        Arbitrary<Double> tiny = Arbitraries.longs().between(-9, 9).map(i -> i * Double.MIN_VALUE);
        return Arbitraries.oneOf(patterns, similar, tiny, Arbitraries.of(1.0, -1.0, 0x1p53, -0x1p53));
    }

    private static double sum(double... values) {
        ExactSum sum = new ExactSum();
        for (double value : values) {
            sum.add(value);
        }
        return sum.value();
    }

    private static double trueSum(List<Double> values) {
        BigDecimal sum = BigDecimal.ZERO;
        for (double value : values) {
            sum = sum.add(new BigDecimal(value));
        }
        return sum.doubleValue();
    }
}
