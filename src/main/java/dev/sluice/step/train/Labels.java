package dev.sluice.step.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Train;
import dev.sluice.core.Interval;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.frame.Columns;
import dev.sluice.quality.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the feature rows of a training's window have for a label, by the interval's end: a label counts as it stands in the spine
 * table, and only if it was known by then.
 */
final class Labels {
    private static final String KEY = "__key";
    private static final String SPINE = "__spine";
    private static final String STATE = "__label_state";

    /** What a feature row has. */
    enum State {
        LABELLED,
        /** Its label becomes known only after the interval, or nobody knows when. */
        IMMATURE,
        /** There will be none. */
        UNLABELLED,
        /** The spine table no longer has the row. */
        ORPHANED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Labels() {}

    /**
     * Feature rows whose decision time is within the window, each with the labels of its key, and what that makes of it.
     *
     * @param labels key, label and known-at
     */
    static Dataset<Row> of(
            Dataset<Row> features, Dataset<Row> labels, List<String> key, Interval interval, Train settings) {
        Column within = col(FeaturePlan.AS_OF)
                .geq(SplitByTime.at(interval.to().minus(settings.window())))
                .and(col(FeaturePlan.AS_OF).lt(SplitByTime.at(interval.to())));
        List<Column> named = new ArrayList<>(List.of(lit(true).as(SPINE)));
        Column same = lit(true);
        for (int i = 0; i < key.size(); i++) {
            named.add(col(Columns.quoted(key.get(i))).as(KEY + i));
            // A key without a value is a key: where nothing equals it, its row would be lost.
            same = same.and(col(Columns.quoted(key.get(i))).eqNullSafe(col(KEY + i)));
        }
        named.add(col(FeaturePlan.LABEL));
        named.add(col(FeaturePlan.LABEL_KNOWN_AT));
        Column known = col(FeaturePlan.LABEL_KNOWN_AT).leq(SplitByTime.at(interval.to()));
        return features.where(within)
                .join(labels.select(named.toArray(Column[]::new)), same, "left")
                .withColumn(
                        STATE,
                        when(col(SPINE).isNull(), State.ORPHANED.word())
                                .when(
                                        known,
                                        when(col(FeaturePlan.LABEL).isNull(), State.UNLABELLED.word())
                                                .otherwise(State.LABELLED.word()))
                                .otherwise(State.IMMATURE.word()))
                .drop(IntStream.range(0, key.size()).mapToObj(i -> KEY + i).toArray(String[]::new))
                .drop(SPINE);
    }

    /** The rows that have a label, as {@link #of} gave them. */
    static Dataset<Row> labelled(Dataset<Row> rows) {
        return rows.where(col(STATE).equalTo(State.LABELLED.word())).drop(STATE);
    }

    /** How many there are of each; by one job. */
    static Counts counts(Dataset<Row> rows) {
        Map<State, Long> found = new EnumMap<>(State.class);
        rows.groupBy(STATE)
                .agg(count(lit(1)))
                .collectAsList()
                .forEach(row -> found.put(State.valueOf(row.getString(0).toUpperCase(Locale.ROOT)), row.getLong(1)));
        return new Counts(found);
    }

    /** Rows of each state. */
    record Counts(Map<State, Long> rows) {
        long of(State state) {
            return rows.getOrDefault(state, 0L);
        }

        String text() {
            return Words.rows(of(State.LABELLED)) + " of the window have a label; left out: "
                    + Words.count(of(State.IMMATURE)) + " whose label was not known by the interval's end, "
                    + Words.count(of(State.UNLABELLED)) + " without a label, "
                    + Words.count(of(State.ORPHANED)) + " that the spine table no longer has";
        }

        /** {@code rows_labelled} and so on. */
        Map<String, String> facts() {
            Map<String, String> facts = new LinkedHashMap<>();
            for (State state : State.values()) {
                facts.put("rows_" + state.word(), String.valueOf(of(state)));
            }
            return facts;
        }
    }
}
