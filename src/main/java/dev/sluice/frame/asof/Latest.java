package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** The newest value, or how old it is: the newest of all that are known is too old exactly where the window has none. */
final class Latest implements Sliding, Result {
    private static final double MICROS = 1e6;

    private final NewestBoard newest;
    private final boolean age;

    private Latest(NewestBoard newest, boolean age) {
        this.newest = newest;
        this.age = age;
    }

    /** The argument at {@code at} of the newest row that has one. */
    static Latest value(long over, int at, DataType type, int slots) {
        return new Latest(new NewestBoard(over - 1, false, at, new DataType[] {type}, slots), false);
    }

    /** Seconds since the newest row that has an argument. */
    static Latest age(long over, int at, int slots) {
        return new Latest(new NewestBoard(over - 1, false, at, new DataType[0], slots), true);
    }

    @Override
    public void add(Passing event, int at, int until) {
        newest.learn(event);
    }

    @Override
    public void settle(Slots slots) {
        newest.settle(slots);
    }

    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        if (!newest.found(slot, asOf)) {
            row.setNullAt(at);
        } else if (age) {
            row.setDouble(at, seconds(asOf - newest.time(slot)));
        } else {
            newest.answer(slot, asOf, row, at);
        }
    }

    /** Microseconds as seconds. */
    static double seconds(long micros) {
        return micros / MICROS;
    }
}
