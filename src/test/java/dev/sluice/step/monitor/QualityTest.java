package dev.sluice.step.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Invalid;
import dev.sluice.config.Metric;
import dev.sluice.config.Monitor;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.ScoreCounts;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QualityTest {
    private static final LocalDate DAY = LocalDate.of(2013, 10, 1);

    /** F1 at 0.5: 2 of 3 decided right, one positive missed: 2 * 2 / (2 * 2 + 1 + 1) = 2/3. */
    private static final ScoreCounts COUNTS = new ScoreCounts.Builder()
            .add(0.9, true)
            .add(0.8, false)
            .add(0.7, true)
            .add(0.2, true)
            .add(0.1, false)
            .build();

    @Test
    void daysAreRecordedAndTheWindowIsJudged() {
        List<Measurement> measured = new Quality(
                        settings(Metric.F1, Optional.of(0.9), Optional.empty(), 5), Map.of(Metric.F1, 0.7), 0.5)
                .of(COUNTS, new TreeMap<>(Map.of(DAY, COUNTS)));

        assertThat(measured)
                .extracting(
                        m -> m.name() + " " + m.day().map(LocalDate::toString).orElse("window") + " "
                                + m.verdict().map(Verdict::word).orElse("recorded"))
                .containsExactly(
                        "areaUnderPR 2013-10-01 recorded",
                        "f1 2013-10-01 recorded",
                        "areaUnderPR window recorded",
                        "f1 window ok");
        Measurement judged = measured.get(3);
        assertThat(judged.value()).hasValue(2.0 / 3);
        assertThat(judged.baseline()).hasValue(0.7);
        assertThat(judged.reason()).isEqualTo("f1 0.6667, at least 0.6300");
        assertThat(judged.definition()).isEqualTo("decision at 0.5");
        assertThat(judged.rows()).isEqualTo(5);
    }

    @Test
    void theStricterBoundCounts() {
        assertThat(judge(settings(Metric.F1, Optional.of(0.9), Optional.of(0.67), 5), Map.of(Metric.F1, 0.7)))
                .isEqualTo("breach: f1 0.6667, below 0.6700");
        assertThat(judge(settings(Metric.F1, Optional.of(0.99), Optional.of(0.6), 5), Map.of(Metric.F1, 0.7)))
                .isEqualTo("breach: f1 0.6667, below 0.6930");
        assertThat(judge(settings(Metric.F1, Optional.of(0.99), Optional.of(0.6), 5), Map.of()))
                .as("the test value is not known: the other bound counts")
                .isEqualTo("ok: f1 0.6667, at least 0.6000");
    }

    @Test
    void lowerIsBetterForSome() {
        // Brier: (0.01 + 0.64 + 0.09 + 0.64 + 0.01) / 5 = 0.278
        assertThat(judge(settings(Metric.BRIER, Optional.of(1.1), Optional.empty(), 5), Map.of(Metric.BRIER, 0.26)))
                .isEqualTo("ok: brier 0.2780, at most 0.2860");
        assertThat(judge(settings(Metric.BRIER, Optional.of(1.0), Optional.empty(), 5), Map.of(Metric.BRIER, 0.26)))
                .isEqualTo("breach: brier 0.2780, above 0.2600");
    }

    @Test
    void whatCannotBeJudgedSaysWhy() {
        Monitor.Quality settings = settings(Metric.F1, Optional.of(0.9), Optional.empty(), 5);
        assertThat(judge(settings, Map.of()))
                .isEqualTo("not judged: no f1 on test rows is known of this model version");
        assertThat(judge(settings(Metric.F1, Optional.of(0.9), Optional.empty(), 6), Map.of(Metric.F1, 0.7)))
                .isEqualTo("not judged: 5 rows with a label, min_rows 6");
        assertThat(judge(settings, Map.of(Metric.F1, 0.7), ScoreCounts.none()))
                .isEqualTo("not judged: no label is known yet");
        ScoreCounts negatives = new ScoreCounts.Builder()
                .add(0.1, false)
                .add(0.1, false)
                .add(0.1, false)
                .add(0.1, false)
                .add(0.1, false)
                .build();
        assertThat(judge(settings, Map.of(Metric.F1, 0.7), negatives))
                .isEqualTo("not judged: 0 positives among 5 rows");
    }

    @Test
    void settingsThatCannotJudgeDoNotExist() {
        assertThatThrownBy(() -> settings(Metric.F1, Optional.empty(), Optional.empty(), 1))
                .isInstanceOf(Invalid.class)
                .hasMessage("expected breach_below_test, min or both, found neither");
        assertThatThrownBy(() -> settings(Metric.BRIER, Optional.empty(), Optional.of(0.3), 1))
                .isInstanceOf(Invalid.class)
                .hasMessage("expected breach_below_test, as a low brier is a good one, found min");
    }

    private static String judge(Monitor.Quality settings, Map<Metric, Double> test) {
        return judge(settings, test, COUNTS);
    }

    private static String judge(Monitor.Quality settings, Map<Metric, Double> test, ScoreCounts window) {
        Measurement judged = new Quality(settings, test, 0.5)
                .of(window, new TreeMap<>()).stream()
                        .filter(m -> m.verdict().isPresent())
                        .findFirst()
                        .orElseThrow();
        return judged.verdict().get().word() + ": " + judged.reason();
    }

    private static Monitor.Quality settings(Metric metric, Optional<Double> ratio, Optional<Double> min, long minRows) {
        return new Monitor.Quality(metric, Duration.ofDays(7), ratio, min, minRows);
    }
}
