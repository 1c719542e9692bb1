package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import dev.sluice.frame.Columns;
import java.util.Collection;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How histories are met. Every strategy gives the same rows, to the bit. */
public enum Strategy {
    /**
     * Both sides are shuffled by key. The decision times of a task's spine rows are kept in memory, a history streams past them
     * unsorted and each of its rows finds by binary search which of them it could serve. Needs Spark's internal rows.
     */
    PROBE,

    /**
     * A probe, of what every task that reads a history leaves: all decision times are sent to these tasks, which let pass what a
     * window sees, and of other rows those that are the newest of some decision time. The rest of the history is not shuffled.
     */
    PRUNE,

    /**
     * Both sides are shuffled by key as one frame and sorted, which spills to disk. In memory are, for one key at a time, the
     * rows of its windows. Needs nothing but what Spark promises.
     */
    SORT;

    /** Decision times that a task keeps in memory without a thought. */
    static final long SLOTS_OF_A_TASK = 1 << 20;

    /**
     * The best for these spine rows: {@link #SORT} where one key alone has more of them than a task should keep, or where Spark's
     * internals are not those that we know. Only where there are so many rows at all is one job run, which counts the rows of
     * the most frequent key.
     *
     * @param reach of exactly these rows
     */
    public static Strategy of(Dataset<Row> spine, Collection<String> keys, Reach reach) {
        boolean fits = reach.rows() <= SLOTS_OF_A_TASK || mostOfAKey(spine, keys) <= SLOTS_OF_A_TASK;
        return Internals.AVAILABLE && fits ? PROBE : SORT;
    }

    /** As people read it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static long mostOfAKey(Dataset<Row> spine, Collection<String> keys) {
        Column[] columns = keys.stream().map(key -> col(Columns.quoted(key))).toArray(Column[]::new);
        Row most = spine.groupBy(columns)
                .agg(count(lit(1)).as("rows"))
                .agg(max("rows"))
                .head();
        return most.isNullAt(0) ? 0 : most.getLong(0);
    }
}
