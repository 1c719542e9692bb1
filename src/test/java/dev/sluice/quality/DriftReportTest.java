package dev.sluice.quality;

import static dev.sluice.testing.Profiles.numbers;
import static dev.sluice.testing.Profiles.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.config.Distance;
import dev.sluice.config.Monitor.Limits;
import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftReportTest {
    private static final ColumnProfile HALVES = texts(Map.of("a", 50, "b", 50));
    private static final ColumnProfile FIFTHS = texts(Map.of("a", 80, "b", 20));
    private static final ColumnProfile THIRDS = texts(Map.of("a", 67, "b", 33));
    private static final ColumnProfile NUMBERS = sequence(100);

    @Test
    void theGravestComesFirstAndThenTheLargest() {
        Map<String, ColumnProfile> reference = Map.of(
                "calm", HALVES, "far", HALVES, "further", HALVES, "gone", NUMBERS, "told", NUMBERS, "warm", HALVES);
        Map<String, ColumnProfile> current = Map.of(
                "calm",
                HALVES,
                "far",
                FIFTHS,
                "further",
                texts(Map.of("c", 100)),
                "new",
                NUMBERS,
                "told",
                HALVES,
                "warm",
                THIRDS);

        DriftReport drift = DriftReport.of(table(reference), table(current), limits(Distance.PSI));

        assertThat(drift.verdict()).isEqualTo(Verdict.BREACH);
        assertThat(drift.columns())
                .extracting(ColumnDrift::column, ColumnDrift::verdict, ColumnDrift::reason)
                .containsExactly(
                        tuple("gone", Verdict.BREACH, "of type double in the reference, and gone"),
                        tuple("told", Verdict.BREACH, "of type string, in the reference double"),
                        tuple("further", Verdict.BREACH, "psi 17.7249, above 0.25"),
                        tuple("far", Verdict.BREACH, "psi 0.4159, above 0.25"),
                        tuple("new", Verdict.WARN, "of type double, not in the reference"),
                        tuple("warm", Verdict.WARN, "psi 0.1204, above 0.1"),
                        tuple("calm", Verdict.OK, "psi 0.0000, at most 0.1"));
    }

    @Test
    void aTestIsTheGraverTheSmallerItsPValue() {
        DriftReport drift = DriftReport.of(
                table(Map.of("calm", HALVES, "far", HALVES, "further", HALVES, "number", NUMBERS)),
                table(Map.of(
                        "calm", texts(Map.of("a", 52, "b", 48)), "far", THIRDS, "further", FIFTHS, "number", NUMBERS)),
                limits(Distance.BY_SAMPLE_SIZE));

        assertThat(drift.columns())
                .extracting(ColumnDrift::column, ColumnDrift::verdict, ColumnDrift::reason)
                .containsExactly(
                        tuple(
                                "further",
                                Verdict.BREACH,
                                "chi_square_p_value 0.0000, below 0.01 (chosen for at most 1,000 reference rows)"),
                        tuple(
                                "far",
                                Verdict.WARN,
                                "chi_square_p_value 0.0147, below 0.05 (chosen for at most 1,000 reference rows)"),
                        tuple(
                                "calm",
                                Verdict.OK,
                                "chi_square_p_value 0.7773, at least 0.05 (chosen for at most 1,000 reference rows)"),
                        tuple(
                                "number",
                                Verdict.OK,
                                "ks_p_value 1.0000, at least 0.05 (chosen for at most 1,000 reference rows)"));
    }

    @Test
    void ofManyRowsADistanceIsChosenThatSeesTheNulls() {
        ColumnProfile some = withNull(1_500);
        assertThat(reason(sequence(1_500), sequence(1_500), Distance.BY_SAMPLE_SIZE))
                .isEqualTo("wasserstein_by_sd 0.0000, at most 0.1 (chosen for more than 1,000 reference rows)");
        assertThat(reason(sequence(1_500), some, Distance.BY_SAMPLE_SIZE))
                .contains(
                        "js_distance_ln ",
                        "(chosen for more than 1,000 reference rows and some null, NaN or infinite)");
        assertThat(reason(
                        numbers(IntStream.range(0, 1_001)
                                .mapToDouble(i -> i % 3)
                                .toArray()),
                        numbers(0, 1, 2),
                        Distance.BY_SAMPLE_SIZE))
                .contains(
                        "js_distance_ln ",
                        "(chosen for more than 1,000 reference rows of at most 5 different numbers)");
    }

    @Test
    void withoutEnoughRowsOnBothSidesNothingIsJudged() {
        Limits limits = new Limits(List.of(), Distance.PSI, Optional.empty(), Optional.empty(), 100);
        assertThat(ColumnDrift.of("c", HALVES, texts("a"), limits).reason()).isEqualTo("1 rows, min_rows 100");
        assertThat(ColumnDrift.of("c", texts("a"), HALVES, limits))
                .isEqualTo(new ColumnDrift.NotJudged("c", "1 reference rows, min_rows 100"));
        assertThat(reason(HALVES, HALVES, Distance.KS_P_VALUE))
                .isEqualTo("ks_p_value needs numbers, and it is of type string");
        assertThat(reason(NUMBERS, numbers(Double.POSITIVE_INFINITY), Distance.WASSERSTEIN_BY_SD))
                .isEqualTo("wasserstein_by_sd needs finite numbers on both sides");
        assertThat(reason(ColumnProfile.none("date"), ColumnProfile.none("date"), Distance.PSI))
                .isEqualTo("there are no rows on one side");
        ColumnProfileBuilder lists = new ColumnProfileBuilder("array<int>");
        lists.addArray(2);
        assertThat(reason(lists.build(), lists.build(), Distance.PSI))
                .isEqualTo("its values cannot be put into buckets");
        ColumnProfile ids =
                texts(IntStream.range(0, 500).mapToObj(i -> "id " + i).toArray(String[]::new));
        assertThat(reason(ids, ids, Distance.PSI)).isEqualTo("none of its many different values is frequent");
    }

    @Test
    void theErrorIsToldWhereItMightChangeTheVerdict() {
        ColumnProfile reference = gaussian(50_000, 0);

        assertThat(reason(reference, gaussian(40_000, 0.02), Distance.PSI)).isEqualTo("psi 0.0026, at most 0.1");
        assertThat(reason(reference, gaussian(40_000, 0.3), Distance.PSI))
                .matches("psi 0\\.\\d{4} ± 0\\.\\d{4}, at most 0.1");
        assertThat(reason(reference, gaussian(40_000, 2), Distance.PSI)).matches("psi \\d\\.\\d{4}, above 0.25");
    }

    /** Of so many rows, chi-square takes what the quantiles leave out for a difference. */
    @Test
    void aTestThatTheSummariesAreTooCoarseForIsNotJudged() {
        ColumnProfile reference = gaussian(50_000, 0);
        ColumnProfile current = gaussian(40_000, 0.1);

        ColumnDrift coarse = ColumnDrift.of("c", reference, current, limits(Distance.CHI_SQUARE_P_VALUE));
        assertThat(coarse.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(coarse.reason())
                .isEqualTo("chi_square_p_value 0.0000 ± 1.0000, which may be on either side of 0.05");
        assertThat(ColumnDrift.of("c", reference, current, limits(Distance.KS_P_VALUE))
                        .verdict())
                .isEqualTo(Verdict.BREACH);
        assertThat(ColumnDrift.of("c", reference, gaussian(30_000, 0), limits(Distance.KS_P_VALUE))
                        .verdict())
                .isEqualTo(Verdict.OK);
    }

    @Test
    void onlyNamedColumnsAreLookedAt() {
        Limits named = new Limits(List.of("b", "c"), Distance.PSI, Optional.empty(), Optional.empty(), 1);
        DriftReport drift =
                DriftReport.of(table(Map.of("a", HALVES, "b", HALVES)), table(Map.of("a", FIFTHS, "b", HALVES)), named);
        assertThat(drift.columns())
                .extracting(ColumnDrift::column, ColumnDrift::reason)
                .containsExactly(
                        tuple("b", "psi 0.0000, at most 0.1"), tuple("c", "there is no such column on either side"));
    }

    @Test
    void whatHasDriftedIsShown() {
        Map<String, Integer> many = new HashMap<>();
        IntStream.range(0, 30).forEach(i -> many.put(String.format("k%02d", i), 10 + i));
        Map<String, Integer> other = new HashMap<>(many);
        other.put("k29", 900);
        DriftReport drift = DriftReport.of(
                table(Map.of("many", texts(many))), table(Map.of("many", texts(other))), limits(Distance.PSI));

        List<Section> sections = DriftSections.of(drift, "training", "scored", Set.of());

        assertThat(sections).extracting(Section::title).containsExactly("Columns", "What has drifted");
        assertThat(sections.get(0).blocks().get(0)).isEqualTo(new Block.Text("1 breach."));
        Block.Shares picture = (Block.Shares) sections.get(1).blocks().get(0);
        assertThat(picture.title()).isEqualTo("many: the 12 of 30 values that changed most");
        assertThat(picture.categories()).hasSize(12).contains("k29").isSorted();
        assertThat(picture.now().values()).contains(900 / 1596.0);
        assertThat(DriftSections.of(
                        DriftReport.of(table(Map.of("c", HALVES)), table(Map.of("c", HALVES)), limits(Distance.PSI)),
                        "training",
                        "scored",
                        Set.of()))
                .hasSize(1);
        assertThat(DriftSections.of(drift, "training", "scored", Set.of("many"))
                        .get(1)
                        .blocks())
                .containsExactly(new Block.Text(
                        "many: its values are not shown, since a contract calls a column of this name sensitive."));
    }

    private static String reason(ColumnProfile reference, ColumnProfile current, Distance distance) {
        Limits limits = new Limits(List.of(), distance, Optional.empty(), Optional.empty(), 0);
        return ColumnDrift.of("c", reference, current, limits).reason();
    }

    private static Limits limits(Distance distance) {
        return new Limits(List.of(), distance, Optional.empty(), Optional.empty(), 1);
    }

    private static TableProfile table(Map<String, ColumnProfile> columns) {
        return new TableProfile(columns.values().iterator().next().rows(), columns);
    }

    private static ColumnProfile sequence(int count) {
        return numbers(IntStream.range(0, count).asDoubleStream().toArray());
    }

    private static ColumnProfile gaussian(int count, double shift) {
        Random random = new Random(count);
        return numbers(DoubleStream.generate(() -> random.nextGaussian() + shift)
                .limit(count)
                .toArray());
    }

    private static ColumnProfile withNull(int count) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        builder.addNull();
        return builder.add(sequence(count)).build();
    }
}
