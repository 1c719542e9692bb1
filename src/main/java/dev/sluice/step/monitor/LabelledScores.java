package dev.sluice.step.monitor;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.to_date;

import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.Slice;
import dev.sluice.frame.Columns;
import dev.sluice.model.Scores;
import dev.sluice.stats.ScoreCounts;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scored rows of one model version with the labels that are known by some time.
 *
 * @param plan tells key and label
 * @param tables the rows of each table that the plan names
 * @param scores the score table
 * @param by column of dates in spine and scores, by which both can be read in part; empty: they are read whole
 */
record LabelledScores(
        FeaturePlan plan,
        Function<TableName, Dataset<Row>> tables,
        Dataset<Row> scores,
        String modelVersion,
        Optional<String> by,
        ZoneId zone) {

    private static final String DAY = "day";

    /**
     * Counts of a window.
     *
     * @param all of its rows
     * @param days by local day of the decision time, of the days that begin in the window
     */
    record Window(ScoreCounts all, SortedMap<LocalDate, ScoreCounts> days) {
        static final Window EMPTY = new Window(ScoreCounts.none(), new TreeMap<>());
    }

    /**
     * Counts the rows whose decision time is at most this far before the newest one whose label is known.
     *
     * <p>Nobody says how late labels come, so it looks back a while, and twice as far while that was not enough: what is
     * read follows the window and the lateness, not the age of the tables.
     */
    Window window(Duration length, Instant knownBy) {
        Instant first = first();
        for (Duration reach = length.multipliedBy(2); ; reach = reach.multipliedBy(2)) {
            Instant back = knownBy.minus(reach);
            boolean all = !first.isBefore(back);
            Dataset<Row> known = known(new Interval(all ? first : back, knownBy));
            Optional<Instant> newest = newest(known);
            boolean enough = newest.isPresent() && !newest.get().minus(length).isBefore(back);
            if (enough || all) {
                return newest.map(end -> count(known, end.minus(length))).orElse(Window.EMPTY);
            }
        }
    }

    /** The start of the first day that there are scores of; of all days where there are no dates. */
    private Instant first() {
        return by.map(column -> scores.agg(min(col(Columns.quoted(column)))).first())
                .map(row -> row.getDate(0).toLocalDate().atStartOfDay(zone).toInstant())
                .orElse(Instant.EPOCH);
    }

    private Dataset<Row> known(Interval span) {
        Slice slice = new Slice(by, span, zone);
        Dataset<Row> labels = plan.labels(tables, slice)
                .where(col(FeaturePlan.LABEL)
                        .isNotNull()
                        .and(col(FeaturePlan.LABEL_KNOWN_AT).leq(lit(Timestamp.from(span.to())))));
        Dataset<Row> scored =
                slice.of(scores).where(col(MonitorWork.MODEL_VERSION).equalTo(modelVersion));
        return scored.join(labels, plan.spine().key().toArray(String[]::new), "inner")
                .select(
                        col(FeaturePlan.AS_OF),
                        col(Scores.PROBABILITY),
                        col(FeaturePlan.LABEL).as(Scores.LABEL));
    }

    private static Optional<Instant> newest(Dataset<Row> known) {
        return Optional.ofNullable(
                        known.agg(max(col(FeaturePlan.AS_OF))).first().getTimestamp(0))
                .map(Timestamp::toInstant);
    }

    private Window count(Dataset<Row> known, Instant from) {
        Dataset<Row> rows = known.where(col(FeaturePlan.AS_OF).geq(lit(Timestamp.from(from))))
                .withColumn(
                        DAY,
                        to_date(from_utc_timestamp(col(FeaturePlan.AS_OF), zone.getId()))
                                .cast("string"));
        ScoreCounts all = ScoreCounts.none();
        SortedMap<LocalDate, ScoreCounts> days = new TreeMap<>();
        for (Map.Entry<List<String>, ScoreCounts> group :
                Scores.count(rows, List.of(DAY)).entrySet()) {
            LocalDate day = LocalDate.parse(group.getKey().get(0));
            all = all.merge(group.getValue());
            if (!day.atStartOfDay(zone).toInstant().isBefore(from)) {
                days.put(day, group.getValue());
            }
        }
        return new Window(all, days);
    }
}
