package dev.sluice.model;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Train;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XgboostTreesTest {
    static final Train.Prepare PREPARE = new Train.Prepare(
            new Train.Categorical(List.of("kind"), 3),
            new Train.Numeric(Train.Impute.MEDIAN, Train.Scale.STANDARD),
            new Train.Guards(Optional.empty(), Optional.empty()));

    @ParameterizedTest
    @ValueSource(
            floats = {0f, 1f, -1f, 0.5f, 1.7e6f, 16777216f, 33554436f, 3e-12f, -2.7e9f, Float.MIN_VALUE, Float.MAX_VALUE
            })
    void theThresholdIsTheLargestDoubleThatXgboostSendsLeft(float t) {
        double below = XgboostTrees.largestBelow(t);

        assertThat((float) below).isLessThan(t);
        assertThat((float) Math.nextUp(below)).isGreaterThanOrEqualTo(t);
    }

    @Test
    @SparkTest
    void sparksTreesGiveWhatXgboostGives(SparkSession spark, @TempDir Path dir) throws Exception {
        Dataset<Row> rows = Generated.rows(spark, 4000, 40, 3).repartition(1).sortWithinPartitions("id");
        ModelColumns columns = new ModelColumns(List.of("x", "n", "flag", "noise"), List.of("kind"));
        PipelineModel preparation = Preparation.fit(rows, columns, PREPARE);
        Slots slots = Slots.of(preparation);
        Dataset<Row> prepared =
                preparation.transform(rows).select("id", "features", "label").cache();
        Map<String, Double> params = Map.of("maxDepth", 5.0, "numRound", 60.0, "eta", 0.2, "subsample", 0.8);
        byte[] json = prepared.select("features", "label")
                .mapPartitions(XgboostFit.of(params, 7, slots), Encoders.BINARY())
                .first();

        GBTClassificationModel model = XgboostTrees.model(json, slots);
        String saved = dir.resolve("model").toString();
        Models.save(
                new PipelineModel(
                        "model",
                        List.<Transformer>of(
                                preparation.stages()[0],
                                preparation.stages()[1],
                                preparation.stages()[2],
                                preparation.stages()[3],
                                preparation.stages()[4],
                                model)),
                saved);
        List<Row> given = Models.load(spark, saved)
                .transform(rows)
                .orderBy("id")
                .select(col("features"), col("label"), Models.probability(), col("prediction"))
                .collectAsList();

        Booster booster = XGBoost.loadModel(json);
        DMatrix matrix = XgboostFit.matrix(given.iterator(), slots);
        float[][] wanted = booster.predict(matrix);
        assertThat(slots.columns()).containsExactly("x", "n", "flag", "noise", "kind", "kind", "kind", "kind");
        assertThat(given).hasSize(4000);
        double worst = 0;
        for (int i = 0; i < given.size(); i++) {
            worst = Math.max(worst, Math.abs(given.get(i).getDouble(2) - wanted[i][0]));
            assertThat(given.get(i).getDouble(3)).isEqualTo(given.get(i).getDouble(2) > 0.5 ? 1.0 : 0.0);
        }
        assertThat(worst).isLessThan(1e-6).isGreaterThan(0);
        Vector importances = model.featureImportances();
        assertThat(importances.argmax()).isZero();
    }
}
