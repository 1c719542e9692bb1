package dev.sluice.step.evaluate;

import dev.sluice.config.Metric;
import dev.sluice.model.Evaluation;
import dev.sluice.model.Explanation;
import dev.sluice.model.GateVerdict;
import dev.sluice.model.Gates;
import dev.sluice.model.Slice;
import dev.sluice.model.Trained;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.Report;
import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.port.Report.Series;
import dev.sluice.stats.Classification;
import dev.sluice.stats.Classification.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person sees of an evaluation.
 *
 * @param train record of the training
 * @param version the champion's
 */
record EvaluationReport(
        StepContext context,
        StepRecord train,
        Trained trained,
        Evaluation evaluation,
        Gates gates,
        Explanation explanation,
        Optional<ModelVersion> version) {
    /** More points of a curve than anybody sees are left out. */
    private static final int POINTS = 200;

    private static final int FEATURES = 20;

    Report report() {
        String interval = context.interval().text(context.zone());
        return new Report(
                context.pipeline() + ": evaluation of " + trained.selected(),
                "trained for " + interval + ", judged on "
                        + evaluation.of(trained.selected(), Slice.ALL).rows() + " rows that training never saw",
                Stream.of(verdict(), candidates(), curves(), slices(), features(), data())
                        .filter(section -> !section.blocks().isEmpty())
                        .toList());
    }

    private Section verdict() {
        List<List<String>> rows = new ArrayList<>();
        for (GateVerdict verdict : gates.verdicts()) {
            rows.add(List.of(
                    verdict.gate(),
                    verdict.metric(),
                    verdict.slice().toString(),
                    number(verdict.found()),
                    verdict.expected(),
                    String.valueOf(verdict.rows()),
                    verdict.verdict().word()));
        }
        String text = gates.passed()
                ? trained.selected() + " passed every gate."
                : trained.selected() + " is rejected: "
                        + gates.byGate().entrySet().stream()
                                .filter(gate -> gate.getValue() != GateVerdict.Verdict.PASS)
                                .map(gate ->
                                        gate.getKey() + " is " + gate.getValue().word())
                                .collect(Collectors.joining(", "))
                        + ".";
        return new Section(
                "Verdict",
                List.of(
                        new Block.Text(text),
                        new Block.Table(
                                List.of("gate", "metric", "slice", "found", "expected", "rows", "verdict"), rows)));
    }

    private Section candidates() {
        Map<String, String> facts = train.result().facts();
        String metric = facts.get("metric");
        List<String> header = new ArrayList<>(List.of("model", "parameters", metric + " on validation rows"));
        for (Metric value : Metric.values()) {
            header.add(value.word());
        }
        List<List<String>> rows = new ArrayList<>();
        for (String model : evaluation.counts().keySet()) {
            List<String> row = new ArrayList<>(List.of(
                    name(model) + (model.equals(trained.selected()) ? " (selected)" : ""),
                    facts.getOrDefault("params." + model, ""),
                    Optional.ofNullable(facts.get("validate." + model))
                            .map(text -> number(Double.parseDouble(text)))
                            .orElse("")));
            for (Metric value : Metric.values()) {
                row.add(number(evaluation.value(model, value)));
            }
            rows.add(row);
        }
        Classification selected = evaluation.of(trained.selected(), Slice.ALL);
        Classification.Range range = selected.areaUnderRocRange();
        return new Section(
                "Candidates",
                List.of(
                        new Block.Text("The best trial of each candidate on the test rows, decided at probability "
                                + evaluation.threshold() + ". With 95 % confidence the area under the ROC curve of "
                                + trained.selected() + " lies between " + number(range.low()) + " and "
                                + number(range.high()) + "."),
                        new Block.Table(header, rows)));
    }

    private Section curves() {
        List<Series> calibration = new ArrayList<>();
        for (String model : shown()) {
            List<Classification.CalibrationBin> bins =
                    evaluation.of(model, Slice.ALL).calibration();
            calibration.add(new Series(
                    name(model),
                    bins.stream().map(Classification.CalibrationBin::predicted).toList(),
                    bins.stream().map(Classification.CalibrationBin::observed).toList()));
        }
        calibration.add(new Series("perfect", List.of(0.0, 1.0), List.of(0.0, 1.0)));
        return new Section(
                "Curves",
                List.of(
                        new Block.Lines(
                                "Precision and recall", "recall", "precision", series(Classification::precisionRecall)),
                        new Block.Lines(
                                "ROC", "false positive rate", "true positive rate", series(Classification::roc)),
                        new Block.Lines("Calibration", "predicted probability", "observed share", calibration)));
    }

    private Section slices() {
        List<List<String>> rows = new ArrayList<>();
        for (Slice slice : evaluation.counts().get(trained.selected()).keySet()) {
            if (slice.equals(Slice.ALL)) {
                continue;
            }
            for (String model : shown()) {
                Classification of = evaluation.of(model, slice);
                List<String> row = new ArrayList<>(List.of(
                        slice.toString(), name(model), String.valueOf(of.rows()), String.valueOf(of.positives())));
                for (Metric metric : Metric.values()) {
                    row.add(number(of.value(metric)));
                }
                rows.add(row);
            }
        }
        if (rows.isEmpty()) {
            return new Section("Slices", List.of());
        }
        List<String> header = new ArrayList<>(List.of("slice", "model", "rows", "positives"));
        for (Metric metric : Metric.values()) {
            header.add(metric.word());
        }
        return new Section("Slices", List.of(new Block.Table(header, rows)));
    }

    private Section features() {
        List<String> names =
                explanation.shares().keySet().stream().limit(FEATURES).toList();
        return new Section(
                "Features",
                List.of(new Block.Bars(
                        "What " + trained.selected() + " goes by (" + explanation.measure() + ")",
                        "feature",
                        "share",
                        names,
                        names.stream().map(explanation.shares()::get).toList())));
    }

    private Section data() {
        Map<String, String> trainFacts = train.result().facts();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("training table", trained.training().toString());
        facts.put(
                "made of", train.result().read().stream().map(Object::toString).collect(Collectors.joining(", ")));
        facts.put("label", trainFacts.get("label"));
        facts.put(
                "split", trainFacts.getOrDefault("split", "by decision time")); // of which earlier versions say nothing
        facts.put("train", rows("train", trainFacts) + to("train_to", trainFacts));
        facts.put(
                "validate",
                rows("validate", trainFacts)
                        + from("validate_from", trainFacts)
                        + to("validate_to", trainFacts)
                        + shared("validate", trainFacts));
        facts.put("test", rows("test", trainFacts) + from("test_from", trainFacts) + shared("test", trainFacts));
        facts.put("champion", version.map(ModelVersion::toString).orElse("none"));
        facts.put("seed", trainFacts.get("seed"));
        facts.put("feature plan", trained.planHash());
        facts.put("trained by run", train.runId() + ", Sluice " + train.code());
        return new Section("Data", List.of(new Block.Facts(facts)));
    }

    private static String rows(String part, Map<String, String> trainFacts) {
        return trainFacts.get("rows_" + part) + " rows";
    }

    /** Split by a hash, a part has neither beginning nor end. */
    private static String from(String fact, Map<String, String> trainFacts) {
        return trainFacts.containsKey(fact) ? " from " + trainFacts.get(fact) : "";
    }

    private static String to(String fact, Map<String, String> trainFacts) {
        return trainFacts.containsKey(fact) ? " up to " + trainFacts.get(fact) : "";
    }

    private static String shared(String part, Map<String, String> trainFacts) {
        String rows = trainFacts.get("shared_rows_" + part);
        String entities = trainFacts.get("shared_entities_" + part);
        return (rows == null ? "" : "; " + rows + " have all features of a training row")
                + (entities == null ? "" : ", " + entities + " are of an entity with training rows");
    }

    /** The selected model, and the champion where there is one. */
    private List<String> shown() {
        return version.isPresent() ? List.of(trained.selected(), Evaluation.CHAMPION) : List.of(trained.selected());
    }

    private List<Series> series(Function<Classification, List<Point>> curve) {
        List<Series> series = new ArrayList<>();
        for (String model : shown()) {
            List<Point> points = thin(curve.apply(evaluation.of(model, Slice.ALL)));
            series.add(new Series(
                    name(model),
                    points.stream().map(Point::x).toList(),
                    points.stream().map(Point::y).toList()));
        }
        return series;
    }

    /** At most some points, evenly by rank, with both ends. */
    private static List<Point> thin(List<Point> points) {
        if (points.size() <= POINTS) {
            return points;
        }
        List<Point> thinned = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            thinned.add(points.get((int) ((long) i * (points.size() - 1) / (POINTS - 1))));
        }
        return thinned;
    }

    private String name(String model) {
        return model.equals(Evaluation.CHAMPION)
                ? "champion " + version.map(ModelVersion::version).orElseThrow()
                : model;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}
