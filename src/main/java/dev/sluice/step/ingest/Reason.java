package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * Something that is said of a row, where it holds.
 *
 * @param holds whether it does; never null
 * @param column the name of the column that is to blame, or null
 * @param text what was found and expected
 */
record Reason(Column holds, String rule, Column column, String action, Column text) {
    /** No column is to blame. */
    static final Column NO_COLUMN = lit(null).cast(DataTypes.StringType);

    /** Of a row of which nothing is said. */
    static final Column NONE =
            expr("cast(array() as array<struct<rule:string,column:string,reason:string,action:string>>)");

    /** The row is stopped. */
    static Reason stops(Column holds, String rule, Column column, Column text) {
        return new Reason(holds, rule, column, "quarantine", text);
    }

    /** These, where they hold, after those that are there. Costs one look at each condition where none holds. */
    static Column after(Column before, List<Reason> reasons) {
        return reasons.stream()
                .map(Reason::holds)
                .reduce(Column::or)
                .map(any -> when(
                                any,
                                concat(Stream.concat(
                                                Stream.of(before),
                                                reasons.stream().map(Reason::orNone))
                                        .toArray(Column[]::new)))
                        .otherwise(before))
                .orElse(before);
    }

    private Column orNone() {
        Column said = struct(
                lit(rule).as("rule"),
                column.as("column"),
                text.as("reason"),
                lit(action).as("action"));
        return when(holds, array(said)).otherwise(NONE);
    }
}
