package dev.sluice.pipeline;

import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.port.MetricHistory;
import dev.sluice.quality.MetricRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** What the pipeline's runs measured of a table before an interval, read when first asked for. */
public final class EarlierMetrics implements MetricHistory {
    private final History history;
    private final TableName table;
    private final boolean published;
    private final Interval now;
    private final ZoneId zone;
    private Map<String, NavigableMap<Instant, Newest>> known;

    /**
     * Before an interval.
     *
     * @param published whether it was measured of the published table, or of what was about to be published
     */
    public EarlierMetrics(History history, TableName table, boolean published, Interval now, ZoneId zone) {
        this.history = history;
        this.table = table;
        this.published = published;
        this.now = now;
        this.zone = zone;
    }

    private record Newest(Instant recorded, Point point) {
        static Newest of(Newest one, Newest other) {
            return one.recorded.isBefore(other.recorded) ? other : one;
        }
    }

    @Override
    public List<Point> of(String analyzer) {
        if (known == null) {
            known = read();
        }
        return known.getOrDefault(analyzer, new TreeMap<>()).values().stream()
                .map(Newest::point)
                .toList();
    }

    private Map<String, NavigableMap<Instant, Newest>> read() {
        Map<String, NavigableMap<Instant, Newest>> found = new HashMap<>();
        String length = now.length(zone);
        history.scan(MetricRows.KIND, row -> {
            Interval interval = new Interval(time(row, "interval_from"), time(row, "interval_to"));
            if (isOfTheTable(row)
                    && !interval.to().isAfter(now.from())
                    && interval.length(zone).equals(length)) {
                found.computeIfAbsent(row.getAs("analyzer"), any -> new TreeMap<>())
                        .merge(
                                interval.from(),
                                new Newest(time(row, "recorded"), new Point(interval, row.<Double>getAs("value"))),
                                Newest::of);
            }
            return true;
        });
        return found;
    }

    private boolean isOfTheTable(Row row) {
        return row.getAs("table_name").equals(table.text())
                && row.getAs("tags").equals(MetricRows.NO_TAGS)
                && row.getAs("table_version") != null == published
                && row.getAs("value") != null;
    }

    private static Instant time(Row row, String column) {
        return row.<Timestamp>getAs(column).toInstant();
    }
}
