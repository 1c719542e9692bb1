package dev.sluice.step.monitor;

import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Features;
import dev.sluice.config.Monitor;
import dev.sluice.config.Score;
import dev.sluice.config.Step;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureColumn;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.Slice;
import dev.sluice.frame.Columns;
import dev.sluice.frame.Profiler;
import dev.sluice.model.Scores;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Report;
import dev.sluice.port.ReportWriter;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.DriftSections;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.TableProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Watches the model version that scored an interval: drift of its inputs and scores against the rows it was trained on, quality
 * on the newest rows whose label is known by the interval's end, and whether the record of intervals asks for retraining. A
 * version that scored only the older part of the interval has been replaced, and is not watched any more.
 *
 * <p>Writes the rows of the interval into the monitor table ({@link MonitorTable#COLUMNS}); labels are read for the quality
 * alone. The answer is BREACH when the decision is. Facts of its record: {@code decision}, {@code reason},
 * {@code model_version}, {@code not_ok} (what is not as it should be), {@code report} (where the page about drift is), and the
 * value of the judged quality metric by its name.
 */
public final class MonitorWork implements Work {
    static final String MODEL_VERSION = "model_version";

    private final Monitor monitor;
    private final Features features;
    private final Score score;
    private final Function<String, Baseline> baselines;
    private final Set<String> sensitive;
    private final ReportWriter reports;

    /**
     * Takes the definitions.
     *
     * @param baselines finds what a model version was like at training time, by the text in the score table's
     *     {@code model_version}
     * @param sensitive features whose values are shown to nobody
     */
    public MonitorWork(
            Monitor monitor,
            Features features,
            Score score,
            Function<String, Baseline> baselines,
            Set<String> sensitive,
            ReportWriter reports) {
        this.monitor = Objects.requireNonNull(monitor, "monitor");
        this.features = Objects.requireNonNull(features, "features");
        this.score = Objects.requireNonNull(score, "score");
        this.baselines = Objects.requireNonNull(baselines, "baselines");
        this.sensitive = Set.copyOf(sensitive);
        this.reports = Objects.requireNonNull(reports, "reports");
    }

    @Override
    public Step step() {
        return Step.MONITOR;
    }

    @Override
    public String target() {
        return step().word();
    }

    @Override
    public Set<TableName> reads() {
        Set<TableName> tables = new TreeSet<>(features.reads());
        tables.add(features.table());
        tables.add(score.table());
        return tables;
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(monitor.table());
    }

    @Override
    public String settings() {
        return monitor.toString();
    }

    @Override
    public StepResult run(StepContext context) {
        Map<TableName, TableVersion> pinned = new TreeMap<>();
        reads().forEach(table -> pinned.put(table, context.pin(table)));
        Map<TableName, Dataset<Row>> read = new TreeMap<>();
        pinned.forEach((table, at) -> read.put(table, context.tables().read(at)));
        Function<TableName, Dataset<Row>> tables = read::get;

        Optional<String> version = newestVersion(tables, context);
        List<Drift> drifts = new ArrayList<>();
        List<Measurement> measured = new ArrayList<>();
        if (version.isPresent()) {
            FeaturePlan plan = FeaturePlan.of(
                    context.spark(), features, table -> tables.apply(table).schema());
            Baseline baseline = baselines.apply(version.get());
            drifts.addAll(drift(plan, tables, version.get(), baseline, context));
            drifts.forEach(drift -> measured.add(drift.measurement()));
            measured.addAll(quality(plan, tables, version.get(), baseline, context));
        }
        Verdict verdict = Verdict.worst(
                measured.stream().flatMap(one -> one.verdict().stream()).toList());
        MonitorDecision decision = MonitorDecision.of(monitor.breach(), verdict, earlier(version, context));
        measured.add(decided(MonitorTable.INTERVAL, verdict, Optional.empty(), reasons(measured, verdict, version)));
        measured.add(decided(MonitorTable.RETRAIN, decision.verdict(), Optional.of(decision), decision.reason()));

        Committed committed = commit(measured, version, context);
        Map<String, String> facts = facts(measured, decision, version);
        if (!drifts.isEmpty()) {
            facts.put("report", report(drifts, version.orElseThrow(), context));
        }
        context.progress().say("monitor: " + decision.verdict().word() + "; " + decision.reason());
        return new StepResult(
                        ExitCode.OK,
                        List.copyOf(pinned.values()),
                        List.of(committed.version()),
                        0,
                        committed.rows(),
                        0,
                        facts)
                .exit(decision.verdict() == Verdict.BREACH ? ExitCode.BREACH : ExitCode.OK);
    }

    /** The version of the interval's newest score; empty when nothing was scored. */
    private Optional<String> newestVersion(Function<TableName, Dataset<Row>> tables, StepContext context) {
        return inInterval(tables.apply(score.table()), score.write(), context)
                .orderBy(col(FeaturePlan.AS_OF).desc(), col(MODEL_VERSION).desc())
                .select(MODEL_VERSION)
                .limit(1)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .findFirst();
    }

    private List<Drift> drift(
            FeaturePlan plan,
            Function<TableName, Dataset<Row>> tables,
            String version,
            Baseline baseline,
            StepContext context) {
        if (monitor.drift().isEmpty()) {
            return List.of();
        }
        Optional<Monitor.Limits> inputs = monitor.drift().get().inputs();
        Optional<Monitor.Limits> output = monitor.drift().get().output();
        List<String> watched = inputs.map(limits -> watched(plan, limits)).orElse(List.of());
        TableProfile scored = Profiler.profile(scoredRows(plan, tables, version, watched, context));

        List<Drift> drifts = new ArrayList<>();
        inputs.ifPresent(limits -> drifts.addAll(Drift.of(watched, limits, baseline.training(), scored)));
        output.ifPresent(
                limits -> drifts.addAll(Drift.of(List.of(Scores.PROBABILITY), limits, baseline.training(), scored)));
        return drifts;
    }

    /** What the version scored in the interval, and what it said. */
    private Dataset<Row> scoredRows(
            FeaturePlan plan,
            Function<TableName, Dataset<Row>> tables,
            String version,
            List<String> watched,
            StepContext context) {
        List<String> key = plan.spine().key();
        Dataset<Row> scores = inInterval(tables.apply(score.table()), score.write(), context)
                .where(col(MODEL_VERSION).equalTo(version))
                .select(columns(key, List.of(Scores.PROBABILITY)));
        Dataset<Row> inputs = inInterval(tables.apply(features.table()), features.write(), context)
                .select(columns(key, watched));
        return inputs.join(scores, key.toArray(String[]::new), "inner")
                .select(columns(watched, List.of(Scores.PROBABILITY)));
    }

    private static List<String> watched(FeaturePlan plan, Monitor.Limits limits) {
        List<String> all = plan.features().stream().map(FeatureColumn::name).toList();
        for (String column : limits.columns()) {
            if (!all.contains(column)) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "monitor.drift.inputs.columns names '" + column + "', which is no feature"
                                + Nearest.of(column, all)
                                        .map(name -> "; did you mean " + name + "?")
                                        .orElse(""),
                        "name features, or leave columns out to watch all of them");
            }
        }
        return limits.columns().isEmpty() ? all : limits.columns();
    }

    private List<Measurement> quality(
            FeaturePlan plan,
            Function<TableName, Dataset<Row>> tables,
            String version,
            Baseline baseline,
            StepContext context) {
        if (monitor.quality().isEmpty()) {
            return List.of();
        }
        Monitor.Quality settings = monitor.quality().get();
        LabelledScores.Window window = new LabelledScores(
                        plan, tables, tables.apply(score.table()), version, sharedDate(), context.zone())
                .window(settings.window(), context.interval().to());
        return new Quality(settings, baseline.test(), score.threshold()).of(window.all(), window.days());
    }

    /** The column of dates that both features and scores are replaced by. */
    private Optional<String> sharedDate() {
        return score.write().datedBy().filter(by -> features.write().datedBy().equals(Optional.of(by)));
    }

    private static Dataset<Row> inInterval(Dataset<Row> rows, Write write, StepContext context) {
        return new Slice(write.datedBy(), context.interval(), context.zone()).of(rows);
    }

    private List<Verdict> earlier(Optional<String> version, StepContext context) {
        return context.tables()
                .latest(monitor.table())
                .flatMap(table -> version.map(name -> MonitorTable.earlier(
                        context.tables().read(table),
                        name,
                        context.interval(),
                        monitor.breach().ofLast() - 1)))
                .orElse(List.of());
    }

    private static String reasons(List<Measurement> measured, Verdict verdict, Optional<String> version) {
        if (version.isEmpty()) {
            return "nothing was scored in this interval";
        }
        return measured.stream()
                .filter(one -> one.verdict().equals(Optional.of(verdict)) && verdict != Verdict.OK)
                .map(one -> one.name() + ": " + one.reason())
                .collect(Collectors.joining("; "));
    }

    private Measurement decided(String name, Verdict verdict, Optional<MonitorDecision> decision, String reason) {
        return new Measurement(
                Measurement.Kind.DECISION,
                name,
                Optional.empty(),
                decision.map(made -> OptionalDouble.of(made.breaches())).orElse(OptionalDouble.empty()),
                OptionalDouble.empty(),
                decision.map(made -> OptionalDouble.of(monitor.breach().atLeast()))
                        .orElse(OptionalDouble.empty()),
                0,
                decision.map(made -> "breaches among the last "
                                + monitor.breach().ofLast() + " intervals of this model version")
                        .orElse("the gravest verdict of the interval's measurements"),
                Optional.of(verdict),
                reason);
    }

    private Committed commit(List<Measurement> measured, Optional<String> version, StepContext context) {
        List<Row> rows = measured.stream()
                .map(one -> MonitorTable.row(one, version.orElse(null), context.interval(), context.zone()))
                .toList();
        context.fence().check();
        return context.tables()
                .commit(new Commit(
                        monitor.table(),
                        context.spark()
                                .createDataFrame(rows, MonitorTable.COLUMNS)
                                .coalesce(1),
                        new Commit.Mode.ReplaceWhere(MonitorTable.slice(context.interval(), context.zone())),
                        context.key(),
                        context.fence().epoch(),
                        List.of()));
    }

    /** Writes what a person sees of the drift, and tells where. */
    private String report(List<Drift> drifts, String version, StepContext context) {
        String path = "_sluice/reports/" + context.pipeline() + "/" + context.key() + "/drift.html";
        Report report = new Report(
                context.pipeline() + ": drift of " + version,
                drifts.get(0).rows() + " rows scored for "
                        + context.interval().text(context.zone())
                        + ", compared with the rows that the version was trained on",
                DriftSections.of(
                        new DriftReport(drifts.stream().map(Drift::column).toList()), "training", "scored", sensitive));
        context.fence().check();
        context.storage().write(path, reports.render(report).getBytes(StandardCharsets.UTF_8));
        return path;
    }

    private Map<String, String> facts(List<Measurement> measured, MonitorDecision decision, Optional<String> version) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("decision", decision.verdict().word());
        facts.put("reason", decision.reason());
        version.ifPresent(name -> facts.put(MODEL_VERSION, name));
        facts.put(
                "not_ok",
                measured.stream()
                        .filter(one -> one.kind() != Measurement.Kind.DECISION)
                        .filter(one ->
                                one.verdict().filter(v -> v != Verdict.OK).isPresent())
                        .map(one -> one.name() + " " + one.verdict().get().word())
                        .collect(Collectors.joining(", ")));
        measured.stream()
                .filter(one -> one.kind() == Measurement.Kind.QUALITY
                        && one.verdict().isPresent()
                        && one.value().isPresent())
                .forEach(
                        one -> facts.put(one.name(), Double.toString(one.value().getAsDouble())));
        return facts;
    }

    private static Column[] columns(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream())
                .map(name -> col(Columns.quoted(name)))
                .toArray(Column[]::new);
    }
}
