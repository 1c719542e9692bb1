package dev.sluice.stats;

import static dev.sluice.testing.Profiles.numbers;
import static dev.sluice.testing.Profiles.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.Distance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistancesTest {
    private static final Set<Distance> OF_NUMBERS =
            EnumSet.of(Distance.KS_STATISTIC, Distance.KS_P_VALUE, Distance.WASSERSTEIN, Distance.WASSERSTEIN_BY_SD);

    @ParameterizedTest
    @EnumSource
    void aProfileIsNotApartFromItself(Distance distance) {
        ColumnProfile column = numbers(5, 3, Double.NaN, 8, 8, 1);
        Estimate found = Distances.of(distance, column, column).orElseThrow();
        assertThat(found.value()).isEqualTo(distance.isTest() || distance == Distance.BY_SAMPLE_SIZE ? 1 : 0);
        assertThat(found.error()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFurtherApartIsBeyondMore(Distance distance) {
        double[] reference = gaussian(400, 0);
        double last = Double.NaN;
        for (double shift : new double[] {0.1, 0.3, 0.6, 1}) {
            double found = Distances.of(distance, numbers(reference), numbers(gaussian(400, shift)))
                    .orElseThrow()
                    .value();
            if (!Double.isNaN(last)) {
                boolean test = distance.isTest() || distance == Distance.BY_SAMPLE_SIZE;
                assertThat(test ? -found : found).isGreaterThan(test ? -last : last);
            }
            last = found;
        }
    }

    @ParameterizedTest
    @EnumSource
    void textsHaveSharesAlone(Distance distance) {
        ColumnProfile reference = texts(Map.of("a", 30, "b", 70));
        ColumnProfile current = texts(Map.of("a", 60, "b", 40));
        assertThat(Distances.of(distance, reference, current).isEmpty()).isEqualTo(OF_NUMBERS.contains(distance));
        assertThat(distance.needsNumbers()).isEqualTo(OF_NUMBERS.contains(distance));
    }

    @ParameterizedTest
    @EnumSource
    void withoutRowsThereIsNothingToTell(Distance distance) {
        assertThat(Distances.of(distance, numbers(), numbers(1))).isEmpty();
        assertThat(Distances.of(distance, numbers(1), numbers())).isEmpty();
        assertThatThrownBy(() -> Distances.of(distance, numbers(1), texts("1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a column of type string cannot be compared with a reference of type double");
    }

    @Test
    void nullAndNanCountLikeValues() {
        ColumnProfile whole = texts("a", "b", "a", "b");
        ColumnProfile half = texts("a", "b", null, null);
        for (Distance distance : EnumSet.complementOf(EnumSet.copyOf(OF_NUMBERS))) {
            assertThat(Distances.of(distance, whole, half).orElseThrow().value())
                    .as(distance.word())
                    .isNotEqualTo(
                            Distances.of(distance, whole, whole).orElseThrow().value());
        }
        double nan = Double.NaN;
        // A quarter of the rows went from the numbers to NaN, another to null: a half is no number any more.
        ColumnProfile numbers = numbers(1, 2, 3, 4);
        ColumnProfile others = withNulls(1, 1, 2, nan);
        assertThat(value(Distance.KS_STATISTIC, numbers, others)).isEqualTo(0.5);
        // As many are no numbers on both sides; that nulls became NaN shows between the two.
        assertThat(value(Distance.KS_STATISTIC, withNulls(1, 1, 2, 3), numbers(1, 2, 3, nan)))
                .isEqualTo(0.25);
        assertThat(value(Distance.WASSERSTEIN, numbers(1, 2, 3), withNulls(5, 1, nan, 2, 3)))
                .isZero();
    }

    @Test
    void wassersteinIsTheWayThatNumbersGo() {
        assertThat(value(Distance.WASSERSTEIN, numbers(0, 1), numbers(10, 11))).isEqualTo(10);
        assertThat(value(Distance.WASSERSTEIN, numbers(0, 0, 0, 8), numbers(0, 0)))
                .isEqualTo(2);
        // The reference's standard deviation is 1/2; that of a constant counts as 0.001.
        assertThat(value(Distance.WASSERSTEIN_BY_SD, numbers(0, 1), numbers(10, 11)))
                .isEqualTo(20);
        assertThat(value(Distance.WASSERSTEIN_BY_SD, numbers(7, 7), numbers(8))).isCloseTo(1000, within(1e-9));
    }

    @Test
    void infiniteNumbersAreInfinitelyFar() {
        ColumnProfile infinite = numbers(1, 2, Double.POSITIVE_INFINITY);
        ColumnProfile widest = numbers(-Double.MAX_VALUE, Double.MAX_VALUE);
        for (ColumnProfile other : List.of(infinite, widest, numbers(Double.NaN))) {
            assertThat(Distances.of(Distance.WASSERSTEIN, numbers(1, 2), other)).isEmpty();
            assertThat(Distances.of(Distance.WASSERSTEIN_BY_SD, other, numbers(1, 2)))
                    .isEmpty();
        }
        ColumnProfile huge = numbers(1e308, 1.1e308);
        assertThat(value(Distance.WASSERSTEIN, huge, huge)).isZero();
        assertThat(Distances.of(Distance.WASSERSTEIN_BY_SD, huge, huge)).isEmpty();
        assertThat(value(Distance.KS_STATISTIC, numbers(1, 2, 3), infinite)).isCloseTo(1 / 3.0, within(1e-15));
        assertThat(value(Distance.KS_STATISTIC, numbers(Double.NEGATIVE_INFINITY), numbers(Double.POSITIVE_INFINITY)))
                .isEqualTo(1);
    }

    /** With the same bins counted in the data itself, and with the ranks of the data itself. */
    @Test
    void theErrorOfSummariesIsKnown() {
        double[] reference = gaussian(60_000, 0);
        double[] current = gaussian(30_000, 0.2);
        Arrays.fill(current, 0, 3_000, Double.NaN);
        ColumnProfile references = numbers(reference);
        ColumnProfile currents = numbers(current);
        Shares summed = Shares.of(references, currents).orElseThrow();
        Quantiles quantiles = references.numbers().orElseThrow().quantiles();
        Shares counted =
                new Shares(summed.buckets(), exactly(count(quantiles, reference)), exactly(count(quantiles, current)));
        assertThat(summed.reference().errors())
                .hasSize(12)
                .allMatch(error -> error < 0.03)
                .endsWith(0.0, 0.0);
        assertThat(summed.reference().errors().get(1))
                .as("both ends of a bin may be off, but of the first and the last one")
                .isGreaterThan(1e-3)
                .isGreaterThan(summed.reference().errors().get(0))
                .isGreaterThan(summed.reference().errors().get(9));
        for (Function<Shares, Estimate> distance : List.<Function<Shares, Estimate>>of(
                Psi::of,
                JensenShannon::divergenceLog2,
                JensenShannon::distanceLn,
                LInfinity::of,
                Hellinger::of,
                ChiSquare::statistic,
                ChiSquare::pValue)) {
            Estimate exact = distance.apply(counted);
            Estimate found = distance.apply(summed);
            assertThat(exact.error()).isZero();
            assertThat(found.value()).isCloseTo(exact.value(), within(found.error()));
        }
        Estimate ks = Distances.of(Distance.KS_STATISTIC, references, currents).orElseThrow();
        assertThat(ks.value()).isCloseTo(ks(reference, current), within(ks.error()));
    }

    /** Without summaries, over all steps of both; sorting puts NaN above the numbers. */
    private static double ks(double[] reference, double[] current) {
        double[] r = DoubleStream.of(reference).sorted().toArray();
        double[] c = DoubleStream.of(current).sorted().toArray();
        double largest = 0;
        int j = 0;
        for (int i = 0; i < r.length; i++) {
            while (j < c.length && c[j] <= r[i]) {
                j++;
            }
            largest = Math.max(largest, Math.abs((i + 1.0) / r.length - (double) j / c.length));
        }
        return largest;
    }

    /** A true share of nothing counts as 1e-4, one that only may be nothing may be a single row too. */
    @Test
    void theErrorOfPsiAllowsForASingleRow() {
        Shares.Side reference = exactly(List.of(500_000L, 500_000L, 0L, 0L));
        Shares summed =
                shares(reference, new Shares.Side(List.of(1_000_000L, 0L, 0L, 0L), List.of(0.001, 0.001, 0.0, 0.0)));
        Shares true0 = shares(reference, exactly(List.of(999_999L, 1L, 0L, 0L)));

        Estimate found = Psi.of(summed);
        assertThat(Psi.of(true0).value()).isCloseTo(found.value(), within(found.error()));
    }

    /** Beyond the least and the greatest number no rank is off. */
    @Test
    void whatLiesBeyondAllNumbersIsExact() {
        ColumnProfile reference = numbers(gaussian(60_000, 0));
        Shares shares = Shares.of(reference, numbers(gaussian(30_000, 100))).orElseThrow();
        assertThat(shares.current().errors()).containsOnly(0.0);
        assertThat(shares.current().counts()).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 30_000L, 0L, 0L);
    }

    private static Shares.Side exactly(List<Long> counts) {
        return new Shares.Side(counts, Collections.nCopies(counts.size(), 0.0));
    }

    private static Shares shares(Shares.Side reference, Shares.Side current) {
        return new Shares(List.of("a", "b", "NaN", "null"), reference, current);
    }

    /** Rows of the data itself in the bins of a summary, then NaN and null. */
    private static List<Long> count(Quantiles deciles, double[] values) {
        List<Long> counts = new ArrayList<>();
        double low = Double.NEGATIVE_INFINITY;
        for (int i = 1; i <= 10; i++) {
            double from = low;
            double to = i == 10 ? Double.POSITIVE_INFINITY : deciles.quantile(i / 10.0);
            counts.add(DoubleStream.of(values).filter(x -> x > from && x <= to).count());
            low = to;
        }
        counts.add(DoubleStream.of(values).filter(Double::isNaN).count());
        counts.add(0L);
        return counts;
    }

    private static double value(Distance distance, ColumnProfile reference, ColumnProfile current) {
        return Distances.of(distance, reference, current).orElseThrow().value();
    }

    private static ColumnProfile withNulls(int nulls, double... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        Arrays.stream(values).forEach(builder::addDouble);
        for (int i = 0; i < nulls; i++) {
            builder.addNull();
        }
        return builder.build();
    }

    /** The same numbers at every call, moved. */
    private static double[] gaussian(int count, double shift) {
        Random random = new Random(count);
        return DoubleStream.generate(random::nextGaussian)
                .limit(count)
                .map(x -> x + shift)
                .toArray();
    }
}
