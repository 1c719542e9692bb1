package dev.sluice.adapter.deequ;

import dev.sluice.config.Check;
import dev.sluice.config.Measure;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Judged;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;

/** What the SQL of checks must be of the rows at hand, told before a scan breaks on it. */
final class SqlChecks {
    private SqlChecks() {}

    /**
     * Passes when a check's expressions fit the rows.
     *
     * @throws SluiceException PLAN_INVALID when they do not
     */
    static void require(String name, Check check, Judged judged) {
        if (check instanceof Check.Expect expect) {
            DataType type = type(name, expect.expect(), judged, judged.rows(), false);
            if (!(type instanceof BooleanType)) {
                throw refused(name, "a condition", expect.expect(), "a value of type " + type.simpleString());
            }
        } else if (check instanceof Measure.Value value) {
            aggregate(name, value.value(), judged, judged.rows());
        } else if (check instanceof Check.Agrees agrees) {
            aggregate(name, agrees.agrees(), judged, judged.rows());
        }
    }

    /** The expression as one number of all rows. */
    static Column aggregate(String name, Sql sql, Judged judged, Dataset<Row> rows) {
        DataType type = type(name, sql, judged, rows, true);
        if (!(type instanceof NumericType || type instanceof BooleanType)) {
            throw refused(name, "a number", sql, "a value of type " + type.simpleString());
        }
        return functions.expr(sql.forRun(judged.interval())).cast("double");
    }

    private static DataType type(String name, Sql sql, Judged judged, Dataset<Row> rows, boolean aggregate) {
        try {
            Column column = functions.expr(sql.forRun(judged.interval()));
            Dataset<Row> one = aggregate ? rows.agg(column) : rows.select(column);
            return one.schema().fields()[0].dataType();
        } catch (Exception e) { // Scala declares none of the checked ones it throws
            if (e instanceof AnalysisException refused) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "check " + name + " cannot be decided: " + sql + ": " + refused.getSimpleMessage(),
                        aggregate
                                ? "every column belongs into an aggregate: sum(a) - sum(b), not sum(a) - b"
                                : "correct the condition",
                        e);
            }
            throw e;
        }
    }

    private static SluiceException refused(String name, String expected, Sql sql, String found) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "check " + name + " needs " + expected + ", found " + sql + ", which is " + found,
                "compare or cast it");
    }
}
