package dev.sluice.model;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.config.Train;
import dev.sluice.frame.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Columns to a vector, as stock Spark ML stages that any Spark ML reader loads: numbers cast to double and filled where they are
 * missing, NaN or infinite, then one
 * place per level of each category and a last one for nulls, unseen and rare levels. The numbers come first in the vector.
 */
final class Preparation {
    /** The vector. */
    static final String FEATURES = "features";

    static final String NUMBER = "__number";
    static final String FILLED = "__filled";
    static final String LEVEL = "__level";
    static final String PLACE = "__place";

    private Preparation() {}

    /** Fits the stages to training rows; equal rows in equal order give equal stages. */
    static PipelineModel fit(Dataset<Row> rows, ModelColumns columns, Train.Prepare settings) {
        List<Transformer> stages = new ArrayList<>();
        Dataset<Row> prepared = rows;
        if (!columns.numbers().isEmpty()) {
            Transformer cast = new SQLTransformer("numbers").setStatement(casts(columns.numbers()));
            prepared = add(stages, cast, prepared);
            Transformer fill = new Imputer("filled")
                    .setStrategy(settings.numeric().impute().name().toLowerCase(Locale.ROOT))
                    .setInputCols(named(columns.numbers(), NUMBER))
                    .setOutputCols(named(columns.numbers(), FILLED))
                    .fit(prepared);
            prepared = add(stages, fill, prepared);
        }
        if (!columns.categories().isEmpty()) {
            String[][] levels =
                    levels(rows, columns.categories(), settings.categorical().maxLevels());
            Transformer index = new StringIndexerModel("levels", levels)
                    .setInputCols(columns.categories().toArray(String[]::new))
                    .setOutputCols(named(columns.categories(), LEVEL))
                    .setHandleInvalid("keep");
            prepared = add(stages, index, prepared);
            Transformer places = new OneHotEncoder("places")
                    .setInputCols(named(columns.categories(), LEVEL))
                    .setOutputCols(named(columns.categories(), PLACE))
                    .setDropLast(false)
                    .fit(prepared);
            prepared = add(stages, places, prepared);
        }
        Transformer assemble = new VectorAssembler(FEATURES)
                .setInputCols(Stream.concat(
                                Stream.of(named(columns.numbers(), FILLED)),
                                Stream.of(named(columns.categories(), PLACE)))
                        .toArray(String[]::new))
                .setOutputCol(FEATURES);
        stages.add(assemble);
        return new PipelineModel("preparation", stages);
    }

    private static Dataset<Row> add(List<Transformer> stages, Transformer stage, Dataset<Row> rows) {
        stages.add(stage);
        return stage.transform(rows);
    }

    private static String[] named(List<String> columns, String suffix) {
        return columns.stream().map(column -> column + suffix).toArray(String[]::new);
    }

    /** An infinite number is one without value: in a weighted sum it would leave nothing of the others. */
    private static String casts(List<String> numbers) {
        return numbers.stream()
                .map(column -> {
                    String number = "CAST(" + Columns.quoted(column) + " AS DOUBLE)";
                    return "IF(abs(" + number + ") < double('Infinity'), " + number + ", NULL) AS "
                            + Columns.quoted(column + NUMBER);
                })
                .collect(Collectors.joining(", ", "SELECT *, ", " FROM __THIS__"));
    }

    /** The most frequent levels of each column, ties in order of name; all columns in one pass, at most {@code most} come back. */
    private static String[][] levels(Dataset<Row> rows, List<String> columns, int most) {
        Column cells = array(columns.stream()
                .map(c -> struct(
                        lit(c).as("column"),
                        col(Columns.quoted(c)).cast("string").as("level")))
                .toArray(Column[]::new));
        Map<String, List<String>> levels = rows
                .select(explode(cells).as("cell"))
                .select("cell.*")
                .where("level IS NOT NULL")
                .groupBy("column", "level")
                .agg(count(lit(1)).as("n"))
                .withColumn(
                        "rank",
                        row_number()
                                .over(Window.partitionBy("column")
                                        .orderBy(col("n").desc(), col("level").asc())))
                .where(col("rank").leq(most))
                .orderBy("column", "rank")
                .collectAsList()
                .stream()
                .collect(Collectors.groupingBy(
                        row -> row.getString(0), Collectors.mapping(row -> row.getString(1), Collectors.toList())));
        return columns.stream()
                .map(c -> levels.getOrDefault(c, List.of()).toArray(String[]::new))
                .toArray(String[][]::new);
    }
}
