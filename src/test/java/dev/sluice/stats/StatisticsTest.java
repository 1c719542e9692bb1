package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Statistics of columns against the obvious way to compute them. */
class StatisticsTest {
    @Property(tries = 100)
    void momentsAreThoseOfTheirDefinition(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 2_000) int rows,
            @ForAll @IntRange(max = 2_000) int cut) {
        Random random = new Random(seed);
        double[] values = random.doubles(rows)
                .map(x -> 1e6 + 50 * Math.pow(x, 3) - (x < 0.01 ? 500 : 0))
                .toArray();
        ColumnProfileBuilder first = new ColumnProfileBuilder("double");
        ColumnProfileBuilder second = new ColumnProfileBuilder("double");
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            (i < cut ? first : second).addDouble(values[i]);
            sum += values[i];
        }
        double mean = sum / rows;
        double[] powers = new double[5];
        for (double value : values) {
            for (int power = 2; power < powers.length; power++) {
                powers[power] += Math.pow(value - mean, power) / rows;
            }
        }
        Moments found =
                first.build().merge(second.build()).numbers().orElseThrow().moments();

        assertThat(found.count()).isEqualTo(rows);
        assertThat(found.mean()).isCloseTo(mean, within(1e-6));
        assertThat(found.variance()).isCloseTo(powers[2], within(1e-6 * powers[2]));
        assertThat(found.skewness()).isCloseTo(powers[3] / Math.pow(powers[2], 1.5), within(1e-4));
        assertThat(found.kurtosis()).isCloseTo(powers[4] / powers[2] / powers[2] - 3, within(1e-3));
    }

    @Property(tries = 60)
    void frequentValuesAreKnownWithinTheirError(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30_000) int rows,
            @ForAll @IntRange(max = 30_000) int cut) {
        Random random = new Random(seed);
        Map<String, Long> expected = new HashMap<>();
        ColumnProfileBuilder[] whole = {new ColumnProfileBuilder("int"), new ColumnProfileBuilder("int")};
        ColumnProfileBuilder[] texts = {new ColumnProfileBuilder("string"), new ColumnProfileBuilder("string")};
        for (int i = 0; i < rows; i++) {
            int value = (int) Math.pow(10, 5 * random.nextDouble() * random.nextDouble());
            expected.merge(String.valueOf(value), 1L, Long::sum);
            whole[i < cut ? 0 : 1].addLong(value);
            texts[i < cut ? 0 : 1].addText(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
        }
        for (ColumnProfileBuilder[] column : new ColumnProfileBuilder[][] {whole, texts}) {
            Distinct found =
                    column[0].build().merge(column[1].build()).distinct().orElseThrow();

            assertThat(found.error()).isLessThanOrEqualTo(rows / 100);
            expected.forEach((value, count) -> {
                long known = found.frequencies().getOrDefault(value, 0L);
                assertThat(count).isBetween(known, known + found.error());
            });
            assertThat(expected.keySet()).containsAll(found.frequencies().keySet());
            assertThat(found.count())
                    .isCloseTo(expected.size(), within(4 * found.relativeError() * expected.size() + 1e-9));
        }
    }

    @Property(tries = 60)
    void mergingIsAssociativeInWhatIsExact(@ForAll long seed, @ForAll @IntRange(max = 900) int rows) {
        for (String type : ProfileCodecTest.TYPES) {
            ColumnProfile a = ProfileCodecTest.generated(type, seed, rows);
            ColumnProfile b = ProfileCodecTest.generated(type, seed + 1, rows / 2);
            ColumnProfile c = ProfileCodecTest.generated(type, seed + 2, rows / 3);
            ColumnProfile left = a.merge(b).merge(c);
            ColumnProfile right = a.merge(b.merge(c));

            assertThat(left.rows()).isEqualTo(right.rows());
            assertThat(left.nulls()).isEqualTo(right.nulls());
            assertThat(left.extent()).isEqualTo(right.extent());
            assertThat(left.lengths()).isEqualTo(right.lengths());
            assertThat(left.forms()).isEqualTo(right.forms());
            assertThat(left.distinct().map(Distinct::count))
                    .isEqualTo(right.distinct().map(Distinct::count));
            left.numbers().ifPresent(numbers -> {
                Numbers others = right.numbers().orElseThrow();
                assertThat(numbers.zeros()).isEqualTo(others.zeros());
                assertThat(numbers.negatives()).isEqualTo(others.negatives());
                assertThat(numbers.infinities()).isEqualTo(others.infinities());
                assertThat(Double.valueOf(numbers.max())).isEqualTo(Double.valueOf(others.max()));
                assertThat(numbers.quantiles().count())
                        .isEqualTo(others.quantiles().count());
            });
            assertThat(ColumnProfile.none(type).merge(a)).isEqualTo(a.merge(ColumnProfile.none(type)));
        }
    }

    @Test
    void estimatesOfDistinctValuesKeepTheirError() {
        for (int n : new int[] {1, 10, 300, 5_000, 100_000, 1_000_000}) {
            double squares = 0;
            for (int round = 0; round < 20; round++) {
                HyperLogLog.Builder sketch = new HyperLogLog.Builder();
                for (long i = 0; i < n; i++) {
                    sketch.add(Hash.of(i * 31 + round * 100_000_007L));
                }
                double off = sketch.build().count() / n - 1;
                squares += off * off / 20;
            }
            assertThat(Math.sqrt(squares)).as("%d values", n).isLessThan(1.6 * 1.04 / 64);
        }
        assertThat(new HyperLogLog.Builder().build().count()).isZero();
    }

    /** A state has the number of values beside the sketch: merged and read again the cap is that of all. */
    @Test
    void noMoreValuesAreDifferentThanThereAre() {
        int above = 0;
        for (int n = 250; n <= 4_000; n += 50) {
            ColumnProfile half = numbers(0, n / 2);
            ColumnProfile other = numbers(n / 2, n);
            ColumnProfile all = half.merge(other);
            Distinct distinct = all.distinct().orElseThrow();
            above += ((Distinct.Estimated) distinct).sketch().count() > n ? 1 : 0;
            assertThat(distinct.count()).isLessThanOrEqualTo(n);
            assertThat(other.merge(half).distinct().orElseThrow().count()).isEqualTo(distinct.count());
            assertThat(ProfileCodec.decodeColumn(ProfileCodec.encode(all))).isEqualTo(all);
        }
        assertThat(above).as("estimates that the cap is for").isGreaterThan(10);
    }

    private static ColumnProfile numbers(int from, int to) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("int");
        IntStream.range(from, to).forEach(builder::addLong);
        return builder.build();
    }

    @Test
    void exactEndsOfNumbersThatDoublesDoNotHold() {
        ColumnProfileBuilder whole = new ColumnProfileBuilder("bigint");
        whole.addLong(Long.MAX_VALUE - 1);
        whole.addLong(Long.MIN_VALUE + 1);
        assertThat(whole.build().extent())
                .contains(new ColumnProfile.Extent("-9223372036854775807", "9223372036854775806"));
        ColumnProfileBuilder wide = new ColumnProfileBuilder("decimal(20,1)");
        wide.addDecimal(new BigDecimal("1234567890123456789.1"));
        wide.addDecimal(new BigDecimal("1234567890123456789.2"));
        assertThat(wide.build().distinct().orElseThrow().count()).isEqualTo(2);
    }

    @Test
    void whatColumnsAreFor() {
        assertThat(meaning("bigint", 500, 500)).isEqualTo(Meaning.Use.ID);
        assertThat(meaning("int", 500, 12)).isEqualTo(Meaning.Use.CATEGORY);
        assertThat(meaning("int", 500, 2)).isEqualTo(Meaning.Use.FLAG);
        assertThat(meaning("int", 500, 100)).isEqualTo(Meaning.Use.NUMBER);
        assertThat(meaning("double", 500, 500)).isEqualTo(Meaning.Use.NUMBER);
        assertThat(meaning("date", 500, 500)).isEqualTo(Meaning.Use.DATE);
        assertThat(meaning("string", 500, 500)).isEqualTo(Meaning.Use.ID);
        assertThat(meaning("string", 500, 30)).isEqualTo(Meaning.Use.CATEGORY);
        assertThat(ColumnProfile.none("string").meaning()).isEmpty();
        assertThat(ColumnProfile.none("array<int>").meaning()).isEmpty();
        ColumnProfileBuilder mails = new ColumnProfileBuilder("string");
        for (int i = 0; i < 100; i++) {
            mails.addText((i < 3 ? "none" : "a" + i + "@b.org").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(mails.build().meaning()).isEqualTo(Optional.of(new Meaning(Meaning.Use.EMAIL, 0.97)));
    }

    private static Meaning.Use meaning(String type, int rows, int different) {
        ColumnProfileBuilder column = new ColumnProfileBuilder(type);
        for (int i = 0; i < rows; i++) {
            int value = i % different;
            switch (column.kind()) {
                case REAL -> column.addDouble(value);
                case TEXT -> column.addText(("value " + value).getBytes(StandardCharsets.UTF_8));
                default -> column.addLong(value);
            }
        }
        return column.build().meaning().orElseThrow().use();
    }
}
