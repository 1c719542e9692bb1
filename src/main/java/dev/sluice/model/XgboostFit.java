package dev.sluice.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.LabeledPoint;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/**
 * Fits XGBoost to the rows of one Spark task, one thread: the same rows in the same order give the same model, and trials side by side
 * need no barrier that could starve them. Rows stream into XGBoost's own memory.
 *
 * @param params XGBoost's names
 */
record XgboostFit(Map<String, Object> params, int rounds, Slots slots) implements MapPartitionsFunction<Row, byte[]> {
    private static final Map<String, String> NAMES = Map.of(
            "maxDepth", "max_depth",
            "eta", "eta",
            "minChildWeight", "min_child_weight",
            "subsample", "subsample",
            "colsampleBytree", "colsample_bytree",
            "lambda", "lambda");
    private static final int ROUNDS = 100;

    /** A fit with parameters as a grid names them. */
    static XgboostFit of(Map<String, Double> grid, long seed, Slots slots) {
        Map<String, Object> params = new HashMap<>();
        params.put("objective", "binary:logistic");
        params.put("tree_method", "hist");
        params.put("nthread", 1);
        params.put("seed", (int) seed);
        params.put("verbosity", 0);
        params.put("validate_parameters", true);
        grid.forEach((name, value) -> {
            if (NAMES.containsKey(name)) {
                params.put(NAMES.get(name), name.equals("maxDepth") ? (Object) value.intValue() : value);
            }
        });
        return new XgboostFit(
                params, grid.getOrDefault("numRound", (double) ROUNDS).intValue(), slots);
    }

    /** Rows of (features, label) to one model in JSON; nothing for a partition without rows. */
    @Override
    public Iterator<byte[]> call(Iterator<Row> rows) throws XGBoostError {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        DMatrix matrix = matrix(rows, slots);
        try {
            Booster booster = XGBoost.train(matrix, params, rounds, Map.of(), null, null);
            try {
                return List.of(booster.toByteArray("json")).iterator();
            } finally {
                booster.dispose();
            }
        } finally {
            matrix.dispose();
        }
    }

    static DMatrix matrix(Iterator<Row> rows, Slots slots) throws XGBoostError {
        return new DMatrix(new Points(rows, slots), null);
    }

    /** All numbers, 0 too; of the other places those that are not 0. */
    private static LabeledPoint point(Vector features, double label, Slots slots) {
        int numbers = slots.numbers();
        int[] active = features.toSparse().indices();
        double[] values = features.toSparse().values();
        int others = 0;
        for (int index : active) {
            others += index >= numbers ? 1 : 0;
        }
        int[] indices = new int[numbers + others];
        float[] floats = new float[numbers + others];
        for (int i = 0; i < numbers; i++) {
            indices[i] = i;
        }
        int next = numbers;
        for (int i = 0; i < active.length; i++) {
            int index = active[i];
            int at = index < numbers ? index : next++;
            indices[at] = index;
            floats[at] = (float) values[i];
        }
        return new LabeledPoint((float) label, slots.size(), indices, floats);
    }

    private record Points(Iterator<Row> rows, Slots slots) implements Iterator<LabeledPoint> {
        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public LabeledPoint next() {
            Row row = rows.next();
            return point(row.getAs(0), row.getDouble(1), slots);
        }
    }
}
