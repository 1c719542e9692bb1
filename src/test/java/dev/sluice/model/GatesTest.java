package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Gate;
import dev.sluice.config.Gate.Absent;
import dev.sluice.config.Metric;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureAudits;
import dev.sluice.model.GateVerdict.Verdict;
import dev.sluice.stats.ScoreCounts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Accuracies: selected 0.8 of 100 rows (north 0.9 of 90, south none of 10), prior 0.7, champion 0.85. */
class GatesTest {
    private static final Slice NORTH = new Slice("region", "north");
    private static final Slice SOUTH = new Slice("region", "south");

    @Test
    void boundsHoldInclusively() {
        GateVerdict right =
                judge(bounds(Metric.ACCURACY, 0.8, null, null, 1)).verdicts().get(0);

        assertThat(right)
                .isEqualTo(new GateVerdict("g", "accuracy", Slice.ALL, 0.8, "at least 0.8", Verdict.PASS, 100));
        assertThat(judge(bounds(Metric.ACCURACY, 0.81, null, null, 1)).passed()).isFalse();
        assertThat(judge(bounds(Metric.ACCURACY, 0.5, 0.79, null, 1)).verdicts().get(0))
                .extracting(GateVerdict::expected, GateVerdict::verdict)
                .containsExactly("at least 0.5 and at most 0.79", Verdict.FAIL);
    }

    @Test
    void comparesWithACandidate() {
        assertThat(judge(than(Metric.ACCURACY, "prior", 0.05, Absent.FAIL))
                        .verdicts()
                        .get(0))
                .extracting(GateVerdict::expected, GateVerdict::verdict)
                .containsExactly("at least 0.7500 (prior 0.7000, by 0.05)", Verdict.PASS);
        assertThat(judge(than(Metric.ACCURACY, "prior", 0.15, Absent.FAIL)).passed())
                .isFalse();
        assertThat(judge(than(Metric.ACCURACY, "champion", -0.06, Absent.FAIL)).passed())
                .as("a negative by allows a loss")
                .isTrue();
        assertThat(judge(than(Metric.BRIER, "prior", 0.05, Absent.FAIL))
                        .verdicts()
                        .get(0)
                        .expected())
                .as("lower is better")
                .startsWith("at most ");
        assertThat(judge(than(Metric.ACCURACY, "nobody", 0, Absent.PASS))
                        .verdicts()
                        .get(0))
                .extracting(GateVerdict::expected, GateVerdict::verdict)
                .containsExactly("better than nobody, which is not there", Verdict.FAIL);
    }

    @Test
    void aMissingChampionIsJudgedAsDeclared() {
        Evaluation without = new Evaluation("mine", Map.of("mine", mine()), 0.5);

        assertThat(Gates.judge(Map.of("g", than(Metric.F1, "champion", 0, Absent.PASS)), without, Optional.empty())
                        .passed())
                .isTrue();
        assertThat(Gates.judge(Map.of("g", than(Metric.F1, "champion", 0, Absent.FAIL)), without, Optional.empty())
                        .passed())
                .isFalse();
    }

    @Test
    void smallSlicesAreReportedNotJudged() {
        Gates gates = judge(bounds(Metric.ACCURACY, 0.85, null, "region", 20));

        assertThat(gates.verdicts())
                .extracting(v -> v.slice() + " " + v.verdict().word() + " " + v.rows() + ", " + v.expected())
                .containsExactly(
                        "region=north pass 90, at least 0.85",
                        "region=south inconclusive 10, at least 0.85, with at least 20 rows");
        assertThat(gates.passed()).isTrue();
        assertThat(judge(bounds(Metric.ACCURACY, 0.85, null, "region", 5)).passed())
                .isFalse();
    }

    @Test
    void aGateThatCanJudgeNothingStopsTheModel() {
        assertThat(judge(bounds(Metric.ACCURACY, 0.1, null, null, 101)).byGate())
                .containsEntry("g", Verdict.INCONCLUSIVE);
        assertThat(judge(bounds(Metric.ACCURACY, 0.1, null, null, 101)).passed())
                .isFalse();
        assertThat(judge(bounds(Metric.ACCURACY, 0.1, null, "region", 91)).passed())
                .isFalse();
        assertThat(judge(bounds(Metric.ACCURACY, 0.1, null, "nothing", 1)).passed())
                .isFalse();
    }

