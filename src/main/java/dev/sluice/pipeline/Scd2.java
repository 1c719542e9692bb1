package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.frame.Columns;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * A history of row versions as a function of the versions known so far and what is new. {@code valid_from} is since when a
 * version holds, {@code valid_to} until when, null for one that still does.
 */
final class Scd2 {
    static final String FROM = "valid_from";
    static final String TO = "valid_to";

    /** Whether a key is not there from a point in time on. */
    private static final String ABSENT = "__absent";

    /** Which of several points of a key and a time counts: the highest. */
    private static final String RANK = "__rank";

    private Scd2() {}

    /**
     * When a snapshot was taken, and how it is compared.
     *
     * @param next when the next later snapshot was taken that is known already
     * @param track columns whose change opens a version; all but the key when empty
     * @param closes whether the version of a key that the snapshot lacks ends with it; else it goes on
     */
    record Snapshot(Instant at, Optional<Instant> next, List<String> key, List<String> track, boolean closes) {}

    /**
     * The history with one snapshot more. Snapshots may come in any order: a late one changes nothing from the next later one
     * on, which said what was there then. The same snapshot twice changes nothing, another one of the same instant takes its
     * place.
     *
     * @param known the versions so far
     */
    static Dataset<Row> with(Optional<Dataset<Row>> known, Dataset<Row> rows, Snapshot snapshot) {
        Column at = lit(Timestamp.from(snapshot.at()));
        Dataset<Row> points = points(rows, at, false, 2);
        if (known.isPresent()) {
            Dataset<Row> versions = known.get();
            points = points(versions.drop(TO), col(FROM), false, 0)
                    .unionByName(ends(versions, snapshot.key()), true)
                    .unionByName(points, true);
            if (snapshot.closes()) {
                points = points.unionByName(absent(keys(versions, snapshot.key()), rows, at, snapshot.key()), true);
            }
        }
        if (snapshot.next().isPresent()) {
            Column next = lit(Timestamp.from(snapshot.next().get()));
            Optional<Dataset<Row>> then = known.map(versions ->
                    versions.where(col(FROM).leq(next).and(col(TO).isNull().or(col(TO).gt(next)))));
            if (then.isPresent()) {
                points = points.unionByName(points(then.get().drop(FROM, TO), next, false, 1), true);
            }
            if (snapshot.closes()) {
                Dataset<Row> fresh = keys(rows, snapshot.key());
                points = points.unionByName(
                        then.map(versions -> absent(fresh, versions, next, snapshot.key()))
                                .orElseGet(() -> points(fresh, next, true, 1)),
                        true);
            }
        }
        return versions(points, rows.columns(), snapshot);
    }

    /**
     * The history with more rows, each of which tells itself since when it holds. Rows may come in any order and again; of
     * several with one key and time the greatest by all columns stays.
     *
     * @param since timestamp column, never null
     */
    static Dataset<Row> with(Optional<Dataset<Row>> known, Dataset<Row> rows, String since, List<String> key) {
        Dataset<Row> fresh = rows.withColumn(FROM, col(Columns.quoted(since)));
        Dataset<Row> all = known.map(versions -> versions.drop(TO).unionByName(fresh, true))
                .orElse(fresh);
        Column[] keys = columns(key);
        Column[] greatest = Arrays.stream(all.columns())
                .map(name -> col(Columns.quoted(name)).desc_nulls_last())
                .toArray(Column[]::new);
        return all.withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(append(keys, col(FROM)))
                                        .orderBy(greatest)))
                .where(col(RANK).equalTo(1))
                .withColumn(TO, lead(FROM, 1).over(Window.partitionBy(keys).orderBy(FROM)))
                .select(append(columns(List.of(rows.columns())), col(FROM), col(TO)));
    }

    private static Dataset<Row> versions(Dataset<Row> points, String[] columns, Snapshot snapshot) {
        Column[] keys = columns(snapshot.key());
        WindowSpec sameTime =
                Window.partitionBy(append(keys, col(FROM))).orderBy(col(RANK).desc());
        WindowSpec inTime = Window.partitionBy(keys).orderBy(FROM);
        List<String> tracked = new ArrayList<>(snapshot.track());
        if (tracked.isEmpty()) {
            tracked.addAll(List.of(columns));
            tracked.removeAll(snapshot.key());
        }
        // A key that is absent is in one state, whatever its columns held.
        Column state = when(not(col(ABSENT)), struct(columns(tracked)));
        return points.withColumn("__n", row_number().over(sameTime))
                .where(col("__n").equalTo(1))
                .withColumn("__state", state)
                .withColumn("__first", lag(FROM, 1).over(inTime).isNull())
                .withColumn("__before", lag("__state", 1).over(inTime))
                .where(when(col("__first"), not(col(ABSENT)))
                        .otherwise(not(col("__state").eqNullSafe(col("__before")))))
                .withColumn(TO, lead(FROM, 1).over(inTime))
                .where(not(col(ABSENT)))
                .select(append(columns(List.of(columns)), col(FROM), col(TO)));
    }

    private static Dataset<Row> points(Dataset<Row> rows, Column at, boolean absent, int rank) {
        return rows.withColumn(FROM, at).withColumn(ABSENT, lit(absent)).withColumn(RANK, lit(rank));
    }

    /** Where versions end and no other begins. */
    private static Dataset<Row> ends(Dataset<Row> versions, List<String> key) {
        WindowSpec inTime = Window.partitionBy(columns(key)).orderBy(FROM);
        Dataset<Row> ended = versions.withColumn("__next", lead(FROM, 1).over(inTime))
                .where(col(TO).isNotNull().and(not(col(TO).eqNullSafe(col("__next")))))
                .select(append(columns(key), col(TO)));
        return points(ended.withColumnRenamed(TO, FROM), col(FROM), true, 0);
    }

    /** Points of the keys that other rows lack. */
    private static Dataset<Row> absent(Dataset<Row> keys, Dataset<Row> others, Column at, List<String> key) {
        Dataset<Row> there = keys(others, key);
        Column same = key.stream()
                .map(name -> keys.col(Columns.quoted(name)).eqNullSafe(there.col(Columns.quoted(name))))
                .reduce(Column::and)
                .orElseThrow();
        return points(keys.join(there, same, "left_anti"), at, true, 2);
    }

    private static Dataset<Row> keys(Dataset<Row> rows, List<String> key) {
        return rows.select(columns(key)).distinct();
    }

    private static Column[] columns(List<String> names) {
        return names.stream().map(name -> col(Columns.quoted(name))).toArray(Column[]::new);
    }

    private static Column[] append(Column[] first, Column... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(Column[]::new);
    }
}
