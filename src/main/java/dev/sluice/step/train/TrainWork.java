package dev.sluice.step.train;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Features;
import dev.sluice.config.Step;
import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureColumn;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.Slice;
import dev.sluice.model.Models;
import dev.sluice.model.Part;
import dev.sluice.model.Search;
import dev.sluice.model.Search.Outcome;
import dev.sluice.model.Trained;
import dev.sluice.model.Trainer;
import dev.sluice.model.Trial;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Trains: writes the training table (labelled feature rows with the column {@code split}), tries every trial, saves the best
 * model of each candidate and the feature plan under {@code _sluice/models/RUN_KEY}, and chooses one.
 *
 * <p>Every trial is a row of {@code _sluice.candidates}. Facts of its record: those of {@link Trained}; {@code metric}, and
 * by candidate {@code params.CANDIDATE} (JSON) and {@code validate.CANDIDATE} (the metric) of its best; those of the {@link RowSplit};
 * {@code rows_labelled}, {@code rows_immature}, {@code rows_unlabelled}, {@code rows_orphaned} (what becomes of the feature rows
 * of the window);
 * {@code rows_train}, {@code rows_validate}, {@code rows_test}; {@code positives_train} and so on; those of {@link SharedRows}; {@code label}, {@code seed}, {@code threshold}.
 */
public final class TrainWork implements Work {
    /** Of more features Spark is longer about its plans than about the rows: each stage of each model has one as wide. */
    static final int MOST_FEATURES = 1_000;

    /** Kind of the ledger's rows. */
    static final String CANDIDATES = "candidates";

    private static final StructType COLUMNS = new StructType()
            .add("candidate", DataTypes.StringType)
            .add("trial", DataTypes.IntegerType)
            .add("params", DataTypes.StringType)
            .add("metric", DataTypes.StringType)
            .add("train_value", DataTypes.DoubleType)
            .add("validate_value", DataTypes.DoubleType)
            .add("seconds", DataTypes.DoubleType)
            .add("status", DataTypes.StringType)
            .add("error", DataTypes.StringType)
            .add("chosen", DataTypes.BooleanType);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Features features;
    private final Train train;
    private final double threshold;

    /**
     * Takes the definitions.
     *
     * @param threshold probability from which the decision is 1: part of the models, and of metrics such as f1
     * @throws SluiceException PLAN_INVALID when a feature is a list or a map
     */
    public TrainWork(Features features, Train train, double threshold) {
        this.features = Objects.requireNonNull(features, "features");
        this.train = Objects.requireNonNull(train, "train");
        this.threshold = threshold;
        refuseSeveral(features);
    }

    /** Name of the training table of a feature table. */
    public static TableName trainingTable(TableName features) {
        return new TableName(features.text() + "_training");
    }

    @Override
    public Step step() {
        return Step.TRAIN;
    }

    @Override
    public String target() {
        return step().word();
    }

    @Override
    public Set<TableName> reads() {
        Set<TableName> tables = new TreeSet<>(features.reads());
        tables.add(features.table());
        return tables;
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(trainingTable(features.table()));
    }

    @Override
    public String settings() {
        return train + " " + features.label() + " threshold " + threshold;
    }

    @Override
    public StepResult run(StepContext context) {
        Map<TableName, TableVersion> pinned = new TreeMap<>();
        reads().forEach(table -> pinned.put(table, context.pin(table)));
        Function<TableName, Dataset<Row>> tables = table -> context.tables().read(pinned.get(table));
        FeaturePlan plan = FeaturePlan.of(
                context.spark(), features, table -> tables.apply(table).schema());
        refuseTooMany(plan);
        refuseTakenNames(plan);
        plan.require(tables.apply(features.table()).schema(), features.table());

        Dataset<Row> labels = plan.labels(tables, new Slice(Optional.empty(), context.interval(), context.zone()));
        Dataset<Row> window = Labels.of(
                        tables.apply(features.table()), labels, plan.spine().key(), context.interval(), train)
                .persist(StorageLevel.MEMORY_AND_DISK());
        Dataset<Row> labelled = Labels.labelled(window);
        Labels.Counts fates;
        RowSplit split;
        Map<Part, TrainingRows.Counts> counts;
        SharedRows shared;
        Committed committed;
        try {
            fates = Labels.counts(window);
            context.progress().say(fates.text());
            TrainingRows.requireOneOfEach(labelled, plan.spine().key(), features.table());
            split = RowSplit.of(labelled, train.split(), features.label().name(), context.zone());
            Dataset<Row> parts = split.parts(labelled);
            counts = TrainingRows.counts(parts);
            context.progress().say(described(counts) + "; " + split.text());
            shared = SharedRows.count(parts, names(plan), train.split().shared().entity());
            context.progress().say(shared.text());
            shared.require(train.split().shared(), counts);
            committed = context.tables()
                    .commit(new Commit(
                            trainingTable(features.table()),
                            parts,
                            new Commit.Mode.Overwrite(),
                            context.key().of("training"),
                            context.fence().epoch(),
                            List.of()));
        } finally {
            window.unpersist();
        }

        Trainer trainer = new Trainer(train, plan.spine().key(), names(plan), threshold);
        Search<PipelineModel> search = trainer.search(
                context.tables().read(committed.version()),
                counts.get(Part.TRAIN).rows() + counts.get(Part.VALIDATE).rows(),
                outcome -> context.progress().say(described(outcome)));
        Outcome<PipelineModel> best = best(search, context);
        Trained trained = new Trained(
                best.trial().candidate(),
                List.copyOf(search.bestOfEach().keySet()),
                "_sluice/models/" + context.key(),
                committed.version(),
                trainer.key(),
                trainer.features(),
                plan.hash());
        save(search, trained, plan, context);
        record(search, Optional.of(best), context.key(), context);

        Map<String, String> facts = new LinkedHashMap<>(trained.facts());
        facts.putAll(fates.facts());
        facts.putAll(split.facts());
        counts.forEach((part, count) -> {
            facts.put("rows_" + part.word(), String.valueOf(count.rows()));
            facts.put("positives_" + part.word(), String.valueOf(count.positives()));
        });
        facts.putAll(shared.facts());
        facts.put("metric", train.search().metric().word());
        search.bestOfEach().forEach((candidate, outcome) -> {
            facts.put("params." + candidate, json(outcome.trial().params()));
            facts.put(
                    "validate." + candidate,
                    String.valueOf(outcome.fit().orElseThrow().validate()));
        });
        facts.put("label", features.label().name());
        facts.put("seed", String.valueOf(train.seed()));
        facts.put("threshold", String.valueOf(threshold));
        long rows =
                counts.values().stream().mapToLong(TrainingRows.Counts::rows).sum();
        return new StepResult(
                ExitCode.OK, List.copyOf(pinned.values()), List.of(committed.version()), rows, rows, 0, facts);
    }

