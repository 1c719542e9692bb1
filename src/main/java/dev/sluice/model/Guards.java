package dev.sluice.model;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.corr;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.var_samp;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Finds numbers that cannot be right before anything is trained on them. */
final class Guards {
    private Guards() {}

    /**
     * Passes when every number has a value somewhere, varies enough and does not give the label away; one pass.
     *
     * @param rows training rows with the column {@code label}
     * @throws SluiceException TRAINING_FAILED naming every column that is out of bounds
     */
    static void check(Dataset<Row> rows, List<String> numbers, Train.Guards limits) {
        if (numbers.isEmpty()) {
            return;
        }
        List<Column> measured = new ArrayList<>();
        for (String column : numbers) {
            Column value = col(Columns.quoted(column)).cast("double");
            Column present = when(isnan(value), null).otherwise(value);
            measured.add(count(present));
            measured.add(var_samp(present));
            measured.add(corr(present, when(present.isNotNull(), col(Scores.LABEL))));
        }
        Row found = rows.select(measured.toArray(Column[]::new)).first();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            String column = numbers.get(i);
            if (found.getLong(3 * i) == 0) {
                problems.add(column + " has no value in any training row");
                continue;
            }
            double variance = found.isNullAt(3 * i + 1) ? 0 : found.getDouble(3 * i + 1);
            double correlation = found.isNullAt(3 * i + 2) ? 0 : Math.abs(found.getDouble(3 * i + 2));
            if (limits.minVariance().isPresent()
                    && variance < limits.minVariance().get()) {
                problems.add(said(
                        "variance of %s is %.4g, below min_variance %.4g",
                        column, variance, limits.minVariance().get()));
            }
            if (limits.maxLabelCorr().isPresent()
                    && correlation > limits.maxLabelCorr().get()) {
                problems.add(said(
                        "correlation of %s with the label is %.4f, above max_label_corr %.4f: it gives the label away",
                        column, correlation, limits.maxLabelCorr().get()));
            }
        }
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TRAINING_FAILED,
                    "features look wrong in the training rows: " + String.join("; ", problems),
                    "take the feature out or repair it, or change train.prepare.guards if it is right");
        }
    }

    private static String said(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
