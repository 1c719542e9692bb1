package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** An aggregate of values, each of which counts for a range of slots. */
interface Sliding {
    /**
     * The value at {@code row[at]}, which is not null, counts from slot {@code from} until before slot {@code until}.
     *
     * @param end behind the last slot of the same key
     */
    void add(InternalRow row, int at, int from, int until, int end);

    /** All values were added. */
    void settle(Slots slots);

    /** The aggregate of a slot; called after {@link #settle}. */
    Object value(int slot);

    /** The aggregate of no values. */
    Object ofNothing();
}