    /** The best outcome. When there is none the trials are recorded all the same, apart from those of a later attempt. */
    private Outcome<PipelineModel> best(Search<PipelineModel> search, StepContext context) {
        try {
            return search.best();
        } catch (SluiceException e) {
            record(search, Optional.empty(), context.key().of("failed/" + context.runId()), context);
            throw e;
        }
    }

    private static void save(Search<PipelineModel> search, Trained trained, FeaturePlan plan, StepContext context) {
        search.bestOfEach().forEach((candidate, outcome) -> {
            context.fence().check();
            Models.save(outcome.fit().orElseThrow().model(), context.storage().location(trained.model(candidate)));
        });
        context.fence().check();
        context.storage()
                .write(trained.folder() + "/" + FeaturePlan.FILE, plan.json().getBytes(StandardCharsets.UTF_8));
    }

    private void record(
            Search<PipelineModel> search, Optional<Outcome<PipelineModel>> best, RunKey key, StepContext context) {
        List<Row> rows = new ArrayList<>();
        for (Outcome<PipelineModel> outcome : search.outcomes()) {
            rows.add(RowFactory.create(
                    outcome.trial().candidate(),
                    outcome.trial().number(),
                    json(outcome.trial().params()),
                    train.search().metric().word(),
                    outcome.fit().map(Search.Fit::train).orElse(null),
                    outcome.fit().map(Search.Fit::validate).orElse(null),
                    outcome.seconds(),
                    outcome.status().name().toLowerCase(Locale.ROOT),
                    outcome.error(),
                    best.map(Outcome::trial).equals(Optional.of(outcome.trial()))));
        }
        context.ledger().append(CANDIDATES, COLUMNS, rows, key);
    }

    private static void refuseTooMany(FeaturePlan plan) {
        int features = plan.features().size();
        if (features > MOST_FEATURES) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    String.format(
                            Locale.ROOT,
                            "expected at most %,d features to train on, found %,d",
                            MOST_FEATURES,
                            features),
                    "keep those that tell of the label: sluice profile TABLE --label COLUMN ranks the columns of a table by it");
        }
    }

    private static void refuseSeveral(Features features) {
        List<String> several = FeaturePlan.ofSeveralValues(features);
        if (!several.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "expected features that are numbers, booleans or texts to train on, found lists or maps: "
                            + String.join(", ", several),
                    "take single values out of them, such as element_at(last_k(x, 3), 1); lists and maps are for feature"
                            + " tables that no model is trained on");
        }
    }

    private static void refuseTakenNames(FeaturePlan plan) {
        Set<String> taken = Set.of(
                FeaturePlan.LABEL,
                FeaturePlan.LABEL_KNOWN_AT,
                Trainer.SPLIT,
                "features",
                "rawPrediction",
                "probability",
                "prediction");
        List<String> used = new ArrayList<>(plan.spine().key());
        used.addAll(plan.spine().keep());
        plan.features().forEach(feature -> used.add(feature.name()));
        used.retainAll(taken);
        if (!used.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "the feature table has columns that training adds: " + String.join(", ", used),
                    "give them other names; taken are " + String.join(", ", new TreeSet<>(taken)));
        }
    }

    private static List<String> names(FeaturePlan plan) {
        return plan.features().stream().map(FeatureColumn::name).toList();
    }

    private static String described(Map<Part, TrainingRows.Counts> counts) {
        return counts.entrySet().stream()
                .map(c -> c.getKey().word() + " " + c.getValue().rows() + " rows, "
                        + c.getValue().positives() + " positive")
                .collect(joining("; "));
    }

    private String described(Outcome<PipelineModel> outcome) {
        String result = outcome.fit()
                .map(fit -> String.format(
                        Locale.ROOT,
                        "%s %.4f (train %.4f), %.1f s",
                        train.search().metric().word(),
                        fit.validate(),
                        fit.train(),
                        outcome.seconds()))
                .orElse(
                        outcome.status() == Search.Status.FAILED
                                ? "failed: " + outcome.error()
                                : "not started within " + train.search().timeout());
        Trial trial = outcome.trial();
        return trial + ": " + result;
    }

    private static String json(Map<String, Double> params) {
        try {
            return JSON.writeValueAsString(params);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
