package dev.sluice.step.monitor;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.core.Interval;
import dev.sluice.quality.Verdict;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The rows of the monitor table: a measurement each, with the interval and the model version that it is about. */
final class MonitorTable {
    /** Name of the decision row that holds the interval's own verdict. */
    static final String INTERVAL = "interval";

    /** Name of the decision row that holds what the record of all intervals up to this one asks for. */
    static final String RETRAIN = "retrain";

    static final StructType COLUMNS = new StructType()
            .add("interval_date", DataTypes.DateType)
            .add("interval_from", DataTypes.TimestampType)
            .add("interval_to", DataTypes.TimestampType)
            .add("model_version", DataTypes.StringType)
            .add("kind", DataTypes.StringType)
            .add("name", DataTypes.StringType)
            .add("day", DataTypes.DateType)
            .add("value", DataTypes.DoubleType)
            .add("baseline", DataTypes.DoubleType)
            .add("bound", DataTypes.DoubleType)
            .add("status", DataTypes.StringType)
            .add("rows", DataTypes.LongType)
            .add("definition", DataTypes.StringType)
            .add("reason", DataTypes.StringType);

    private MonitorTable() {}

    /** What an earlier run about this interval wrote. */
    static String slice(Interval interval, ZoneId zone) {
        List<LocalDate> dates = interval.dates(zone);
        return "interval_date >= DATE'" + dates.get(0) + "' AND interval_date <= DATE'" + dates.get(dates.size() - 1)
                + "'";
    }

    static Row row(Measurement measured, String modelVersion, Interval interval, ZoneId zone) {
        return RowFactory.create(
                Date.valueOf(interval.dates(zone).get(0)),
                Timestamp.from(interval.from()),
                Timestamp.from(interval.to()),
                modelVersion,
                measured.kind().word(),
                measured.name(),
                measured.day().map(Date::valueOf).orElse(null),
                number(measured.value()),
                number(measured.baseline()),
                number(measured.bound()),
                measured.verdict().map(Verdict::word).orElse("recorded"),
                measured.rows(),
                measured.definition(),
                measured.reason());
    }

    /**
     * Verdicts of the newest intervals before this one in which this model version scored, newest first. Later ones do not
     * count, so that a re-run and a backfill in any order say the same.
     */
    static List<Verdict> earlier(Dataset<Row> table, String modelVersion, Interval interval, int most) {
        return table
                .where(col("kind")
                        .equalTo(Measurement.Kind.DECISION.word())
                        .and(col("name").equalTo(INTERVAL))
                        .and(col("model_version").equalTo(modelVersion))
                        .and(col("interval_from").lt(lit(Timestamp.from(interval.from())))))
                .orderBy(col("interval_from").desc())
                .limit(most)
                .select("status")
                .collectAsList()
                .stream()
                .map(row -> Verdict.of(row.getString(0)))
                .toList();
    }

    private static Double number(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
