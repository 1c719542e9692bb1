package dev.sluice.step.train;

import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.model.Part;
import dev.sluice.model.TimeSplit;
import dev.sluice.model.Trainer;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Labelled feature rows and how they are split; pure of tables. */
final class TrainingRows {
    private TrainingRows() {}

    /** Rows of a part, and how many of them are positive. */
    record Counts(long rows, long positives) {}

    /**
     * Feature rows with their labels: decision time within the window, label there and known by the interval's end.
     *
     * @param labels key, label and known-at
     */
    static Dataset<Row> labelled(
            Dataset<Row> features, Dataset<Row> labels, List<String> key, Interval interval, Train settings) {
        Column known = col(FeaturePlan.LABEL)
                .isNotNull()
                .and(col(FeaturePlan.LABEL_KNOWN_AT).leq(at(interval.to())));
        Column within = col(FeaturePlan.AS_OF)
                .geq(at(interval.to().minus(settings.window())))
                .and(col(FeaturePlan.AS_OF).lt(at(interval.to())));
        return features.where(within).join(labels.where(known), key.toArray(String[]::new));
    }

    /**
     * Where the rows are cut.
     *
     * @throws SluiceException NOT_ENOUGH_DATA when there are too few dates; PLAN_INVALID when a label is neither 0 nor 1
     */
    static TimeSplit split(Dataset<Row> labelled, Train.Split shares, ZoneId zone) {
        Column strange =
                col(FeaturePlan.LABEL).notEqual(0).and(col(FeaturePlan.LABEL).notEqual(1));
        List<Row> days = labelled.groupBy(to_date(call_udf(
                                "convert_timezone",
                                lit(zone.getId()),
                                col(FeaturePlan.AS_OF).cast("timestamp_ntz")))
                        .as("day"))
                .agg(count(lit(1)), sum(when(strange, 1L).otherwise(0L)))
                .collectAsList();
        SortedMap<LocalDate, Long> rows = new TreeMap<>();
        long wrong = 0;
        for (Row day : days) {
            rows.put(day.<Date>getAs(0).toLocalDate(), day.getLong(1));
            wrong += day.getLong(2);
        }
        if (wrong > 0) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    wrong + " labels are neither 0 nor 1",
                    "make features.label.expr give 1, 0 or NULL");
        }
        return TimeSplit.cut(rows, shares, zone);
    }

    /** The rows with the column {@code split}; those in a gap are left out. */
    static Dataset<Row> parts(Dataset<Row> labelled, TimeSplit split) {
        Column asOf = col(FeaturePlan.AS_OF);
        Column part = when(asOf.lt(at(split.trainTo())), Part.TRAIN.word())
                .when(asOf.geq(at(split.validateFrom())).and(asOf.lt(at(split.validateTo()))), Part.VALIDATE.word())
                .when(asOf.geq(at(split.testFrom())), Part.TEST.word());
        return labelled.withColumn(Trainer.SPLIT, part).where(col(Trainer.SPLIT).isNotNull());
    }

    /**
     * Rows and positives of each part.
     *
     * @throws SluiceException NOT_ENOUGH_DATA when a part has no rows, or rows of one class only
     */
    static Map<Part, Counts> counts(Dataset<Row> parts) {
        Map<Part, Counts> counts = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            counts.put(part, new Counts(0, 0));
        }
        parts.groupBy(Trainer.SPLIT)
                .agg(count(lit(1)), sum(col(FeaturePlan.LABEL)))
                .collectAsList()
                .forEach(row -> counts.put(
                        Part.valueOf(row.getString(0).toUpperCase(Locale.ROOT)),
                        new Counts(row.getLong(1), (long) row.getDouble(2))));
        if (counts.values().stream().anyMatch(c -> c.positives() == 0 || c.positives() == c.rows())) {
            throw new SluiceException(
                    ErrorCode.NOT_ENOUGH_DATA,
                    "each of train, validate and test needs rows with label 1 and with label 0, found "
                            + counts.entrySet().stream()
                                    .map(c -> c.getKey().word() + " "
                                            + c.getValue().positives() + " of "
                                            + c.getValue().rows() + " rows with label 1")
                                    .collect(Collectors.joining(", ")),
                    "widen train.window, make the gap smaller, or make the features of more days");
        }
        return counts;
    }

    private static Column at(Instant instant) {
        return lit(Timestamp.from(instant));
    }
}
