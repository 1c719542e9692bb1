package dev.sluice.model;

import static org.apache.spark.sql.functions.col;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a model goes by: the share of each feature, a category's places together, largest first.
 *
 * @param measure how the shares are made: {@code coefficients} (|coefficient| times standard deviation of its place) or
 *     {@code gain} (loss taken away by the splits)
 * @param shares by feature; 1 together, or all 0 when the model goes by nothing
 */
public record Explanation(String measure, Map<String, Double> shares) {
    public Explanation {
        shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    }

    /**
     * Explains a model of {@link Models}.
     *
     * @param rows with its features; their spread weighs coefficients
     */
    public static Explanation of(PipelineModel model, Dataset<Row> rows) {
        Transformer last = model.stages()[model.stages().length - 1];
        Slots slots = Slots.of(model);
        if (last instanceof GBTClassificationModel trees) {
            return new Explanation(
                    "gain", shares(slots, trees.featureImportances().toArray()));
        }
        double[] weights = ((LogisticRegressionModel) last).coefficients().toArray();
        Row spread = model.transform(rows)
                .select(Summarizer.std(col(Preparation.FEATURES)))
                .first();
        double[] deviations = spread.<Vector>getAs(0).toArray();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.abs(weights[i] * deviations[i]);
        }
        return new Explanation("coefficients", shares(slots, weights));
    }

    private static Map<String, Double> shares(Slots slots, double[] weights) {
        Map<String, Double> sums = new LinkedHashMap<>();
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            sums.merge(slots.columns().get(i), weights[i], Double::sum);
            total += weights[i];
        }
        List<Map.Entry<String, Double>> sorted = sums.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .toList();
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Map.Entry<String, Double> entry : sorted) {
            shares.put(entry.getKey(), total == 0 ? 0 : entry.getValue() / total);
        }
        return shares;
    }
}
