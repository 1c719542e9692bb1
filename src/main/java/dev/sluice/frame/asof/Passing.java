package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** The row of a history that passes just now: one object for all, since there are many rows. */
final class Passing {
    /** {@code keys, at, time, arguments}; not to be kept without a copy. */
    InternalRow row;

    /** When it happened, in microseconds. */
    long time;

    /** When it became known, in microseconds. */
    long known;

    /** The slots of its key. */
    Slots.Times key;

    /** The first of them that knows it, which exists. */
    int from;

    /** The first slot of its key that is too far from it, by a span or more; the end of them where there is none. */
    int until(long over) {
        return key.from(over > Long.MAX_VALUE - Math.max(time, 0) ? Long.MAX_VALUE : time + over);
    }
}
