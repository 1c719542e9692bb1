package dev.sluice.step.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.frame.Columns;
import dev.sluice.model.Part;
import dev.sluice.model.Trainer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Labelled feature rows and what their parts hold; pure of tables. */
final class TrainingRows {
    private TrainingRows() {}

    /** Rows of a part, and how many of them are positive. */
    record Counts(long rows, long positives) {}

    /**
     * Refuses rows that share a key, each of which would meet the labels of all.
     *
     * @param table where they come from
     * @throws SluiceException INPUT_MALFORMED naming such a key, and how many there are
     */
    static void requireOneOfEach(Dataset<Row> labelled, List<String> key, TableName table) {
        Column[] columns = key.stream().map(name -> col(Columns.quoted(name))).toArray(Column[]::new);
        Row shared = labelled.groupBy(columns)
                .agg(count(lit(1)).as("__rows"))
                .where(col("__rows").gt(1))
                .agg(count(lit(1)), min(to_json(struct(columns), Map.of("ignoreNullFields", "false"))))
                .first();
        if (shared.getLong(0) > 0) {
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    String.format(
                            Locale.ROOT,
                            "rows of %s share %,d %s (%s), such as %s: which label is whose cannot be told",
                            table,
                            shared.getLong(0),
                            shared.getLong(0) == 1 ? "key" : "keys",
                            String.join(", ", key),
                            shared.getString(1)),
                    "name the columns in features.spine.key that make a row unique, or keep such rows out of the spine table"
                            + " by a check (unique)");
        }
    }

    /**
     * Rows and positives of each part.
     *
     * @throws SluiceException PLAN_INVALID when a label is neither 0 nor 1; NOT_ENOUGH_DATA when a part has no rows, or rows of
     *     one class only
     */
    static Map<Part, Counts> counts(Dataset<Row> parts) {
        Map<Part, Counts> counts = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            counts.put(part, new Counts(0, 0));
        }
        Column strange =
                col(FeaturePlan.LABEL).notEqual(0).and(col(FeaturePlan.LABEL).notEqual(1));
        long wrong = 0;
        for (Row row : parts.groupBy(Trainer.SPLIT)
                .agg(
                        count(lit(1)),
                        sum(col(FeaturePlan.LABEL)),
                        sum(when(strange, 1L).otherwise(0L)))
                .collectAsList()) {
            counts.put(Part.valueOf(row.getString(0).toUpperCase(Locale.ROOT)), new Counts(row.getLong(1), (long)
                    row.getDouble(2)));
            wrong += row.getLong(3);
        }
        if (wrong > 0) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    wrong + " labels are neither 0 nor 1",
                    "make features.label.expr give 1, 0 or NULL");
        }
        if (counts.values().stream().anyMatch(c -> c.positives() == 0 || c.positives() == c.rows())) {
            throw new SluiceException(
                    ErrorCode.NOT_ENOUGH_DATA,
                    "each of train, validate and test needs rows with label 1 and with label 0, found "
                            + counts.entrySet().stream()
                                    .map(c -> c.getKey().word() + " "
                                            + c.getValue().positives() + " of "
                                            + c.getValue().rows() + " rows with label 1")
                                    .collect(Collectors.joining(", ")),
                    "widen train.window, make the features of more days, or split otherwise (train.split)");
        }
        return counts;
    }
}
