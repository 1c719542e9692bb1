package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ColumnProfileTest {
    @Property(tries = 200)
    void mergingIsAssociativeWithTheProfileOfNoRowsAsIdentity(
            @ForAll @Size(max = 30) List<Double> a,
            @ForAll @Size(max = 30) List<Double> b,
            @ForAll @Size(max = 30) List<Double> c) {
        ColumnProfile left = doubles(a).merge(doubles(b)).merge(doubles(c));
        ColumnProfile right = doubles(a).merge(doubles(b).merge(doubles(c)));

        assertSame(left, right);
        assertThat(doubles(a).merge(ColumnProfile.none("double"))).isEqualTo(doubles(a));
        assertThat(ColumnProfile.none("double").merge(doubles(a))).isEqualTo(doubles(a));
        List<Double> all = new ArrayList<>(a);
        all.addAll(b);
        all.addAll(c);
        assertSame(left, doubles(all));
    }

    @Property(tries = 100)
    void textsMergeHoweverManyThereAre(
            @ForAll @Size(max = 8) List<@StringLength(max = 30) String> a,
            @ForAll @Size(max = 8) List<@StringLength(max = 30) String> b,
            @ForAll @IntRange(max = 6_000) int more) {
        List<String> many = new ArrayList<>(b);
        for (int i = 0; i < more; i++) {
            many.add("value " + i);
        }
        ColumnProfile merged = texts(a).merge(texts(many));
        List<String> all = new ArrayList<>(a);
        all.addAll(many);

        assertSameTexts(merged, texts(all));
        assertSameTexts(merged, texts(many).merge(texts(a)));
        assertSameTexts(merged, merged.merge(ColumnProfile.none("string")));
    }

    @Test
    void knowsTheNumbersOfAColumn() {
        ColumnProfile found = doubles(List.of(3.0, 1.0, 4.0, 1.0, 5.0, -0.0, 0.0, Double.NaN));
        Numbers numbers = found.numbers().orElseThrow();

        assertThat(found.rows()).isEqualTo(8);
        assertThat(numbers.count()).isEqualTo(7);
        assertThat(numbers.nans()).isEqualTo(1);
        assertThat(numbers.min()).isZero();
        assertThat(numbers.max()).isEqualTo(5);
        assertThat(numbers.sum()).isEqualTo(14);
        assertThat(numbers.mean()).isEqualTo(2);
        assertThat(numbers.variance()).isCloseTo((1 + 1 + 4 + 1 + 9 + 4 + 4) / 7.0, within(1e-12));
        assertThat(numbers.quantiles().quantile(0.5)).isEqualTo(1);
        assertThat(numbers.quantiles().rank(1)).isCloseTo(4 / 7.0, within(1e-12));
        assertThat(found.distinct())
                .contains(new Distinct.Counted(
                        new TreeMap<>(Map.of("3.0", 1L, "1.0", 2L, "4.0", 1L, "5.0", 1L, "0.0", 2L, "NaN", 1L))));
    }

    @Test
    void infinitiesAndHugeNumbersDoWhatDoublesDo() {
        Numbers infinite =
                doubles(List.of(1.0, Double.POSITIVE_INFINITY, 2.0)).numbers().orElseThrow();
        assertThat(infinite.max()).isInfinite();
        assertThat(infinite.mean()).isInfinite();
        assertThat(infinite.variance()).isNaN();
        Numbers both = doubles(List.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
                .numbers()
                .orElseThrow();
        assertThat(both.mean()).isNaN();
        assertThat(both.quantiles().quantile(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        Numbers huge = doubles(List.of(1e300, 1e300)).numbers().orElseThrow();
        assertThat(huge.mean()).isEqualTo(1e300);
        assertThat(huge.variance()).isZero();
    }

    @Test
    void aColumnWithoutValuesHasNone() {
        ColumnProfile nothing = ColumnProfile.none("bigint");
        assertThat(nothing.completeness()).isNaN();
        assertThat(nothing.numbers().orElseThrow().min()).isNaN();
        assertThat(nothing.numbers().orElseThrow().mean()).isNaN();
        assertThat(nothing.numbers().orElseThrow().quantiles().quantile(0.5)).isNaN();
        assertThat(nothing.distinct().orElseThrow().count()).isZero();
        assertThat(ColumnProfile.none("array<string>").distinct()).isEmpty();
        assertThat(ColumnProfile.none("string").extent()).isEmpty();
    }

    @Test
    void datesAndTimesAreTexts() {
        ColumnProfileBuilder dates = new ColumnProfileBuilder("date");
        dates.addLong(LocalDate.parse("2013-03-01").toEpochDay());
        dates.addLong(LocalDate.parse("-0044-03-15").toEpochDay());
        dates.addNull();
        ColumnProfile date = dates.build();
        assertThat(date.extent()).contains(new ColumnProfile.Extent("-0044-03-15", "2013-03-01"));
        assertThat(date.merge(date).extent()).isEqualTo(date.extent());
        assertThat(date.merge(date).distinct())
                .contains(new Distinct.Counted(new TreeMap<>(Map.of("2013-03-01", 2L, "-0044-03-15", 2L))));

        ColumnProfileBuilder times = new ColumnProfileBuilder("timestamp");
        times.addLong(Temporals.micros(Instant.parse("2013-01-01T05:00:00Z")));
        times.addLong(-1);
        assertThat(times.build().extent())
                .contains(new ColumnProfile.Extent("1969-12-31T23:59:59.999999Z", "2013-01-01T05:00:00Z"));
        assertThat(times.build().merge(times.build()).distinct().orElseThrow().count())
                .isEqualTo(2);
    }

    @Test
    void manyValuesAreEstimatedWithinTheStatedError() {
        for (String type : List.of("bigint", "double", "string", "date", "timestamp")) {
            ColumnProfileBuilder columns = new ColumnProfileBuilder(type);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 30_000; i++) {
                    addNumbered(columns, i);
                }
            }
            Distinct distinct = columns.build().distinct().orElseThrow();
            assertThat(distinct).isInstanceOf(Distinct.Estimated.class);
            assertThat(distinct.relativeError()).isBetween(0.015, 0.018);
            assertThat(distinct.count()).as(type).isCloseTo(30_000, within(3 * distinct.relativeError() * 30_000));
        }
    }

    @Test
    void anEmptyTextIsAValueAndALongOneIsNotKept() {
        List<String> many = new ArrayList<>(List.of(""));
        for (int i = 0; i < 200; i++) {
            many.add("value " + i);
        }
        double with = texts(many).distinct().orElseThrow().count();
        double without = texts(many.subList(1, many.size()))
                .merge(texts(List.of("value 0", "x".repeat(257))))
                .distinct()
                .orElseThrow()
                .count();
        assertThat(with).isCloseTo(201, within(3 * 0.017 * 201)).isEqualTo(without);
        assertThat(texts(List.of("x".repeat(257))).distinct().orElseThrow()).isInstanceOf(Distinct.Estimated.class);
    }

    @Property(tries = 40)
    void ranksAreAsWrongAsStatedAtMost(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int parts) {
        Random random = new Random(seed);
        int n = 3_000 + random.nextInt(30_000);
        double[] values = random.doubles(n)
                .map(x -> random.nextInt(3) == 0 ? Math.round(10 * x) / 10.0 : x)
                .toArray();
        ColumnProfile merged = ColumnProfile.none("double");
        for (int part = 0; part < parts; part++) {
            ColumnProfileBuilder rows = new ColumnProfileBuilder("double");
            for (int i = part; i < n; i += parts) {
                rows.addDouble(values[i]);
            }
            merged = rows.build().merge(merged);
        }
        Quantiles quantiles = merged.numbers().orElseThrow().quantiles();

        assertThat(quantiles.count()).isEqualTo(n);
        assertThat(quantiles.rankError()).isLessThan(0.02);
        for (double x = 0; x <= 1; x += 0.05) {
            double at = x;
            long below = 0;
            for (double value : values) {
                below += value <= at ? 1 : 0;
            }
            assertThat(quantiles.rank(x)).isCloseTo((double) below / n, within(quantiles.rankError() + 1e-12));
        }
    }

    @Test
    void quantilesOfMillionsStayCloseAndSmall() {
        Quantiles.Builder values = new Quantiles.Builder();
        Random random = new Random(1);
        for (int i = 0; i < 2_000_000; i++) {
            values.add(random.nextDouble());
        }
        Quantiles quantiles = values.build();
        assertThat(quantiles.rankError()).isLessThan(0.013);
        assertThat(quantiles.levels().stream().mapToInt(Quantiles.Level::size).sum())
                .isLessThan(13 * 512);
        for (double share : new double[] {0.01, 0.25, 0.5, 0.75, 0.99}) {
            assertThat(quantiles.quantile(share)).isCloseTo(share, within(0.004));
        }
    }

    @Property(tries = 300)
    void sortingInBucketsIsSorting(@ForAll long seed, @ForAll @IntRange(max = 1_100) int size) {
        Random random = new Random(seed);
        int shape = random.nextInt(4);
        double[] values = random.doubles(size)
                .map(x -> switch (shape) {
                    case 0 -> x;
                    case 1 -> Math.round(9 * x);
                    case 2 -> Math.exp(800 * (x - 0.5));
                    default -> x < 0.01 ? Double.NEGATIVE_INFINITY : 2 * (x - 0.5) * Double.MAX_VALUE;
                })
                .toArray();
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        new BucketSort().sort(values, size);

        assertThat(values).isEqualTo(sorted);
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        assertThatThrownBy(() -> ColumnProfile.none("int").merge(ColumnProfile.none("bigint")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a profile of a column of type int, found one of type bigint");
        TableProfile one = new TableProfile(0, Map.of("a", ColumnProfile.none("int")));
        TableProfile other = new TableProfile(0, Map.of("b", ColumnProfile.none("int")));
        assertThatThrownBy(() -> one.merge(other))
                .hasMessage("expected a profile of the columns [a], found one of [b]");
        assertThatThrownBy(() -> new TableProfile(1, Map.of("a", ColumnProfile.none("int"))))
                .hasMessage("column a has 0 rows, the table 1");
        assertThatThrownBy(() -> new ColumnProfile(
                        "int",
                        1,
                        2,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .hasMessageContaining("found 2 of 1");
    }

    private static void addNumbered(ColumnProfileBuilder column, int i) {
        switch (column.kind()) {
            case REAL -> column.addDouble(i / 7.0);
            case TEXT -> column.addText(("value " + i).getBytes(StandardCharsets.UTF_8));
            default -> column.addLong(i);
        }
    }

    private static ColumnProfile doubles(List<Double> values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        values.forEach(builder::addDouble);
        return builder.build();
    }

    private static ColumnProfile texts(List<String> values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        values.forEach(value -> builder.addText(value.getBytes(StandardCharsets.UTF_8)));
        return builder.build();
    }

    /** Equal, but that an estimate may be kept in another order. */
    private static void assertSameTexts(ColumnProfile left, ColumnProfile right) {
        Distinct a = left.distinct().orElseThrow();
        Distinct b = right.distinct().orElseThrow();
        assertThat(left.rows()).isEqualTo(right.rows());
        assertThat(left.extent()).isEqualTo(right.extent());
        assertThat(a.getClass()).isEqualTo(b.getClass());
        assertThat(a.count()).isCloseTo(b.count(), within(1e-9 * a.count()));
        if (a instanceof Distinct.Counted) {
            assertThat(a).isEqualTo(b);
        }
    }

    /** Equal but for the last bits of sums. */
    private static void assertSame(ColumnProfile left, ColumnProfile right) {
        Numbers a = left.numbers().orElseThrow();
        Numbers b = right.numbers().orElseThrow();
        assertThat(left.rows()).isEqualTo(right.rows());
        assertThat(left.distinct()).isEqualTo(right.distinct());
        assertThat(a.quantiles()).isEqualTo(b.quantiles());
        assertThat(List.of(a.min(), a.max())).isEqualTo(List.of(b.min(), b.max()));
        assertThat(a.nans()).isEqualTo(b.nans());
        double size = Math.max(Math.abs(a.min()), Math.abs(a.max()));
        if (a.count() > 0 && size < 1e100) {
            assertThat(a.sum()).isCloseTo(b.sum(), within(1e-12 * size * a.count()));
            assertThat(a.moments().squares()).isCloseTo(b.moments().squares(), within(1e-9 * size * size * a.count()));
        }
    }
}
