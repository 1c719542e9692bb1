package dev.sluice;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.config.Features;
import dev.sluice.config.Gate;
import dev.sluice.config.Metric;
import dev.sluice.config.Register;
import dev.sluice.config.Score;
import dev.sluice.config.Sql;
import dev.sluice.config.Train;
import dev.sluice.config.Train.Candidate;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.model.Loans;
import dev.sluice.model.RegisteredModels;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.step.evaluate.EvaluateWork;
import dev.sluice.step.features.FeaturesWork;
import dev.sluice.step.register.RegisterWork;
import dev.sluice.step.score.ScoreWork;
import dev.sluice.step.train.TrainWork;
import dev.sluice.testing.InMemoryRegistry;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many more features than people look at, from the feature table to the scores. */
@SparkTest
class WideTrainingTest {
    private static final int ROWS = 400;
    private static final int TEXTS = 20;

    @Test
    void hundredsOfFeaturesAreTrainedOnAndScored(SparkSession spark, @TempDir Path folder) {
        int numbers = 280;
        TemporaryLake lake = lake(spark, folder, numbers);
        Features features = features(numbers);
        InMemoryRegistry registry = new InMemoryRegistry();

        StepResult made = run(lake, new FeaturesWork(features));
        StepResult trained = run(lake, new TrainWork(features, trains(), 0.3));
        run(
                lake,
                new EvaluateWork(
                        TrainWork.trainingTable(Loans.FEATURES),
                        Map.of("useful", gate()),
                        0.3,
                        Optional.empty(),
                        report -> "<html></html>"));
        run(
                lake,
                new RegisterWork(
                        new Register(
                                "mlflow", "loans", new Register.Outcome("champion"), new Register.Outcome("rejected")),
                        Optional.of("loans"),
                        registry));
        StepResult scored = run(
                lake,
                new ScoreWork(
                        new Score(
                                "loans@champion",
                                new TableName("gold.scores"),
                                List.of(),
                                0.3,
                                Map.of(),
                                new Write.Overwrite(List.of())),
                        features,
                        new RegisteredModels(registry, lake.storage())));

        assertThat(made.rowsOut()).isEqualTo(ROWS);
        assertThat(trained.facts().get("features").split(",")).hasSize(numbers + TEXTS);
        assertThat(Double.parseDouble(trained.facts().get("validate.boosted"))).isGreaterThan(0.9);
        assertThat(scored.rowsOut()).isEqualTo(ROWS);
    }

    @Test
    void moreFeaturesThanCanBeTrainedOnAreRefusedBeforeAnyRowIsRead(SparkSession spark, @TempDir Path folder) {
        int numbers = 981;
        TemporaryLake lake = lake(spark, folder, numbers);
        lake.put(Loans.FEATURES.text(), spark.emptyDataFrame());
        SluiceException[] refused = new SluiceException[1];

        int jobs = Jobs.count(
                spark,
                () -> refused[0] = catchThrowableOfType(
                        SluiceException.class, () -> run(lake, new TrainWork(features(numbers), trains(), 0.3))));

        assertThat(refused[0].code()).isEqualTo(ErrorCode.PLAN_INVALID);
        assertThat(refused[0]).hasMessage("expected at most 1,000 features to train on, found 1,001");
        assertThat(jobs).isZero();
    }

    private static TemporaryLake lake(SparkSession spark, Path folder, int numbers) {
        String path = folder.resolve("wide").toString();
        rows(spark, numbers).write().parquet(path);
        TemporaryLake lake = new TemporaryLake(spark, folder.resolve("lake"));
        lake.put("silver.loans", spark.read().parquet(path));
        return lake;
    }

    /** Numbers of which the first says what the label is, and some texts. */
    private static Dataset<Row> rows(SparkSession spark, int numbers) {
        Stream<Column> features = Stream.concat(
                IntStream.range(0, numbers).mapToObj(i -> expr("pmod(hash(id, " + i + "), 1000) / 7")
                        .as("n" + i)),
                IntStream.range(0, TEXTS).mapToObj(i -> expr("concat('t', pmod(hash(id, 'x', " + i + "), 5))")
                        .as("t" + i)));
        Column[] columns = Stream.concat(
                        Stream.of(
                                col("id"),
                                expr("timestamp_seconds(1704067200 + id * " + 50 * 86_400 / ROWS + ")")
                                        .as("as_of"),
                                expr("double(pmod(hash(id, 0), 1000) > 500)").as("label")),
                        features)
                .toArray(Column[]::new);
        return spark.range(0, ROWS, 1, 1).select(columns);
    }

    private static Features features(int numbers) {
        Map<String, Sql> take = new LinkedHashMap<>();
        IntStream.range(0, numbers).forEach(i -> take.put("n" + i, new Sql("n" + i)));
        IntStream.range(0, TEXTS).forEach(i -> take.put("t" + i, new Sql("t" + i)));
        Features loans = Loans.features();
        return new Features(
                loans.table(),
                new Features.Spine(loans.spine().from(), List.of("id"), new Sql("as_of"), List.of(), List.of()),
                loans.label(),
                take,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                loans.write());
    }

    private static Train trains() {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        candidates.put("logreg", new Candidate.LogisticRegression(Map.of("maxIter", List.of(5.0))));
        candidates.put("boosted", new Candidate.Xgboost(Map.of("numRound", List.of(5.0), "maxDepth", List.of(2.0))));
        Train loans = Loans.train(candidates, Loans.noGuards());
        return new Train(
                loans.window(),
                loans.split(),
                new Train.Prepare(
                        new Train.Categorical(
                                IntStream.range(0, TEXTS).mapToObj(i -> "t" + i).toList(), 3),
                        loans.prepare().numeric(),
                        loans.prepare().guards()),
                candidates,
                loans.search(),
                loans.seed());
    }

    private static Gate gate() {
        return new Gate.OfMetric(
                Metric.F1,
                Optional.of(0.1),
                Optional.empty(),
                Optional.empty(),
                0,
                Gate.Absent.PASS,
                Optional.empty(),
                1);
    }

    private static StepResult run(TemporaryLake lake, Work work) {
        return lake.run(work, Loans.INTERVAL, ZoneOffset.UTC);
    }
}
