package dev.sluice.step.evaluate;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Gate;
import dev.sluice.config.Metric;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureAudits;
import dev.sluice.model.Evaluation;
import dev.sluice.model.Explanation;
import dev.sluice.model.GateVerdict;
import dev.sluice.model.Gates;
import dev.sluice.model.Models;
import dev.sluice.model.Part;
import dev.sluice.model.RegisteredModels;
import dev.sluice.model.Slice;
import dev.sluice.model.Trained;
import dev.sluice.model.Trainer;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.ReportWriter;
import dev.sluice.stats.Classification;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Judges what training selected: the best model of each candidate and the champion score the same test rows in one pass;
 * gates give the verdict. A rejected model is a result, not an error: the step ends OK.
 *
 * <p>Rows of {@code _sluice.metrics} and {@code _sluice.gates}. Facts of its record: {@code verdict} (pass or reject), {@code
 * gates} (how many passed), {@code failed} (those that did not); {@code selected}, {@code model}; {@code champion} (its
 * version; left out when there is none); {@code test.METRIC} and {@code champion.METRIC}; {@code report}, {@code
 * explanation} (files in the lake); {@code rows_test}.
 */
public final class EvaluateWork implements Work {
    private static final String TRAIN = Step.TRAIN.word();

    private static final StructType METRICS = new StructType()
            .add("model", DataTypes.StringType)
            .add("role", DataTypes.StringType)
            .add("slice", DataTypes.StringType)
            .add("metric", DataTypes.StringType)
            .add("value", DataTypes.DoubleType)
            .add("rows", DataTypes.LongType);

    private static final StructType GATES = new StructType()
            .add("gate", DataTypes.StringType)
            .add("metric", DataTypes.StringType)
            .add("slice", DataTypes.StringType)
            .add("found", DataTypes.DoubleType)
            .add("expected", DataTypes.StringType)
            .add("verdict", DataTypes.StringType)
            .add("rows", DataTypes.LongType);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TableName training;
    private final Map<String, Gate> gates;
    private final double threshold;
    private final Optional<Champion> champion;
    private final ReportWriter reports;

    /**
     * Takes what is judged by what.
     *
     * @param training the training table
     * @param threshold probability from which the decision is 1
     * @param champion where to find it; empty for a pipeline that registers nothing
     */
    public EvaluateWork(
            TableName training,
            Map<String, Gate> gates,
            double threshold,
            Optional<Champion> champion,
            ReportWriter reports) {
        this.training = Objects.requireNonNull(training, "training");
        this.gates = new LinkedHashMap<>(gates);
        this.threshold = threshold;
        this.champion = Objects.requireNonNull(champion, "champion");
        this.reports = Objects.requireNonNull(reports, "reports");
    }

    /**
     * Where the champion is found.
     *
     * @param name of the registered model
     */
    public record Champion(RegisteredModels models, String name) {
        private Optional<ModelVersion> version() {
            return models.find(name + "@" + Evaluation.CHAMPION);
        }
    }

    @Override
    public Step step() {
        return Step.EVALUATE;
    }

    @Override
    public String target() {
        return step().word();
    }

    @Override
    public Set<TableName> reads() {
        return Set.of(training);
    }

    @Override
    public Set<TableName> writes() {
        return Set.of();
    }

    @Override
    public Set<String> follows() {
        return Set.of(TRAIN);
    }

    @Override
    public String settings() {
        return gates + " threshold " + threshold + " champion "
                + champion.map(Champion::name).orElse("");
    }

