package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * A history of row versions as a function of the versions known so far and a snapshot taken at an instant. A version is
 * opened where a tracked column differs from the version before it; {@code valid_to} is where the next one opens, null for
 * the open one. Snapshots may come in any order; the same snapshot twice changes nothing. A key that a snapshot lacks keeps
 * its version.
 */
final class Scd2 {
    static final String FROM = "valid_from";
    static final String TO = "valid_to";

    private Scd2() {}

    static Dataset<Row> merge(
            Optional<Dataset<Row>> known, Dataset<Row> snapshot, Instant at, List<String> key, List<String> track) {
        String[] columns = snapshot.columns();
        Dataset<Row> fresh = snapshot.withColumn(FROM, lit(Timestamp.from(at))).withColumn("__fresh", lit(true));
        Dataset<Row> changes = known.map(versions ->
                        versions.drop(TO).withColumn("__fresh", lit(false)).unionByName(fresh, true))
                .orElse(fresh);
        Column[] keys = key.stream().map(name -> col(quoted(name))).toArray(Column[]::new);
        // A snapshot taken again at the same instant replaces what was taken then.
        WindowSpec sameInstant = Window.partitionBy(append(keys, col(FROM)))
                .orderBy(col("__fresh").desc());
        WindowSpec inTime = Window.partitionBy(keys).orderBy(FROM);
        Column tracked = struct(tracked(columns, key, track).stream()
                .map(name -> col(quoted(name)))
                .toArray(Column[]::new));
        return changes.withColumn(
                        "__n", org.apache.spark.sql.functions.row_number().over(sameInstant))
                .where(col("__n").equalTo(1))
                .withColumn("__tracked", tracked)
                .withColumn("__before", lag("__tracked", 1).over(inTime))
                .withColumn("__first", lag(FROM, 1).over(inTime).isNull())
                .where(col("__first")
                        .or(col("__tracked").eqNullSafe(col("__before")).unary_$bang()))
                .withColumn(TO, lead(FROM, 1).over(inTime))
                .select(append(
                        Arrays.stream(columns).map(name -> col(quoted(name))).toArray(Column[]::new),
                        col(FROM),
                        col(TO)));
    }

    private static List<String> tracked(String[] columns, List<String> key, List<String> track) {
        if (!track.isEmpty()) {
            return track;
        }
        List<String> others = new ArrayList<>(List.of(columns));
        others.removeAll(key);
        return others;
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static Column[] append(Column[] first, Column... more) {
        Column[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
