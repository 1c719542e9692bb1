package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.Distance;
import dev.sluice.testing.Profiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Distances of columns with more values than are counted, and of dates and times. */
class FrequentSharesTest {
    private static final List<Function<Shares, Estimate>> DISTANCES = List.of(
            Psi::of,
            JensenShannon::divergenceLog2,
            JensenShannon::distanceLn,
            LInfinity::of,
            Hellinger::of,
            ChiSquare::statistic);

    /** Against the rows themselves in the same buckets: each share, and each distance, is within its error. */
    @Property(tries = 40)
    void sharesAreAsWrongAsStatedAtMost(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int parts) {
        Random random = new Random(seed);
        List<String> before = texts(random, 20_000, random.nextDouble());
        List<String> now = texts(random, 8_000, random.nextDouble());

        Shares found = Shares.of(profile(before, parts), profile(now, parts)).orElseThrow();
        Shares exact = new Shares(found.buckets(), count(found.buckets(), before), count(found.buckets(), now));

        assertWithin(found.reference(), exact.reference());
        assertWithin(found.current(), exact.current());
        for (Function<Shares, Estimate> distance : DISTANCES) {
            Estimate estimate = distance.apply(found);
            assertThat(estimate.value()).isCloseTo(distance.apply(exact).value(), within(estimate.error() + 1e-12));
        }
    }

    @Test
    void whatIsFrequentOnOneSideAloneIsNamed() {
        List<String> many =
                IntStream.range(0, 5_000).mapToObj(i -> "id " + i).collect(Collectors.toCollection(ArrayList::new));
        List<String> flooded = new ArrayList<>(many);
        flooded.addAll(Collections.nCopies(5_000, "unknown"));

        Shares shares = Shares.of(profile(many, 1), profile(flooded, 1)).orElseThrow();

        assertThat(shares.buckets()).containsExactly("unknown", "all others", "NaN", "null");
        assertThat(shares.current().shares().get(0)).isCloseTo(0.5, within(0.005));
        assertThat(shares.reference().shares().get(0)).isLessThan(0.005);
        assertThat(Psi.of(shares).value() - Psi.of(shares).error()).isGreaterThan(0.25);
    }

    @Test
    void withoutAFrequentValueNullsAreCompared() {
        List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "id " + i).toList();
        List<String> half = new ArrayList<>(many);
        half.addAll(Collections.nCopies(1_000, null));

        assertThat(Shares.of(profile(many, 1), profile(many, 1))).isEmpty();
        Shares shares = Shares.of(profile(many, 1), profile(half, 1)).orElseThrow();
        assertThat(shares.buckets()).containsExactly("all others", "NaN", "null");
        assertThat(LInfinity.of(shares)).isEqualTo(new Estimate(0.5, 0));
    }

    /** Few values on one side are counted exactly. */
    @Test
    void oneSideMayHaveFewValues() {
        List<String> few = List.of("a", "a", "a", "b");
        List<String> many =
                new ArrayList<>(IntStream.range(0, 900).mapToObj(i -> "id " + i).toList());
        many.addAll(Collections.nCopies(900, "a"));

        Shares shares = Shares.of(profile(few, 1), profile(many, 1)).orElseThrow();

        assertThat(shares.buckets()).containsExactly("a", "b", "all others", "NaN", "null");
        assertThat(shares.reference().counts()).containsExactly(3L, 1L, 0L, 0L, 0L);
        assertThat(shares.reference().errors()).containsOnly(0.0);
        assertThat(shares.current().counts().get(0)).isCloseTo(900L, within(5L));
    }

    /** Days are as far apart as the numbers of days are. */
    @Test
    void datesAndTimesHaveBinsLikeNumbers() {
        Random random = new Random(4);
        long[] before = random.longs(3_000, 15_000, 15_150).toArray();
        long[] now = random.longs(2_000, 15_040, 15_190).toArray();
        double[] beforeNumbers = Arrays.stream(before).asDoubleStream().toArray();
        double[] nowNumbers = Arrays.stream(now).asDoubleStream().toArray();
        for (String type : List.of("date", "timestamp")) {
            Shares shares = Shares.of(days(type, before), days(type, now)).orElseThrow();
            Shares numbers = Shares.of(Profiles.numbers(beforeNumbers), Profiles.numbers(nowNumbers))
                    .orElseThrow();
            assertThat(shares.reference()).isEqualTo(numbers.reference());
            assertThat(shares.current()).isEqualTo(numbers.current());
            assertThat(shares.buckets().get(0))
                    .matches(type.equals("date") ? "<= 2011-02-\\d\\d" : "<= 2011-02-\\d\\dT00:00:00Z");
        }
        assertThat(Distances.of(Distance.KS_STATISTIC, days("date", before), days("date", now)))
                .isEmpty();
    }

    @Test
    void fewDatesAreValues() {
        Shares shares = Shares.of(days("date", 0, 0, 1), days("date", 1, 2)).orElseThrow();
        assertThat(shares.buckets()).containsExactly("1970-01-01", "1970-01-02", "1970-01-03", "NaN", "null");
        assertThat(shares.reference().counts()).containsExactly(2L, 1L, 0L, 0L, 0L);
    }

    private static void assertWithin(Shares.Side found, Shares.Side exact) {
        for (int i = 0; i < found.counts().size(); i++) {
            assertThat(found.shares().get(i))
                    .isCloseTo(exact.shares().get(i), within(found.errors().get(i) + 1e-12));
        }
        assertThat(found.rows()).isEqualTo(exact.rows());
    }

    /** Some values are frequent, the fewer the more so; thousands are rare; some are missing. */
    private static List<String> texts(Random random, int rows, double skew) {
        return Stream.generate(() -> {
                    double dice = random.nextDouble();
                    if (dice < 0.02) {
                        return null;
                    }
                    return dice < 0.2 + 0.6 * skew
                            ? "often " + (int) (40 * Math.pow(random.nextDouble(), 1 + 4 * skew))
                            : "seldom " + random.nextInt(5_000);
                })
                .limit(rows)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static ColumnProfile profile(List<String> texts, int parts) {
        ColumnProfile all = ColumnProfile.none("string");
        for (int part = 0; part < parts; part++) {
            ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
            for (int i = part; i < texts.size(); i += parts) {
                if (texts.get(i) == null) {
                    builder.addNull();
                } else {
                    builder.addText(texts.get(i).getBytes(StandardCharsets.UTF_8));
                }
            }
            all = all.merge(builder.build());
        }
        return all;
    }

    private static Shares.Side count(List<String> buckets, List<String> texts) {
        Map<String, Long> rows = new HashMap<>();
        texts.forEach(text ->
                rows.merge(text == null ? "null" : buckets.contains(text) ? text : "all others", 1L, Long::sum));
        List<Long> counts =
                buckets.stream().map(bucket -> rows.getOrDefault(bucket, 0L)).toList();
        return new Shares.Side(counts, Collections.nCopies(counts.size(), 0.0));
    }

    private static ColumnProfile days(String type, long... days) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder(type);
        for (long day : days) {
            builder.addLong(type.equals("date") ? day : day * 86_400_000_000L);
        }
        return builder.build();
    }
}
