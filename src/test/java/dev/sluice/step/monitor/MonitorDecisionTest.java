package dev.sluice.step.monitor;

import static dev.sluice.quality.Verdict.BREACH;
import static dev.sluice.quality.Verdict.NOT_JUDGED;
import static dev.sluice.quality.Verdict.OK;
import static dev.sluice.quality.Verdict.WARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Monitor;
import dev.sluice.quality.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitorDecisionTest {
    @ParameterizedTest
    @CsvSource({
        // at least, of last, verdicts oldest first (o ok, w warn, b breach, - not judged), decision, breaches
        "1, 1, o,      OK,         0",
        "1, 1, w,      WARN,       0",
        "1, 1, b,      BREACH,     1",
        "1, 1, -,      NOT_JUDGED, 0",
        "1, 1, bbb,    BREACH,     1",
        "2, 5, b,      WARN,       1",
        "2, 5, bb,     BREACH,     2",
        "2, 5, booob,  BREACH,     2",
        "2, 5, boooob, WARN,       1",
        "2, 5, bbbo,   OK,         3",
        "2, 5, bbbw,   WARN,       3",
        "2, 5, bbb-,   NOT_JUDGED, 3",
        "2, 5, b---b,  BREACH,     2",
        "2, 5, b----b, WARN,       1",
        "3, 3, obb,    WARN,       2",
        "3, 3, bbb,    BREACH,     3",
    })
    void enoughBreachesAndTheLatestIsOne(
            int atLeast, int ofLast, String verdicts, Verdict expected, int expectedBreaches) {
        List<Verdict> newestFirst = new ArrayList<>(verdicts.chars()
                .mapToObj(c -> List.of(NOT_JUDGED, OK, WARN, BREACH).get("-owb".indexOf(c)))
                .toList());
        Collections.reverse(newestFirst);

        MonitorDecision decision = MonitorDecision.of(
                new Monitor.Breach(ofLast, atLeast), newestFirst.get(0), newestFirst.subList(1, newestFirst.size()));

        assertThat(decision.verdict()).isEqualTo(expected);
        assertThat(decision.breaches()).isEqualTo(expectedBreaches);
    }

    @Test
    void theReasonCounts() {
        Monitor.Breach rule = new Monitor.Breach(5, 2);
        assertThat(MonitorDecision.of(rule, BREACH, List.of(OK, BREACH)).reason())
                .isEqualTo("2 of the last 3 intervals breach, 2 of 5 ask for retraining");
        assertThat(MonitorDecision.of(rule, NOT_JUDGED, List.of(BREACH)).reason())
                .isEqualTo("1 of the last 2 intervals breach, 2 of 5 ask for retraining; the latest is not judged");
    }

    @Property
    void whatLiesFurtherBackDoesNotMatter(
            @ForAll Verdict latest,
            @ForAll @Size(max = 12) List<Verdict> earlier,
            @ForAll @IntRange(min = 1, max = 6) int ofLast,
            @ForAll @IntRange(min = 1, max = 6) int atLeast) {
        Monitor.Breach rule = new Monitor.Breach(ofLast, Math.min(atLeast, ofLast));
        List<Verdict> near = earlier.subList(0, Math.min(earlier.size(), ofLast - 1));
        assertThat(MonitorDecision.of(rule, latest, earlier)).isEqualTo(MonitorDecision.of(rule, latest, near));
        assertThat(MonitorDecision.of(rule, latest, earlier).verdict() == BREACH)
                .isEqualTo(latest == BREACH
                        && near.stream().filter(v -> v == BREACH).count() + 1 >= rule.atLeast());
    }

    @Test
    void verdictsRiseAndAreReadBack() {
        assertThat(Verdict.worst(List.of())).isEqualTo(NOT_JUDGED);
        assertThat(Verdict.worst(List.of(OK, NOT_JUDGED))).isEqualTo(OK);
        assertThat(Verdict.worst(List.of(WARN, BREACH, OK))).isEqualTo(BREACH);
        assertThat(Arrays.stream(Verdict.values()).map(v -> Verdict.of(v.word())))
                .containsExactly(Verdict.values());
        assertThatThrownBy(() -> Verdict.of("bad")).hasMessage("expected a verdict, found 'bad'");
    }
}
