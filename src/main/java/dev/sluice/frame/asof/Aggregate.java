package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;

/** An aggregate over a window, read from SQL: {@code avg(arr_delay)}. Nulls do not count, as in SQL. */
record Aggregate(Function function, Column argument) {
    /** What windows can compute exactly while rows come and go. */
    enum Function {
        AVG,
        SUM,
        COUNT,
        MIN,
        MAX;

        private static final String ALL = Arrays.stream(values())
                .map(f -> f.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));

        static Optional<Function> named(List<String> name) {
            return Arrays.stream(values())
                    .filter(f -> name.size() == 1 && f.name().equalsIgnoreCase(name.get(0)))
                    .findFirst();
        }

        /**
         * Type of the result: avg is a double, sum a bigint of whole numbers and a double of others, count a bigint.
         *
         * @throws SluiceException PLAN_INVALID when an argument that must be a number is none
         */
        DataType result(String feature, DataType argument) {
            if (this != COUNT && !(argument instanceof NumericType)) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "feature " + feature + " of a window takes " + name().toLowerCase(Locale.ROOT) + " of "
                                + argument.simpleString() + ", expected a number",
                        "cast it: cast(x as double)");
            }
            return switch (this) {
                case AVG -> DataTypes.DoubleType;
                case SUM -> argument instanceof IntegralType ? DataTypes.LongType : DataTypes.DoubleType;
                case COUNT -> DataTypes.LongType;
                case MIN, MAX -> argument;
            };
        }

        /** The argument as the aggregate takes it in: null where it does not count. */
        Column prepared(Column argument, DataType result) {
            return switch (this) {
                case AVG, SUM -> argument.cast(result);
                case COUNT -> when(argument.isNotNull(), lit(true));
                case MIN, MAX -> argument;
            };
        }
    }

    /**
     * Reads {@code FUNCTION(EXPRESSION)}.
     *
     * @throws SluiceException PLAN_INVALID when it is anything else
     */
    static Aggregate parse(String feature, String sql) {
        Expression expression = SqlText.parse(sql);
        if (expression instanceof UnresolvedFunction call
                && !call.isDistinct()
                && call.filter().isEmpty()) {
            Optional<Function> function = Function.named(SqlText.list(call.nameParts()));
            List<Expression> arguments = SqlText.list(call.arguments());
            if (function.isPresent() && arguments.size() == 1 && !(arguments.get(0) instanceof Star)) {
                return new Aggregate(function.get(), new Column(arguments.get(0)));
            }
        }
        throw new SluiceException(
                ErrorCode.PLAN_INVALID,
                "feature " + feature + " of a window: expected one of " + Function.ALL
                        + " of one expression, such as avg(x), found '" + sql + "'",
                "put other arithmetic inside of the aggregate, or into a model's preparation");
    }
}
