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

    /** To shuffle less history than this costs less than the job that reads the decision times first. */
    private static final double LITTLE_HISTORY = 16 << 20;

    /**
     * Where history is less than this for each spine row, most of its rows are the newest of some decision time: to prune them would
     * only cost one look-up more.
     */
    private static final double BYTES_OF_A_SPINE_ROW = 256;

    /**
     * A strategy, and what it was chosen from.
     *
     * @param why for people: {@code 842 spine rows, 310.0 MiB of history}
     */
    public record Choice(Strategy strategy, String why) {}

    /**
     * The best for these spine rows. {@link #SORT} where one key alone has more of them than a task should keep, or where Spark's
     * internals are not those that we know; {@link #PRUNE} where they are few beside the history, by the bytes of its files. Only
     * where there are so many rows at all is one job run, which counts the rows of the most frequent key.
     *
     * @param reach of exactly these rows
     * @param histories that are met by these keys
     */
    public static Choice of(
            Dataset<Row> spine, Collection<String> keys, Reach reach, Collection<Dataset<Row>> histories) {
        if (!Internals.AVAILABLE) {
            return new Choice(SORT, "internals of this Spark are not known");
        }
        String rows = String.format(Locale.ROOT, "%,d spine rows", reach.rows());
        if (reach.rows() > SLOTS_OF_A_TASK) {
            long most = mostOfAKey(spine, keys);
            if (most > SLOTS_OF_A_TASK) {
                return new Choice(SORT, rows + String.format(Locale.ROOT, ", %,d of one key", most));
            }
        }
        double bytes = histories.stream().mapToDouble(Strategy::bytes).sum();
        boolean few = reach.rows() <= SLOTS_OF_A_TASK
                && bytes > LITTLE_HISTORY
                && bytes > BYTES_OF_A_SPINE_ROW * reach.rows();
        return new Choice(few ? PRUNE : PROBE, rows + ", " + text(bytes) + " of history");
    }

    /** As Spark plans with it: of files the bytes of those that are read, of other rows more than any number. */
    static double bytes(Dataset<Row> rows) {
        return rows.queryExecution().optimizedPlan().stats().sizeInBytes().toDouble();
    }

    private static String text(double bytes) {
        return bytes < Long.MAX_VALUE
                ? String.format(Locale.ROOT, "%,.1f MiB", bytes / (1 << 20))
                : "an unknown number of bytes";
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
