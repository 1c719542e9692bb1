package dev.sluice.frame.asof;

import java.util.Collection;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How histories are met. Every strategy gives the same rows, to the bit. */
public enum Strategy {
    /**
     * Both sides are shuffled by key; a key with many decision times is shared by several tasks, see {@link Ranges}. The decision
     * times of a task's spine rows are kept in memory, a history streams past them unsorted and each of its rows finds by binary
     * search which of them it could serve. Needs Spark's internal rows.
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

    /** To shuffle less history than this costs less than the job that reads the decision times first: measured, even at 21 MiB. */
    private static final double LITTLE_HISTORY = 24 << 20;

    /**
     * A task may leave one row for each decision time: with less history than this for each of them, little can be left out for the
     * look-up that it costs. Measured: even at 55, a fifth less at 220.
     */
    private static final double BYTES_OF_A_SPINE_ROW = 128;

    /** A window lets all rows pass that it sees, so that what is left out are keys that are not in the spine. */
    private static final double BYTES_OF_A_SPINE_ROW_OF_WINDOWS = 256;

    /**
     * A strategy, and what it was chosen from.
     *
     * @param why for people: {@code 842 spine rows, 310.0 MiB of history}
     */
    public record Choice(Strategy strategy, String why) {}

    /**
     * The best for these spine rows: {@link #SORT} where Spark's internals are not those that we know, {@link #PRUNE} where spine
     * rows are few beside the history, by the bytes of its files. Runs no job.
     *
     * @param reach of exactly the spine rows
     * @param histories that are met by these keys
     */
    public static Choice of(Reach reach, Collection<History> histories) {
        if (!Internals.AVAILABLE) {
            return new Choice(SORT, "internals of this Spark are not known");
        }
        String rows = String.format(Locale.ROOT, "%,d spine rows", reach.rows());
        double bytes = histories.stream()
                .map(History::rows)
                .mapToDouble(Strategy::bytes)
                .sum();
        boolean windows = histories.stream()
                .flatMap(history -> history.asks().stream())
                .anyMatch(History.Ask.Window.class::isInstance);
        boolean few = reach.rows() <= SLOTS_OF_A_TASK
                && bytes > LITTLE_HISTORY
                && bytes > reach.rows() * (windows ? BYTES_OF_A_SPINE_ROW_OF_WINDOWS : BYTES_OF_A_SPINE_ROW);
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
}
