package dev.sluice.feature;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.core.Interval;
import dev.sluice.frame.Columns;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The spine rows that a run is about: those whose date column names a local date that the interval touches, so that the cost
 * of a day follows the day; all rows where there is no date column.
 *
 * @param by column of type date of the spine table
 * @param interval also what {@code ${run:interval.from}} and {@code ${run:interval.to}} stand for
 */
public record Slice(Optional<String> by, Interval interval, ZoneId zone) {
    private static final String DATE = "date";

    public Slice {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(zone, "zone");
    }

    /**
     * These rows of the spine table.
     *
     * @throws SluiceException PLAN_INVALID when the date column is of another type
     */
    public Dataset<Row> of(Dataset<Row> table) {
        if (by.isEmpty()) {
            return table;
        }
        Dataset<Row> date = Columns.select(table, Map.of(DATE, Columns.quoted(by.get())), "the date of the spine");
        Columns.requireDate(date, DATE, by.get());
        List<LocalDate> dates = interval.dates(zone);
        return table.where(col(Columns.quoted(by.get())).between(lit(dates.get(0)), lit(dates.get(dates.size() - 1))));
    }
}
