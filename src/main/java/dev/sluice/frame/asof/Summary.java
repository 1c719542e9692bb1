package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An aggregate of a window, now that the types are known.
 *
 * @param feature for messages
 * @param parameter what stands behind its first argument; 0 where nothing does
 * @param at index of its argument among those of the history
 * @param result type of the result, of one entry where there is a map
 * @param category index of the argument that says to which entry of a map it belongs, or {@link #NO_MAP}
 */
record Summary(String feature, Function function, double parameter, int at, DataType result, int category)
        implements Serializable {

    /** There is one result for a row; what {@link List#indexOf} says of it is again this. */
    static final int NO_MAP = -1;

    /** Whether it must see the rows of a window again when they go. */
    boolean needsRows() {
        return function.needsValues() || category != NO_MAP;
    }

    /**
     * Over all slots at once; of one that does not {@link #needsRows need rows}.
     *
     * @param arguments index of the first argument of all among the columns of a row of the history
     */
    Result over(long over, int arguments, Parts parts) {
        return function.over(over, arguments + at, parts);
    }

    /** The same where arguments stand at their indexes in a list. */
    Summary renumbered(List<Integer> arguments) {
        return new Summary(feature, function, parameter, arguments.indexOf(at), result, arguments.indexOf(category));
    }

    /** From row to row. */
    Running running() {
        return category == NO_MAP ? one() : new RunningValues.Buckets(feature, category, this::one);
    }

    private Running one() {
        return function.running(feature, parameter, result.equals(DataTypes.LongType));
    }
}
