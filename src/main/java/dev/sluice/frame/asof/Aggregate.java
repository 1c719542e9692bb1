package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Aggregates;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;

/**
 * An aggregate over a window, read from SQL: {@code avg(arr_delay) filter (where dep_delay > 0)}. Nulls do not count, as in SQL.
 *
 * @param argument null where the row does not count
 */
record Aggregate(Function function, Column argument) {
    /** What windows can compute exactly while rows come and go; the names are those of {@link Aggregates#OF_WINDOWS}. */
    enum Function {
        AVG,
        SUM,
        COUNT,
        MIN,
        MAX,
        STDDEV,
        STDDEV_SAMP,
        STDDEV_POP,
        VARIANCE,
        VAR_SAMP,
        VAR_POP,
        EARLIEST,
        LATEST,
        SECONDS_SINCE;

        static Optional<Function> named(List<String> parts) {
            String name = parts.get(0).toLowerCase(Locale.ROOT);
            return parts.size() == 1 && Aggregates.OF_WINDOWS.contains(name)
                    ? Optional.of(valueOf(name.toUpperCase(Locale.ROOT)))
                    : Optional.empty();
        }

        /**
         * Type of the result: a bigint for count and for a sum of whole numbers, that of the argument for min, max, earliest and latest,
         * otherwise a double.
         *
         * @throws SluiceException PLAN_INVALID when an argument that must be a number is none, or one that becomes a feature is of
         *     a type that none has
         */
        DataType result(String feature, DataType argument) {
            return switch (this) {
                case COUNT -> DataTypes.LongType;
                case SECONDS_SINCE -> DataTypes.DoubleType;
                case EARLIEST, LATEST -> {
                    Columns.requireFeature(feature, argument, "a window");
                    yield argument;
                }
                case MIN, MAX -> number(feature, argument);
                case SUM ->
                    number(feature, argument) instanceof IntegralType ? DataTypes.LongType : DataTypes.DoubleType;
                case AVG, STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP -> {
                    number(feature, argument);
                    yield DataTypes.DoubleType;
                }
            };
        }

        private DataType number(String feature, DataType argument) {
            if (!(argument instanceof NumericType)) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "feature " + feature + " of a window takes " + name().toLowerCase(Locale.ROOT) + " of "
                                + argument.simpleString() + ", expected a number",
                        "cast it: cast(x as double)");
            }
            return argument;
        }

        /** The argument as the aggregate takes it in: null where it does not count. */
        Column prepared(Column argument, DataType result) {
            return switch (this) {
                case COUNT, SECONDS_SINCE -> when(argument.isNotNull(), lit(true));
                case MIN, MAX, EARLIEST, LATEST -> argument;
                case AVG, SUM, STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP -> argument.cast(result);
            };
        }

        /** Over all slots at once. */
        Sliding sliding(long over, int at, DataType type, int slots) {
            return switch (this) {
                case COUNT -> new Counts(slots);
                case AVG -> new Sums(true, slots);
                case SUM -> type.equals(DataTypes.LongType) ? new WholeSums(slots) : new Sums(false, slots);
                case MIN, MAX -> extreme(type, slots);
                case STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP -> new Spreads(spread(), slots);
                case EARLIEST -> new Earliest(type, slots);
                case LATEST -> Latest.value(over, at, type, slots);
                case SECONDS_SINCE -> Latest.age(over, at, slots);
            };
        }

        private Sliding extreme(DataType type, int slots) {
            return type instanceof DecimalType decimal && decimal.precision() > Decimal.MAX_LONG_DIGITS()
                    ? new WideExtremes(this == MAX, decimal, slots)
                    : new Extremes(this == MAX, Ordered.of(type), slots);
        }

        /**
         * From row to row.
         *
         * @param whole whether values are whole numbers
         */
        Running running(boolean whole) {
            return switch (this) {
                case COUNT -> new Running.Count();
                case AVG -> new Running.Doubles(true);
                case SUM -> whole ? new Running.Longs() : new Running.Doubles(false);
                case MIN -> new Running.Extreme((a, b) -> Running.compare(b, a));
                case MAX -> new Running.Extreme(Running::compare);
                case STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP -> new Running.Spreading(spread());
                case EARLIEST -> new Running.Oldest();
                case LATEST -> new Running.Newest(false);
                case SECONDS_SINCE -> new Running.Newest(true);
            };
        }

        /** Without an ending they are of a sample, as in Spark. */
        private Spread spread() {
            return switch (this) {
                case STDDEV -> Spread.STDDEV_SAMP;
                case VARIANCE -> Spread.VAR_SAMP;
                default -> Spread.valueOf(name());
            };
        }
    }

    /**
     * Reads {@code FUNCTION(EXPRESSION)}, or {@code FUNCTION(EXPRESSION) FILTER (WHERE CONDITION)}.
     *
     * @throws SluiceException PLAN_INVALID when it is anything else
     */
    static Aggregate parse(String feature, String sql) {
        if (SqlText.parse(sql) instanceof UnresolvedFunction call && !call.isDistinct()) {
            Optional<Function> function = Function.named(SqlText.list(call.nameParts()));
            List<Expression> arguments = SqlText.list(call.arguments());
            if (function.isPresent() && arguments.size() == 1 && !(arguments.get(0) instanceof Star)) {
                Column argument = new Column(arguments.get(0));
                return new Aggregate(
                        function.get(),
                        call.filter().isEmpty()
                                ? argument
                                : when(new Column(call.filter().get()), argument));
            }
        }
        throw new SluiceException(
                ErrorCode.PLAN_INVALID,
                "feature " + feature + " of a window: expected one of " + String.join(", ", Aggregates.OF_WINDOWS)
                        + " of one expression, such as avg(x) or avg(x) filter (where y > 0), found '" + sql + "'",
                "put other arithmetic inside of the aggregate, or into a model's preparation");
    }
}
