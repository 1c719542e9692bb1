package dev.sluice.model;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Train.Candidate;
import dev.sluice.config.Train.Scale;
import dev.sluice.frame.Columns;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Fits candidates to prepared rows. Each model is a stock Spark ML classifier that adds {@code probability} (a vector, of 0
 * and 1) and {@code prediction} (1 where the probability is above the threshold, else 0).
 *
 * @param order columns whose values order the rows
 * @param threshold probability from which the decision is 1
 */
record Learner(Slots slots, List<String> order, Scale scale, long seed, double threshold) {
    Learner {
        order = List.copyOf(order);
    }

    /** The fitted classifier of one trial. */
    Transformer fit(Candidate candidate, Map<String, Double> params, Dataset<Row> rows) {
        if (candidate instanceof Candidate.Majority) {
            return majority(rows);
        }
        if (candidate instanceof Candidate.LogisticRegression) {
            return logistic(params, rows);
        }
        if (candidate instanceof Candidate.Xgboost) {
            return xgboost(params, rows);
        }
        throw new IllegalArgumentException("no learner for " + candidate);
    }

    /** The share of positives, for every row: a logistic regression that weighs nothing. */
    private Transformer majority(Dataset<Row> rows) {
        double share = rows.agg(avg(col(Scores.LABEL))).first().getDouble(0);
        return new LogisticRegressionModel(
                        "majority",
                        Vectors.sparse(slots.size(), new int[0], new double[0]),
                        Math.log(share / (1 - share)))
                .setThreshold(threshold);
    }

    private Transformer logistic(Map<String, Double> params, Dataset<Row> rows) {
        LogisticRegression regression = new LogisticRegression("logistic").setStandardization(scale == Scale.STANDARD);
        params.forEach((name, value) -> {
            if (name.equals("maxIter")) {
                regression.setMaxIter(value.intValue());
            } else {
                regression.set(name, value);
            }
        });
        return regression.fit(rows).setThreshold(threshold);
    }

    private Transformer xgboost(Map<String, Double> params, Dataset<Row> rows) {
        Dataset<Row> one = rows;
        if (rows.rdd().getNumPartitions() > 1) {
            one = rows.repartition(1)
                    .sortWithinPartitions(
                            order.stream().map(c -> col(Columns.quoted(c))).toArray(Column[]::new));
        }
        byte[] json = one.select(Preparation.FEATURES, Scores.LABEL)
                .mapPartitions(XgboostFit.of(params, seed, slots), Encoders.BINARY())
                .first();
        GBTClassificationModel model = XgboostTrees.model(json, slots);
        model.setThresholds(new double[] {1 - threshold, threshold});
        return model;
    }
}
