package dev.sluice.step.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.isnull;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.config.Train;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.frame.Columns;
import dev.sluice.model.Part;
import dev.sluice.model.Trainer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * By the hash of columns: its place among all hashes, from 0 to 1, falls into train, validate or test as their shares lie one
 * after another. That depends on nothing but the values (XXH64 of their texts), so that rows with the same values have the
 * same part for as long as the shares are the same, whatever rows there are besides.
 *
 * <p>Stratified, the place is that among the hashes of the same stratum: shares are kept to the row in each, and a row may get
 * another part when rows are added. Rows of one hash have one part there too: their stratum is the largest of theirs.
 *
 * @param label name that the pipeline gives the label
 */
record SplitByHash(Train.Split settings, String label) implements RowSplit {
    private static final String GROUP = "__group";
    private static final String STRATUM = "__stratum";

    @Override
    public Dataset<Row> parts(Dataset<Row> labelled) {
        Column hash = hash(settings.hash());
        if (settings.stratify().isEmpty()) {
            // The upper 53 bits are a double exactly.
            Column place = shiftrightunsigned(hash, 11).cast("double").multiply(lit(0x1.0p-53));
            return labelled.withColumn(Trainer.SPLIT, part(place));
        }
        Column stratum = col(Columns.quoted(stratum(settings.stratify().get())));
        Dataset<Row> places = labelled.groupBy(hash.as(GROUP))
                .agg(max(stratum).as(STRATUM))
                .select(
                        col(GROUP),
                        part(row_number()
                                        .over(Window.partitionBy(STRATUM).orderBy(GROUP))
                                        .minus(0.5)
                                        .divide(count(lit(1)).over(Window.partitionBy(STRATUM))))
                                .as(Trainer.SPLIT));
        return labelled.withColumn(GROUP, hash).join(places, GROUP).drop(GROUP);
    }

    private String stratum(String column) {
        return column.equalsIgnoreCase(label) ? FeaturePlan.LABEL : column;
    }

    private Column part(Column place) {
        return when(place.lt(settings.train()), Part.TRAIN.word())
                .when(place.lt(settings.train() + settings.validate()), Part.VALIDATE.word())
                .otherwise(Part.TEST.word());
    }

    /** Of texts, so that a column whose type is widened keeps its parts; a missing value counts as one. */
    private static Column hash(List<String> columns) {
        return xxhash64(columns.stream()
                .map(name -> col(Columns.quoted(name)))
                .flatMap(column -> Stream.of(column.cast("string"), isnull(column)))
                .toArray(Column[]::new));
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("split", text());
    }

    @Override
    public String text() {
        return "by the hash of " + String.join(", ", settings.hash())
                + settings.stratify().map(column -> ", in each " + column).orElse("");
    }
}