    @Test
    void aMetricWithoutValueIsInconclusive() {
        ScoreCounts onlyPositives = new ScoreCounts.Builder().add(0.9, true).build();
        Evaluation evaluation = new Evaluation("mine", Map.of("mine", Map.of(Slice.ALL, onlyPositives)), 0.5);

        Gates gates = Gates.judge(
                Map.of("g", bounds(Metric.AREA_UNDER_ROC, 0.5, null, null, 1)), evaluation, Optional.empty());

        assertThat(gates.verdicts().get(0).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(gates.passed()).isFalse();
        assertThat(Gates.judge(
                                Map.of("g", than(Metric.AREA_UNDER_ROC, "champion", 0, Absent.PASS)),
                                evaluation,
                                Optional.empty())
                        .byGate())
                .as("nor does a champion that is missing let it pass")
                .containsEntry("g", Verdict.INCONCLUSIVE);
    }

    @Test
    void allGatesMustPass() {
        Map<String, Gate> gates = new LinkedHashMap<>();
        gates.put("good", bounds(Metric.ACCURACY, 0.1, null, null, 1));
        gates.put("bad", bounds(Metric.ACCURACY, 0.9, null, null, 1));

        Gates judged = Gates.judge(gates, evaluation(), Optional.empty());

        assertThat(judged.byGate()).containsExactly(Map.entry("good", Verdict.PASS), Map.entry("bad", Verdict.FAIL));
        assertThat(judged.passed()).isFalse();
        assertThat(Gates.judge(Map.of(), evaluation(), Optional.empty()).passed())
                .isTrue();
    }

    @Test
    void leakageIsJudgedByTheNewestAudit() {
        assertThat(leakage(Optional.empty(), Optional.empty()))
                .as("nobody has looked")
                .extracting(GateVerdict::verdict, GateVerdict::expected)
                .containsExactly(
                        Verdict.FAIL, "an audit of these features, of which there is none: sluice feature audit");
        assertThat(leakage(Optional.empty(), audit(List.of(), 0.9)))
                .isEqualTo(new GateVerdict("g", "leakage", Slice.ALL, 0, "no feature that leaks", Verdict.PASS, 50));
        assertThat(leakage(Optional.empty(), audit(List.of("x", "y"), 0)))
                .isEqualTo(new GateVerdict(
                        "g", "leakage", Slice.ALL, 2, "no feature that leaks, such as x", Verdict.FAIL, 50));
        assertThat(leakage(Optional.of(0.5), audit(List.of(), 0.5)).verdict()).isEqualTo(Verdict.PASS);
        assertThat(leakage(Optional.of(0.5), audit(List.of(), 0.75)))
                .extracting(GateVerdict::verdict, GateVerdict::expected)
                .containsExactly(
                        Verdict.FAIL,
                        "no feature that leaks, none that tells more of the label than 0.5, found 0.7500");
        FeatureAudits.Summary ofHabits =
                new FeatureAudits.Summary(50, List.of(), 0, List.of(new TableName("gold.habits__01234567")));
        assertThat(leakage(Optional.empty(), Optional.of(ofHabits)))
                .extracting(GateVerdict::verdict, GateVerdict::expected)
                .containsExactly(
                        Verdict.FAIL,
                        "an audit of gold.habits__01234567, which these features are made from, of which there is none: sluice"
                                + " feature audit");
    }

    private static GateVerdict leakage(Optional<Double> maxOfLabel, Optional<FeatureAudits.Summary> audit) {
        Gate gate = new Gate.OfLeakage(new Gate.OfLeakage.Limits(maxOfLabel));
        return Gates.judge(Map.of("g", gate), evaluation(), audit).verdicts().get(0);
    }

    private static Optional<FeatureAudits.Summary> audit(List<String> leaking, double ofLabel) {
        return Optional.of(new FeatureAudits.Summary(50, leaking, ofLabel, List.of()));
    }

    private static Gates judge(Gate gate) {
        return Gates.judge(Map.of("g", gate), evaluation(), Optional.empty());
    }

    private static Evaluation evaluation() {
        Map<String, Map<Slice, ScoreCounts>> counts = new HashMap<>();
        counts.put("mine", mine());
        counts.put("prior", Map.of(Slice.ALL, right(70, 100)));
        counts.put("champion", Map.of(Slice.ALL, right(85, 100)));
        return new Evaluation("mine", counts, 0.5);
    }

    private static Map<Slice, ScoreCounts> mine() {
        Map<Slice, ScoreCounts> slices = new LinkedHashMap<>();
        slices.put(Slice.ALL, right(80, 100));
        slices.put(NORTH, right(81, 90));
        slices.put(SOUTH, right(0, 10));
        return slices;
    }

    /** So many rows, every second one positive, the first of them decided right. */
    private static ScoreCounts right(int right, int rows) {
        ScoreCounts.Builder builder = new ScoreCounts.Builder();
        for (int i = 0; i < rows; i++) {
            boolean positive = i % 2 == 0;
            builder.add(positive == (i < right) ? 0.75 : 0.25, positive);
        }
        return builder.build();
    }

    private static Gate bounds(Metric metric, Double min, Double max, String each, long minRows) {
        return new Gate.OfMetric(
                metric,
                Optional.ofNullable(min),
                Optional.ofNullable(max),
                Optional.empty(),
                0,
                Absent.FAIL,
                Optional.ofNullable(each),
                minRows);
    }

    private static Gate than(Metric metric, String than, double by, Absent absent) {
        return new Gate.OfMetric(
                metric, Optional.empty(), Optional.empty(), Optional.of(than), by, absent, Optional.empty(), 1);
    }
}
