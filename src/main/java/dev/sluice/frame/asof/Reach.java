package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.unix_micros;

import dev.sluice.frame.Columns;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many spine rows there are and how far their decision times reach: what a history must be read for.
 *
 * @param rows number of spine rows
 * @param first earliest decision time, in microseconds since 1970 UTC; empty without any
 * @param last latest decision time
 */
public record Reach(long rows, OptionalLong first, OptionalLong last) {
    /** Of no rows. */
    public static final Reach NONE = new Reach(0, OptionalLong.empty(), OptionalLong.empty());

    /** Of these rows, by one job. */
    public static Reach of(Dataset<Row> spine, String asOf) {
        Row found = spine.agg(
                        count(lit(1)),
                        min(unix_micros(col(Columns.quoted(asOf)))),
                        max(unix_micros(col(Columns.quoted(asOf)))))
                .first();
        return found.isNullAt(1)
                ? new Reach(found.getLong(0), OptionalLong.empty(), OptionalLong.empty())
                : new Reach(found.getLong(0), OptionalLong.of(found.getLong(1)), OptionalLong.of(found.getLong(2)));
    }
}
