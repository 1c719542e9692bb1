package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.tree.ContinuousSplit;
import org.apache.spark.ml.tree.InternalNode;
import org.apache.spark.ml.tree.LeafNode;
import org.apache.spark.ml.tree.Node;
import org.apache.spark.mllib.tree.impurity.VarianceCalculator;

/**
 * XGBoost's trees as Spark ML's own boosted trees, so that the model loads wherever Spark ML does, in Python too, and
 * scores without XGBoost. Probabilities differ by rounding alone: XGBoost adds leaves as floats, Spark as doubles.
 *
 * <p>XGBoost (objective {@code binary:logistic}) gives {@code 1 / (1 + exp(-m))} with m = logit(base_score) + the sum of the
 * leaves; a row goes left where {@code (float) x < t}. Spark gives {@code 1 / (1 + exp(-2 m))} and goes left where {@code x <=
 * t}, in doubles. So leaves are halved, the base score is a tree of one leaf, and each t becomes the largest double that
 * XGBoost sends left.
 *
 * <p>Numbers are never missing here. A place of a category that is 0 is missing to XGBoost, see {@link XgboostFit}: there a 0
 * goes the default way.
 *
 * <p>The constructors of Spark's nodes and models used here are meant for Spark itself (Scala {@code private[ml]}); they
 * are those its own reader of saved models calls.
 */
final class XgboostTrees {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Slots slots;

    private XgboostTrees(Slots slots) {
        this.slots = slots;
    }

    /**
     * The model of an XGBoost model in its JSON format. Its feature importances are shares of the total gain.
     *
     * @param slots the vector that it was fitted on by {@link XgboostFit}
     */
    static GBTClassificationModel model(byte[] json, Slots slots) {
        JsonNode learner = read(json).path("learner");
        double base = number(learner.path("learner_model_param").path("base_score"));
        List<Node> roots = new ArrayList<>();
        roots.add(leaf(Math.log(base / (1 - base))));
        XgboostTrees trees = new XgboostTrees(slots);
        for (JsonNode tree : learner.path("gradient_booster").path("model").path("trees")) {
            roots.add(trees.node(tree, 0));
        }
        DecisionTreeRegressionModel[] models = new DecisionTreeRegressionModel[roots.size()];
        for (int i = 0; i < models.length; i++) {
            models[i] = new DecisionTreeRegressionModel("tree" + i, roots.get(i), slots.size());
        }
        double[] weights = new double[models.length];
        Arrays.fill(weights, 1);
        return new GBTClassificationModel("trees", models, weights, slots.size());
    }

    private Node node(JsonNode tree, int id) {
        int left = tree.path("left_children").path(id).asInt();
        float value = (float) tree.path("split_conditions").path(id).asDouble();
        if (left < 0) {
            return leaf(value);
        }
        int slot = tree.path("split_indices").path(id).asInt();
        Node lower = node(tree, left);
        Node upper = node(tree, tree.path("right_children").path(id).asInt());
        double gain = tree.path("loss_changes").path(id).asDouble();
        if (slot < slots.numbers()) {
            return inner(gain, lower, upper, slot, largestBelow(value));
        }
        boolean defaultLeft = tree.path("default_left").path(id).asInt() != 0;
        Node zero = defaultLeft ? lower : upper;
        Node one = 1 < value ? lower : upper;
        return inner(gain, zero, one, slot, 0.5);
    }

    /** The largest double whose nearest float is below t. */
    static double largestBelow(float t) {
        double middle = (Math.nextDown(t) + (double) t) / 2;
        return (float) middle < t ? middle : Math.nextDown(middle);
    }

    private static Node leaf(double margin) {
        return new LeafNode(margin / 2, 0, counted());
    }

    private static Node inner(double gain, Node left, Node right, int slot, double threshold) {
        return new InternalNode(0, 0, gain, left, right, new ContinuousSplit(slot, threshold), counted());
    }

    /** Spark weighs a gain by the rows of its node; XGBoost's gain is a total already, so each node counts as one row. */
    private static VarianceCalculator counted() {
        return new VarianceCalculator(new double[] {1, 0, 0}, 1);
    }

    /** A number, or the text of one, or of a list of one: what XGBoost writes differs by version. */
    private static double number(JsonNode value) {
        return Double.parseDouble(value.asText().replaceAll("[\\[\\]]", ""));
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
