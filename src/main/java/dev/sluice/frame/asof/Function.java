package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.config.Aggregates;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;

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
    SECONDS_SINCE,
    APPROX_COUNT_DISTINCT,
    PERCENTILE,
    FIRST_K,
    LAST_K,
    TOP_K,
    HISTOGRAM;

    static Optional<Function> named(List<String> parts) {
        String name = parts.get(0).toLowerCase(Locale.ROOT);
        return parts.size() == 1 && Aggregates.OF_WINDOWS.contains(name)
                ? Optional.of(valueOf(name.toUpperCase(Locale.ROOT)))
                : Optional.empty();
    }

    /** As people write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it takes behind its first argument. */
    Parameter parameter() {
        return switch (this) {
            case PERCENTILE -> Parameter.SHARE;
            case FIRST_K, LAST_K, TOP_K -> Parameter.LENGTH;
            default -> Parameter.NONE;
        };
    }

    /** Whether the values themselves are needed, so that a {@link Sliding} of few numbers for each slot cannot do. */
    boolean needsValues() {
        return switch (this) {
            case PERCENTILE, FIRST_K, LAST_K, TOP_K, HISTOGRAM -> true;
            default -> false;
        };
    }

    /** Whether the result is a list or a map. */
    boolean givesSeveral() {
        return switch (this) {
            case FIRST_K, LAST_K, TOP_K, HISTOGRAM -> true;
            default -> false;
        };
    }

    /**
     * Type of the result: a bigint for counts and for a sum of whole numbers, that of the argument for min, max, earliest and
     * latest, an array of that or a map where there are several, otherwise a double.
     *
     * @throws SluiceException PLAN_INVALID when an argument that must be a number is none, or one that becomes a feature is of
     *     a type that none has
     */
    DataType result(String feature, DataType argument) {
        return switch (this) {
            case COUNT, APPROX_COUNT_DISTINCT -> DataTypes.LongType;
            case SECONDS_SINCE -> DataTypes.DoubleType;
            case EARLIEST, LATEST -> value(feature, argument);
            case FIRST_K, LAST_K -> DataTypes.createArrayType(value(feature, argument));
            case HISTOGRAM -> {
                value(feature, argument);
                yield DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType);
            }
            case MIN, MAX -> number(feature, argument);
            case TOP_K -> DataTypes.createArrayType(number(feature, argument));
            case SUM -> number(feature, argument) instanceof IntegralType ? DataTypes.LongType : DataTypes.DoubleType;
            case AVG, STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP, PERCENTILE -> {
                number(feature, argument);
                yield DataTypes.DoubleType;
            }
        };
    }

    private static DataType value(String feature, DataType argument) {
        Columns.requireFeature(feature, argument, "a window");
        return argument;
    }

    private DataType number(String feature, DataType argument) {
        if (!(argument instanceof NumericType)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "feature " + feature + " of a window takes " + word() + " of " + argument.simpleString()
                            + ", expected a number",
                    "cast it: cast(x as double)");
        }
        return argument;
    }

    /** The argument as the aggregate takes it in: null where it does not count. */
    Column prepared(Column argument, DataType result) {
        return switch (this) {
            case COUNT, SECONDS_SINCE -> when(argument.isNotNull(), lit(true));
            case APPROX_COUNT_DISTINCT -> when(argument.isNotNull(), xxhash64(argument));
            case HISTOGRAM -> argument.cast(DataTypes.StringType);
            case MIN, MAX, EARLIEST, LATEST, FIRST_K, LAST_K, TOP_K -> argument;
            case AVG, SUM, STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP, PERCENTILE ->
                argument.cast(result);
        };
    }

    /**
     * Over all slots at once; of one that does not {@link #needsValues need values}.
     *
     * @param at index of the argument in a row of the history
     * @param parts which get what it needs
     */
    Result over(long over, int at, Parts parts) {
        int slots = parts.slots();
        return switch (this) {
            case COUNT -> parts.counts(at);
            case AVG -> parts.counts(at).ofSome(parts.sums(at).average(parts.counts(at)));
            case SUM -> parts.counts(at).ofSome(sum(at, parts));
            case MIN, MAX -> extreme(at, parts);
            case STDDEV, STDDEV_SAMP, STDDEV_POP, VARIANCE, VAR_SAMP, VAR_POP -> {
                Counts counts = parts.counts(at); // before what needs them settled
                yield parts.part(this, at, Spreads.class, () -> new Spreads(spread(), counts, slots));
            }
            case EARLIEST -> parts.part(this, at, Earliest.class, () -> new Earliest(parts.type(at), slots));
            case LATEST -> parts.part(this, at, Latest.class, () -> Latest.value(over, at, parts.type(at), slots));
            case SECONDS_SINCE -> parts.part(this, at, Latest.class, () -> Latest.age(over, at, slots));
            case APPROX_COUNT_DISTINCT -> parts.part(this, at, Distincts.class, () -> new Distincts(slots));
            case PERCENTILE, FIRST_K, LAST_K, TOP_K, HISTOGRAM ->
                throw new IllegalStateException(this + " needs values");
        };
    }

    private static Result sum(int at, Parts parts) {
        return parts.type(at).equals(DataTypes.LongType)
                ? parts.part(SUM, at, WholeSums.class, () -> new WholeSums(parts.slots()))
                : parts.sums(at).result();
    }

    private Result extreme(int at, Parts parts) {
        DataType type = parts.type(at);
        return type instanceof DecimalType decimal && decimal.precision() > Decimal.MAX_LONG_DIGITS()
                ? parts.part(this, at, WideExtremes.class, () -> new WideExtremes(this == MAX, decimal, parts.slots()))
                : parts.counts(at)
                        .ofSome(parts.part(
                                this,
                                at,
                                Extremes.class,
                                () -> new Extremes(this == MAX, Ordered.of(type), parts.slots())));
    }

    /**
     * From row to row.
     *
     * @param feature for messages
     * @param parameter what stands behind the first argument
     * @param whole whether values are whole numbers
     */
    Running running(String feature, double parameter, boolean whole) {
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
            case APPROX_COUNT_DISTINCT -> new RunningValues.Different();
            case PERCENTILE -> new RunningValues.Percentile(parameter);
            case FIRST_K -> new RunningValues.Outermost(false, (int) parameter);
            case LAST_K -> new RunningValues.Outermost(true, (int) parameter);
            case TOP_K -> new RunningValues.Top((int) parameter);
            case HISTOGRAM -> new RunningValues.Histogram(feature);
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

    /** What may stand behind a first argument: a number, written as such. */
    enum Parameter {
        NONE("nothing", 0, 0),
        SHARE("a number from 0 to 1", 0, 1),
        LENGTH("a whole number from 1 to 1000", 1, 1_000);

        private final String expected;
        private final double least;
        private final double most;

        Parameter(String expected, double least, double most) {
            this.expected = expected;
            this.least = least;
            this.most = most;
        }

        String expected() {
            return expected;
        }

        boolean allows(double value) {
            return value >= least && value <= most && (this == SHARE || value == Math.rint(value));
        }
    }
}
