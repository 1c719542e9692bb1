package dev.sluice.step.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.config.Train;
import dev.sluice.config.Train.Candidate;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.model.Generated;
import dev.sluice.model.Loans;
import dev.sluice.model.Models;
import dev.sluice.model.Trained;
import dev.sluice.pipeline.StepResult;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class TrainWorkTest {
    @TempDir
    Path root;

    @Test
    void aListOrAMapIsRefusedBeforeAnythingRuns() {
        Features loans = Loans.features();
        Features.Window window = new Features.Window(
                new TableName("silver.loans"),
                List.of("region"),
                new Sql("as_of"),
                new Sql("as_of"),
                List.of(Duration.ofDays(1), Duration.ofDays(7)),
                Optional.empty(),
                Map.of("last", new Sql("last_k(x, 3)")));
        Features features = new Features(
                loans.table(),
                loans.spine(),
                loans.label(),
                loans.take(),
                loans.lookups(),
                loans.asOfJoins(),
                List.of(window),
                loans.checks(),
                loans.write());

        assertThatThrownBy(() -> new TrainWork(features, Loans.train(Loans.candidates(), Loans.noGuards()), 0.3))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                .hasMessage("expected features that are numbers, booleans or texts to train on, found lists or maps:"
                        + " last_1d, last_7d");
    }

    @Test
    void findsTheSignalAndDoesItAgainTheSameWay(SparkSession spark) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        Loans.put(lake, Generated.rows(spark, 5000, 50, 1));
        TrainWork work = new TrainWork(Loans.features(), Loans.train(Loans.candidates(), Loans.noGuards()), 0.3);

        StepResult first = lake.run(work, Loans.INTERVAL, ZoneOffset.UTC);
        List<Map<String, Object>> trials = lake.metadata("candidates");
        TemporaryLake other = new TemporaryLake(spark, root.resolve("other"));
        Loans.put(other, Generated.rows(spark, 5000, 50, 1).orderBy(col("noise")));
        StepResult second = other.run(work, Loans.INTERVAL, ZoneOffset.UTC);

        assertThat(first.facts())
                .containsEntry("candidates", "prior,logreg,boosted")
                .containsEntry("training", "gold.loan_features_training@0")
                .containsEntry("train_to", "2024-02-07T00:00:00Z")
                .containsEntry("validate_from", "2024-02-09T00:00:00Z")
                .containsEntry("validate_to", "2024-02-12T00:00:00Z")
                .containsEntry("test_from", "2024-02-14T00:00:00Z")
                .containsEntry("metric", "areaUnderPR")
                .containsEntry("label", "bad");
        assertThat(trials)
                .extracting(t -> t.get("candidate") + " " + t.get("params") + " " + t.get("status"))
                .containsExactly(
                        "prior {} ok",
                        "logreg {\"regParam\":0.001,\"maxIter\":10.0} ok",
                        "logreg {\"regParam\":5.0,\"maxIter\":10.0} ok",
                        "boosted " + trials.get(3).get("params") + " ok");
        assertThat(trials).filteredOn(t -> (boolean) t.get("chosen")).hasSize(1);
        assertThat(value(trials, 1)).isGreaterThan(value(trials, 0) + 0.2);
        assertThat(value(trials, 3)).isGreaterThan(value(trials, 0) + 0.2);
        assertThat(lake.said())
                .anyMatch(s -> s.startsWith("logreg 1/2 (regParam=0.001, maxIter=10.0): areaUnderPR 0."));

        Dataset<Row> training =
                lake.tables().read(TableVersion.parse(first.facts().get("training")));
        assertThat(training.columns())
                .containsExactly(
                        "id", "as_of", "region", "x", "n", "flag", "kind", "noise", "label", "label_known_at", "split");
        assertThat(training.where("label_known_at > '2024-02-20' OR as_of < '2024-01-11' OR label IS NULL")
                        .count())
                .isZero();
        assertThat(training.groupBy("split").count().orderBy("split").collectAsList())
                .extracting(row -> row.getString(0) + " " + row.getLong(1))
                .containsExactly("test 401", "train 2700", "validate 300");
        assertThat(first.rowsOut()).isEqualTo(3401);

        assertThat(second.facts()).isEqualTo(first.facts());
        assertThat(other.metadata("candidates"))
                .extracting(t -> t.get("train_value") + " " + t.get("validate_value"))
                .isEqualTo(trials.stream()
                        .map(t -> t.get("train_value") + " " + t.get("validate_value"))
                        .toList());

        Trained trained = Trained.of(first.facts());
        String plan = new String(
                lake.storage().read(trained.folder() + "/" + FeaturePlan.FILE).orElseThrow(), StandardCharsets.UTF_8);
        assertThat(FeaturePlan.parse(plan).hash()).isEqualTo(trained.planHash());
        for (String candidate : trained.candidates()) {
            Dataset<Row> scored = Models.load(spark, lake.storage().location(trained.model(candidate)))
                    .transform(training)
                    .select(Models.probability().as("p"), col("prediction"));
            assertThat(scored.where("prediction <> cast(p > 0.3 AS double)").count())
                    .as(candidate)
                    .isZero();
        }
    }

    @Test
    void aFailingTrialIsARow(SparkSession spark) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        Loans.put(lake, Generated.rows(spark, 2000, 50, 1));
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        candidates.put("wrong", new Candidate.LogisticRegression(Map.of("regParam", List.of(-1.0))));
        candidates.put("right", new Candidate.LogisticRegression(Map.of("maxIter", List.of(5.0))));

        StepResult result = lake.run(
                new TrainWork(Loans.features(), Loans.train(candidates, Loans.noGuards()), 0.5),
                Loans.INTERVAL,
                ZoneOffset.UTC);

        assertThat(result.facts()).containsEntry("candidates", "prior,right").containsEntry("selected", "right");
        assertThat(lake.metadata("candidates").get(1))
                .containsEntry("status", "failed")
                .containsEntry("validate_value", null)
                .extracting("error")
                .asString()
                .contains("regParam", "-1.0");
    }

    @Test
    void tooManyFailuresEndTheStepButAreRecorded(SparkSession spark) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        Loans.put(lake, Generated.rows(spark, 2000, 50, 1));
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        candidates.put("wrong", new Candidate.Xgboost(Map.of("maxDepth", List.of(-2.0, -3.0))));
        TrainWork work = new TrainWork(Loans.features(), Loans.train(candidates, Loans.noGuards()), 0.5);

        assertThatThrownBy(() -> lake.run(work, Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_FAILED))
                .hasMessageStartingWith("2 of 3 trials failed and 0 were not started in time (search.max_failed 0.4")
                .hasMessageContaining(
                        "the first, wrong 1/2 (maxDepth=-2.0): ml.dmlc.xgboost4j.java.XGBoostError: value -2 for Parameter max_depth");
        assertThat(lake.metadata("candidates"))
                .extracting(t -> t.get("status"))
                .containsExactly("ok", "failed", "failed");
    }

    @Test
    void guardsNameWhatLooksWrong(SparkSession spark) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        Dataset<Row> rows = Generated.rows(spark, 2000, 50, 1)
                .withColumn("noise", col("label").multiply(2).plus(col("noise").multiply(0.01)))
                .withColumn("n", lit(7));
        Loans.put(lake, rows);
        Train.Guards guards = new Train.Guards(Optional.of(0.95), Optional.of(1e-5));
        TrainWork work = new TrainWork(Loans.features(), Loans.train(Loans.candidates(), guards), 0.5);

        assertThatThrownBy(() -> lake.run(work, Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_FAILED))
                .hasMessage("features look wrong in the training rows: variance of n is 0.000, below min_variance"
                        + " 1.000e-05; correlation of noise with the label is 1.0000, above max_label_corr 0.9500: it"
                        + " gives the label away");
    }

    @Test
    void labelsOfOneClassAreNotEnough(SparkSession spark) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        Loans.put(
                lake,
                Generated.rows(spark, 1000, 50, 1)
                        .withColumn(
                                "label",
                                when(col("as_of").lt("2024-02-14"), col("label"))
                                        .otherwise(0.0)));
        TrainWork work = new TrainWork(Loans.features(), Loans.train(Loans.candidates(), Loans.noGuards()), 0.5);

        assertThatThrownBy(() -> lake.run(work, Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_DATA))
                .hasMessageStartingWith(
                        "each of train, validate and test needs rows with label 1 and with label 0, found train ")
                .hasMessageEndingWith(", test 0 of 81 rows with label 1");
        assertThat(lake.tables().latest(TrainWork.trainingTable(Loans.FEATURES)))
                .isEmpty();
    }

    private static double value(List<Map<String, Object>> trials, int trial) {
        return (double) trials.get(trial).get("validate_value");
    }
}
