package dev.sluice.step.evaluate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.frame.Columns;
import dev.sluice.model.Models;
import dev.sluice.model.Scores;
import dev.sluice.model.Slice;
import dev.sluice.stats.ScoreCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Test rows with what each model says of them.
 *
 * @param rows the rows' own columns and one of probabilities per model
 * @param models their names, in the order of these columns
 */
record TestScores(Dataset<Row> rows, List<String> models) {
    private static final String NO_VALUE = "(null)";

    /** Scores rows by every model; lazy. */
    static TestScores of(Dataset<Row> rows, Map<String, PipelineModel> models) {
        List<Column> columns = new ArrayList<>(
                Arrays.stream(rows.columns()).map(c -> col(Columns.quoted(c))).toList());
        Dataset<Row> scored = rows;
        List<String> names = List.copyOf(models.keySet());
        for (int i = 0; i < names.size(); i++) {
            columns.add(Models.probability().as(column(i)));
            scored = models.get(names.get(i)).transform(scored).select(columns.toArray(Column[]::new));
            columns.set(columns.size() - 1, col(column(i)));
        }
        return new TestScores(scored, names);
    }

    /**
     * Counts every model on all rows and on each value of some columns, in one pass.
     *
     * @param slicedBy columns of the rows
     */
    Map<String, Map<Slice, ScoreCounts>> count(List<String> slicedBy) {
        List<Column> scores = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            scores.add(struct(lit(models.get(i)).as("model"), col(column(i)).as(Scores.PROBABILITY)));
        }
        List<Column> slices = new ArrayList<>(List.of(slice(lit(Slice.ALL.column()), lit(Slice.ALL.value()))));
        for (String by : slicedBy) {
            slices.add(slice(lit(by), coalesce(col(Columns.quoted(by)).cast("string"), lit(NO_VALUE))));
        }
        Dataset<Row> each = rows.select(
                        col(Scores.LABEL),
                        array(scores.toArray(Column[]::new)).as("scores"),
                        explode(array(slices.toArray(Column[]::new))).as("slice"))
                .select(
                        col(Scores.LABEL),
                        col("slice.*"),
                        explode(col("scores")).as("score"))
                .select(Scores.LABEL, "column", "value", "score.*");
        Map<String, Map<Slice, ScoreCounts>> counts = new LinkedHashMap<>();
        models.forEach(model -> counts.put(model, new LinkedHashMap<>()));
        Scores.count(each, List.of("model", "column", "value"))
                .forEach((key, counted) -> counts.get(key.get(0)).put(new Slice(key.get(1), key.get(2)), counted));
        return counts;
    }

    /** The probabilities of one model. */
    Dataset<Row> probabilities(String model) {
        return rows.select(col(column(models.indexOf(model))).as(Scores.PROBABILITY));
    }

    private static Column slice(Column column, Column value) {
        return struct(column.as("column"), value.as("value"));
    }

    private static String column(int model) {
        return "__probability_" + model;
    }
}
