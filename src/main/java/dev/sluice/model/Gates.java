package dev.sluice.model;

import dev.sluice.config.Gate;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureAudits;
import dev.sluice.model.GateVerdict.Verdict;
import dev.sluice.stats.Classification;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges the selected model by the gates of a pipeline.
 *
 * <p>A gate without {@code each} gives one verdict, on all rows; with it one per value of the column. A verdict is
 * inconclusive when there are fewer than {@code min_rows} rows or the metric has no value. A gate is passed when none of its
 * verdicts is fail and at least one is pass: small slices are reported, not judged, but a gate that could judge nothing
 * stops the model. A gate of leakage passes by the newest audits of the features and of the sets that they are made from, and fails
 * where one is missing.
 */
public record Gates(List<GateVerdict> verdicts) {
    private static final String LEAKAGE = "leakage";

    public Gates {
        verdicts = List.copyOf(verdicts);
    }

    /**
     * Judges by each gate, in order.
     *
     * @param audit what the newest ones say of the features that the models read
     */
    public static Gates judge(Map<String, Gate> gates, Evaluation evaluation, Optional<FeatureAudits.Summary> audit) {
        List<GateVerdict> verdicts = new ArrayList<>();
        gates.forEach((name, gate) -> {
            if (gate instanceof Gate.OfMetric metric) {
                verdicts.addAll(judge(name, metric, evaluation));
            } else if (gate instanceof Gate.OfLeakage leakage) {
                verdicts.add(judge(name, leakage.leakage(), audit));
            }
        });
        return new Gates(verdicts);
    }

    private static List<GateVerdict> judge(String name, Gate.OfMetric gate, Evaluation evaluation) {
        List<Slice> slices = gate.each().map(evaluation::slices).orElse(List.of(Slice.ALL));
        return slices.isEmpty()
                ? List.of(new GateVerdict(
                        name,
                        gate.metric().word(),
                        Slice.ALL,
                        Double.NaN,
                        "slices by " + gate.each().orElseThrow(),
                        Verdict.INCONCLUSIVE,
                        0))
                : slices.stream()
                        .map(slice -> judge(name, gate, slice, evaluation))
                        .toList();
    }

    private static GateVerdict judge(
            String name, Gate.OfLeakage.Limits limits, Optional<FeatureAudits.Summary> newest) {
        if (newest.isEmpty()) {
            return unaudited(name, "these features", 0);
        }
        FeatureAudits.Summary audit = newest.get();
        if (!audit.unaudited().isEmpty()) {
            return unaudited(
                    name,
                    audit.unaudited().stream().map(TableName::text).collect(Collectors.joining(", "))
                            + ", which these features are made from",
                    audit.rows());
        }
        boolean tellsTooMuch = limits.maxOfLabel().isPresent()
                && audit.ofLabel() > limits.maxOfLabel().get();
        String words = "no feature that leaks"
                + (audit.leaking().isEmpty()
                        ? ""
                        : ", such as " + audit.leaking().get(0))
                + limits.maxOfLabel()
                        .map(most -> ", none that tells more of the label than " + plain(most) + ", found "
                                + String.format(Locale.ROOT, "%.4f", audit.ofLabel()))
                        .orElse("");
        return new GateVerdict(
                name,
                LEAKAGE,
                Slice.ALL,
                audit.leaking().size(),
                words,
                audit.leaking().isEmpty() && !tellsTooMuch ? Verdict.PASS : Verdict.FAIL,
                audit.rows());
    }

    private static GateVerdict unaudited(String name, String what, long rows) {
        return new GateVerdict(
                name,
                LEAKAGE,
                Slice.ALL,
                Double.NaN,
                "an audit of " + what + ", of which there is none: sluice feature audit",
                Verdict.FAIL,
                rows);
    }

    /** Whether every gate is passed. */
    public boolean passed() {
        return byGate().values().stream().allMatch(verdict -> verdict == Verdict.PASS);
    }

    /** The verdict of each gate as a whole. */
    public Map<String, Verdict> byGate() {
        Map<String, Verdict> whole = new LinkedHashMap<>();
        verdicts.forEach(verdict -> whole.merge(verdict.gate(), verdict.verdict(), Gates::both));
        return whole;
    }

    private static Verdict both(Verdict a, Verdict b) {
        if (a == Verdict.FAIL || b == Verdict.FAIL) {
            return Verdict.FAIL;
        }
        return a == Verdict.PASS || b == Verdict.PASS ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    private static GateVerdict judge(String name, Gate.OfMetric gate, Slice slice, Evaluation evaluation) {
        Classification found = evaluation.of(evaluation.selected(), slice);
        double value = found.value(gate.metric());
        Expectation expected = expectation(gate, evaluation);
        Verdict verdict;
        if (found.rows() < gate.minRows()) {
            verdict = Verdict.INCONCLUSIVE;
        } else if (expected.settled() == Verdict.FAIL) {
            verdict = Verdict.FAIL;
        } else if (Double.isNaN(value) || Double.isNaN(expected.min()) || Double.isNaN(expected.max())) {
            verdict = Verdict.INCONCLUSIVE;
        } else if (expected.settled() == Verdict.PASS) {
            verdict = Verdict.PASS;
        } else {
            verdict = value >= expected.min() && value <= expected.max() ? Verdict.PASS : Verdict.FAIL;
        }
        String words = found.rows() < gate.minRows()
                ? expected.words() + ", with at least " + gate.minRows() + " rows"
                : expected.words();
        return new GateVerdict(name, gate.metric().word(), slice, value, words, verdict, found.rows());
    }

    /**
     * What a gate asks for.
     *
     * @param settled the verdict where it does not depend on the value; null otherwise
     */
    private record Expectation(double min, double max, String words, Verdict settled) {}

    private static Expectation expectation(Gate.OfMetric gate, Evaluation evaluation) {
        if (gate.than().isEmpty()) {
            return new Expectation(
                    gate.min().orElse(Double.NEGATIVE_INFINITY),
                    gate.max().orElse(Double.POSITIVE_INFINITY),
                    bounds(gate),
                    null);
        }
        String than = gate.than().get();
        if (!evaluation.has(than)) {
            boolean passes = than.equals(Evaluation.CHAMPION) && gate.absent() == Gate.Absent.PASS;
            return new Expectation(
                    0, 0, "better than " + than + ", which is not there", passes ? Verdict.PASS : Verdict.FAIL);
        }
        double other = evaluation.value(than, gate.metric());
        boolean higher = gate.metric().higherIsBetter();
        double limit = higher ? other + gate.by() : other - gate.by();
        String words = String.format(
                Locale.ROOT,
                "%s %.4f (%s %.4f, by %s)",
                higher ? "at least" : "at most",
                limit,
                than,
                other,
                plain(gate.by()));
        return higher
                ? new Expectation(limit, Double.POSITIVE_INFINITY, words, null)
                : new Expectation(Double.NEGATIVE_INFINITY, limit, words, null);
    }

    private static String bounds(Gate.OfMetric gate) {
        List<String> words = new ArrayList<>();
        gate.min().ifPresent(min -> words.add("at least " + plain(min)));
        gate.max().ifPresent(max -> words.add("at most " + plain(max)));
        return String.join(" and ", words);
    }

    private static String plain(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
