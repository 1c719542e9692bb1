package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Aggregates;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlText;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.Decimal;

/**
 * An aggregate over a window, read from SQL: {@code avg(arr_delay) filter (where dep_delay > 0)}. Nulls do not count, as in SQL.
 *
 * @param argument null where the row does not count
 * @param parameter of {@link Function#parameter}; 0 where there is none
 */
record Aggregate(Function function, Column argument, double parameter) {
    /**
     * Reads a call, with {@code FILTER (WHERE CONDITION)} or without.
     *
     * @param sql the whole feature, for messages
     * @throws SluiceException PLAN_INVALID when its arguments are not as they must be
     */
    static Aggregate of(String feature, String sql, Function function, UnresolvedFunction call) {
        List<Expression> arguments = SqlText.list(call.arguments());
        Function.Parameter expected = function.parameter();
        int count = expected == Function.Parameter.NONE ? 1 : 2;
        if (call.isDistinct() || arguments.size() != count || arguments.get(0) instanceof Star) {
            throw refused(feature, sql);
        }
        double parameter = count == 1 ? 0 : number(arguments.get(1));
        if (!expected.allows(parameter)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "feature " + feature + " of a window: expected " + expected.expected()
                            + " as the second argument of " + function.word() + ", found '" + sql + "'",
                    "write it as a number: percentile(x, 0.9), last_k(x, 5)");
        }
        Column argument = new Column(arguments.get(0));
        return new Aggregate(
                function,
                call.filter().isEmpty()
                        ? argument
                        : when(new Column(call.filter().get()), argument),
                parameter);
    }

    /** What is no feature of a window. */
    static SluiceException refused(String feature, String sql) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "feature " + feature + " of a window: expected one of " + String.join(", ", Aggregates.OF_WINDOWS)
                        + " of one expression, such as avg(x) or avg(x) filter (where y > 0), or arithmetic over them, found '"
                        + sql + "'",
                "put columns inside of an aggregate; a column of the spine row itself belongs into take");
    }

    /** NaN for what is no number. */
    private static double number(Expression expression) {
        Object value = expression instanceof Literal literal ? literal.value() : null;
        if (value instanceof Decimal decimal) {
            return decimal.toDouble();
        }
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
