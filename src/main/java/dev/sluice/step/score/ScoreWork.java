package dev.sluice.step.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Features;
import dev.sluice.config.Score;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.Slice;
import dev.sluice.frame.Columns;
import dev.sluice.model.Models;
import dev.sluice.model.RegisteredModels;
import dev.sluice.pipeline.Publication;
import dev.sluice.pipeline.Publisher.Published;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.ModelVersion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scores the feature rows of an interval: one prediction for each. The model version is resolved once, at the start, and
 * stands in every row; the label is never read.
 */
public final class ScoreWork implements Work {
    /** Probability of 1. */
    public static final String PROBABILITY = "probability";

    /** 1 from the threshold on, else 0. */
    public static final String PREDICTION = "prediction";

    /** {@code NAME/VERSION} of the model that scored. */
    public static final String MODEL_VERSION = "model_version";

    private final Score score;
    private final Features features;
    private final RegisteredModels models;

    /** The work of a pipeline that has features and scores them. */
    public ScoreWork(Score score, Features features, RegisteredModels models) {
        this.score = score;
        this.features = features;
        this.models = models;
    }

    @Override
    public Step step() {
        return Step.SCORE;
    }

    @Override
    public String target() {
        return step().word() + "/" + score.table();
    }

    @Override
    public Set<TableName> reads() {
        return Set.of(features.table());
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(score.table());
    }

    @Override
    public String settings() {
        return score.toString();
    }

    @Override
    public StepResult run(StepContext context) {
        ModelVersion version = models.resolve(score.model());
        FeaturePlan plan = plan(version, context);
        PipelineModel model = models.load(context.spark(), version);
        TableVersion read = context.pin(features.table());
        Dataset<Row> table = context.tables().read(read);
        plan.require(table.schema(), features.table());
        Dataset<Row> rows = slice(table, context);
        long expected = rows.count();
        Published published = context.publisher()
                .publish(
                        Publication.of(
                                score.table(),
                                predictions(model.transform(rows), version, context.runId()),
                                features.spine().key(),
                                score.write(),
                                context.interval(),
                                score.checks()),
                        context);
        if (published.rowsOut() != expected) {
            throw new SluiceException(
                    ErrorCode.ROWS_LOST,
                    published.version() + " got " + published.rowsOut() + " predictions, expected one for each of the "
                            + expected + " rows of " + read,
                    "this is a bug of Sluice: report it with the log of this run");
        }
        return new StepResult(
                ExitCode.OK,
                List.of(read),
                published.wrote(),
                expected,
                published.rowsOut(),
                0,
                Map.of(MODEL_VERSION, version.toString()));
    }

    /** The plan of the pipeline. A model may only score what was computed as its training rows were. */
    private FeaturePlan plan(ModelVersion version, StepContext context) {
        FeaturePlan now = FeaturePlan.of(context.spark(), features, table -> context.tables()
                .read(context.pin(table))
                .schema());
        FeaturePlan then = FeaturePlan.parse(models.text(version, FeaturePlan.FILE));
        if (!now.hash().equals(then.hash())) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "model " + version + " was trained on features of plan " + then.hash()
                            + ", the pipeline computes plan " + now.hash(),
                    "train and register a model on the features as they are now, or restore the features section");
        }
        return now;
    }

    private Dataset<Row> slice(Dataset<Row> table, StepContext context) {
        return new Slice(score.write().datedBy(), context.interval(), context.zone()).of(table);
    }

    private Dataset<Row> predictions(Dataset<Row> scored, ModelVersion version, String runId) {
        Set<String> kept = new LinkedHashSet<>(features.spine().key());
        kept.add(FeaturePlan.AS_OF);
        kept.addAll(score.keep());
        Column[] columns = new Column[kept.size() + 4];
        int i = 0;
        for (String name : kept) {
            columns[i++] = col(Columns.quoted(name));
        }
        columns[i++] = Models.probability().as(PROBABILITY);
        columns[i++] = when(Models.probability().geq(score.threshold()), 1)
                .otherwise(0)
                .as(PREDICTION);
        columns[i++] = lit(version.toString()).as(MODEL_VERSION);
        columns[i] = lit(runId).as("run_id");
        return scored.select(columns);
    }
}
