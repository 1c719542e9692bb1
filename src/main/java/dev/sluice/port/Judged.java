package dev.sluice.port;

import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.stats.TableProfile;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that are judged, and what is known of them.
 *
 * @param rows what is about to be published, or is
 * @param profile the profile of exactly these rows
 * @param key columns that identify a row, by which one can be named; none where there are none
 * @param sensitive columns whose values are told to nobody
 * @param interval the data time that the run is about
 * @param zone of the interval's local dates
 * @param others rows of the published tables that checks refer to
 * @param history what was measured of the table before
 */
public record Judged(
        Dataset<Row> rows,
        TableProfile profile,
        List<String> key,
        Set<String> sensitive,
        Interval interval,
        ZoneId zone,
        Function<TableName, Dataset<Row>> others,
        MetricHistory history) {
    public Judged {
        key = List.copyOf(key);
        sensitive = Set.copyOf(sensitive);
    }

    /** Rows of which nothing was measured before. */
    public Judged(
            Dataset<Row> rows,
            TableProfile profile,
            List<String> key,
            Set<String> sensitive,
            Interval interval,
            ZoneId zone,
            Function<TableName, Dataset<Row>> others) {
        this(rows, profile, key, sensitive, interval, zone, others, MetricHistory.NONE);
    }

    /** The same rows, of which these columns' values are told to nobody. */
    public Judged masking(Set<String> columns) {
        return new Judged(rows, profile, key, columns, interval, zone, others, history);
    }
}