    @Override
    public StepResult run(StepContext context) {
        StepRecord record = context.history()
                .newest(TRAIN, context.interval())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "nothing was trained for " + context.interval().text(context.zone()),
                        "run the step train for this interval first"));
        Trained trained = Trained.of(record.result().facts());
        Dataset<Row> rows = context.tables().read(trained.training());
        Dataset<Row> test = part(rows, Part.TEST);
        Optional<ModelVersion> version = champion.flatMap(Champion::version);
        Map<String, PipelineModel> models = models(trained, version, test, context);

        TestScores scores = TestScores.of(test, models);
        Evaluation evaluation = new Evaluation(trained.selected(), scores.count(slicedBy(rows)), threshold);
        Gates judged = Gates.judge(gates, evaluation, audit(trained.planHash(), context));
        Explanation explanation = Explanation.of(models.get(trained.selected()), part(rows, Part.TRAIN));
        say(judged, evaluation, context);
        append(evaluation, judged, version, context);

        String explained = trained.folder() + "/explanation.json";
        String report = "_sluice/reports/" + context.pipeline() + "/" + context.key() + "/evaluation.html";
        write(explained, json(explanation), context);
        write(
                report,
                reports.render(new EvaluationReport(context, record, trained, evaluation, judged, explanation, version)
                        .report()),
                context);
        Map<String, String> facts = facts(trained, evaluation, judged, version);
        facts.put("explanation", explained);
        facts.put("report", report);
        long count = evaluation.of(trained.selected(), Slice.ALL).rows();
        return new StepResult(ExitCode.OK, List.of(trained.training()), List.of(), count, count, 0, facts);
    }

    /** The models by name, the champion last. */
    private Map<String, PipelineModel> models(
            Trained trained, Optional<ModelVersion> version, Dataset<Row> test, StepContext context) {
        Map<String, PipelineModel> models = new LinkedHashMap<>();
        for (String candidate : trained.candidates()) {
            models.put(candidate, Models.load(context.spark(), context.storage().location(trained.model(candidate))));
        }
        if (version.isPresent()) {
            PipelineModel model = champion.orElseThrow().models().load(context.spark(), version.get());
            refuseUnscorable(model, version.get(), test);
            models.put(Evaluation.CHAMPION, model);
        }
        return models;
    }

    /** A champion of other features cannot be compared; who changed the features decides what becomes of it. */
    private static void refuseUnscorable(PipelineModel model, ModelVersion version, Dataset<Row> test) {
        try {
            model.transformSchema(test.schema());
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw new SluiceException(
                    ErrorCode.MODEL_REFUSED,
                    "the champion " + version + " cannot score the rows it is to be compared on: " + e.getMessage(),
                    "keep the features it reads, or take its alias away to let the next model pass without it",
                    e);
        }
    }

    /** What audits found of the features of a plan; those of feature sets are by whoever makes the sets. */
    private static Optional<FeatureAudits.Summary> audit(String planHash, StepContext context) {
        List<Row> audits = new ArrayList<>();
        context.history().scanAll(FeatureAudits.KIND, audits::add);
        return FeatureAudits.summary(audits, planHash);
    }

    private List<String> slicedBy(Dataset<Row> rows) {
        Set<String> columns = new LinkedHashSet<>();
        gates.values().stream()
                .filter(Gate.OfMetric.class::isInstance)
                .map(Gate.OfMetric.class::cast)
                .forEach(gate -> gate.each().ifPresent(columns::add));
        for (String column : columns) {
            if (!List.of(rows.columns()).contains(column)) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "a gate judges each " + column + ", which is no column of " + training,
                        "name a feature, or add the column to features.spine.keep");
            }
        }
        return List.copyOf(columns);
    }

    private static Dataset<Row> part(Dataset<Row> rows, Part part) {
        return rows.where(col(Trainer.SPLIT).equalTo(part.word()));
    }

    private static void say(Gates judged, Evaluation evaluation, StepContext context) {
        judged.byGate().forEach((gate, verdict) -> context.progress().say("gate " + gate + ": " + verdict.word()));
        context.progress()
                .say(evaluation.selected() + (judged.passed() ? " passes" : " is rejected") + ", on "
                        + evaluation.of(evaluation.selected(), Slice.ALL).rows() + " test rows");
    }

    private static void append(
            Evaluation evaluation, Gates judged, Optional<ModelVersion> version, StepContext context) {
        List<Row> metrics = new ArrayList<>();
        evaluation.counts().forEach((model, slices) -> {
            boolean isChampion = model.equals(Evaluation.CHAMPION);
            String role = isChampion ? model : model.equals(evaluation.selected()) ? "selected" : "candidate";
            String name = isChampion ? version.orElseThrow().toString() : model;
            slices.keySet().forEach(slice -> {
                Classification of = evaluation.of(model, slice);
                for (Metric metric : Metric.values()) {
                    metrics.add(RowFactory.create(
                            name, role, slice.toString(), metric.word(), known(of.value(metric)), of.rows()));
                }
            });
        });
        context.ledger().append("metrics", METRICS, metrics, context.key());
        List<Row> verdicts = new ArrayList<>();
        for (GateVerdict verdict : judged.verdicts()) {
            verdicts.add(RowFactory.create(
                    verdict.gate(),
                    verdict.metric(),
                    verdict.slice().toString(),
                    known(verdict.found()),
                    verdict.expected(),
                    verdict.verdict().word(),
                    verdict.rows()));
        }
        context.ledger().append("gates", GATES, verdicts, context.key());
    }

    private static Map<String, String> facts(
            Trained trained, Evaluation evaluation, Gates judged, Optional<ModelVersion> version) {
        Map<String, String> facts = new LinkedHashMap<>();
        List<String> failed = judged.byGate().entrySet().stream()
                .filter(gate -> gate.getValue() != GateVerdict.Verdict.PASS)
                .map(Map.Entry::getKey)
                .toList();
        facts.put("verdict", judged.passed() ? "pass" : "reject");
        facts.put(
                "gates",
                (judged.byGate().size() - failed.size()) + " of "
                        + judged.byGate().size() + " passed");
        facts.put("failed", String.join(",", failed));
        facts.put("selected", trained.selected());
        facts.put("model", trained.model(trained.selected()));
        version.ifPresent(v -> facts.put("champion", v.toString()));
        for (Metric metric : Metric.values()) {
            facts.put("test." + metric.word(), String.valueOf(evaluation.value(trained.selected(), metric)));
            version.ifPresent(v -> facts.put(
                    "champion." + metric.word(), String.valueOf(evaluation.value(Evaluation.CHAMPION, metric))));
        }
        facts.put(
                "rows_test",
                String.valueOf(evaluation.of(trained.selected(), Slice.ALL).rows()));
        return facts;
    }

    private static void write(String path, String text, StepContext context) {
        context.fence().check();
        context.storage().write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String json(Explanation explanation) {
        try {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("measure", explanation.measure());
            fields.put("shares", explanation.shares());
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
