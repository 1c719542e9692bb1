package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The decision times of keys that have many, cut into ranges that are met by different tasks. A spine row goes to the range of its
 * time, a history row once to every range that may need it ({@link Shared}); so a task has some of the slots of such a key, and
 * all that concerns them. Where the cuts are decides how even tasks are, and no answer.
 */
final class Ranges implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A task is even enough when no key alone is more than this part of its share. */
    private static final long PARTS_OF_A_SHARE = 4;

    /** Fewer decision times than this are not worth a range. */
    private static final long FEW = 1 << 13;

    private final Slots ends;
    private final int tasks;

    /** @param ends of each key that is cut the last decision time of each of its ranges, at most one for each task */
    private Ranges(Slots ends, int tasks) {
        this.ends = ends;
        this.tasks = tasks;
    }

    private Ranges(Ranges same) {
        this(same.ends.reader(), same.tasks);
    }

    /** Number of decision times of a range where there are so many spine rows. */
    static long size(long rows, int tasks) {
        return Math.max(FEW, rows / (PARTS_OF_A_SHARE * tasks));
    }

    /**
     * Of known slots; empty where no key has many.
     *
     * @param size of a range
     */
    static Optional<Ranges> of(Slots slots, int tasks, long size) {
        return cut(slots.ends(size, tasks), tasks);
    }

    /**
     * Of counted rows: one query counts those of each key, and looks for the cuts of those that have more than a range.
     *
     * @param met rows of {@code keys, at}
     * @param last the latest {@code at} of all
     */
    static Optional<Ranges> of(Dataset<Row> met, int keys, long last, int tasks, long size) {
        List<Column> key = IntStream.range(0, keys).mapToObj(Asked::key).toList();
        Column[] byKey = key.toArray(Column[]::new);
        Column seen = key.stream().map(Column::isNotNull).reduce(Asked.at().isNotNull(), Column::and);
        Dataset<Row> rows = met.where(seen);
        Dataset<Row> heavy = rows.groupBy(byKey)
                .agg(count(lit(1)).as("rows"))
                .where(col("rows").gt(size));
        Seq<String> names = JavaConverters.asScalaBuffer(
                        key.stream().map(Column::toString).toList())
                .toSeq();
        List<Column> columns = new ArrayList<>(key);
        columns.add(explode(ends(last, tasks)).as(Asked.at().toString()));
        Dataset<Row> cuts = rows.join(broadcast(heavy), names)
                .groupBy(byKey)
                .agg(first("rows").as("rows"), quantiles(tasks).as("times"))
                .withColumn("ranges", expr("cast(least(" + tasks + ", ceil(rows / " + size + ")) as int)"))
                .select(columns.toArray(Column[]::new));
        Slots found = new Slots(Asked.keyTypes(met, keys));
        Internals.collected(cuts).forEachRemaining(found::add);
        found.number();
        return cut(found, tasks);
    }

    /** The times up to which each part of so many equal ones goes. */
    private static Column quantiles(int parts) {
        String shares = IntStream.rangeClosed(1, parts)
                .mapToObj(i -> Double.toString((double) i / parts))
                .collect(Collectors.joining(", "));
        return expr("percentile_approx(" + Asked.at() + ", array(" + shares + "))");
    }

    /** Of {@code times}, the {@link #quantiles}, as many as there are {@code ranges}. */
    private static Column ends(long last, int parts) {
        return expr("transform(sequence(1, ranges), i -> if(i = ranges, " + last + "L, times[cast(ceil(i * " + parts
                + " / ranges) as int) - 1]))");
    }

    private static Optional<Ranges> cut(Slots ends, int tasks) {
        return ends.size() == 0 ? Optional.empty() : Optional.of(new Ranges(ends, tasks));
    }

    /** The same, for another thread. */
    Ranges reader() {
        return new Ranges(this);
    }

    Slots ends() {
        return ends;
    }

    /** The task of a row, which is in this range of its key; of a key that is not cut {@link Slots#NONE}. */
    int task(InternalRow row, int range) {
        return range == Slots.NONE ? ends.part(row, tasks) : range % tasks;
    }

    /** The task of a spine row. */
    int task(InternalRow row) {
        return task(row, ends.slot(row));
    }

    /** As people read it: {@code 2 keys in 7 ranges}. */
    @Override
    public String toString() {
        long keys = ends.keys().stream().filter(key -> key.begin() < key.end()).count();
        return String.format(Locale.ROOT, "%,d %s in %,d ranges", keys, keys == 1 ? "key" : "keys", ends.size());
    }
}
