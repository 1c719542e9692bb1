package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** How one question is answered for all slots at once, while the rows of the history pass in any order. */
interface Board {
    /**
     * A row of the history passes; it is not to be kept without a copy.
     *
     * @param key the slots of its key
     * @param from the first of them that knows it, which exists
     */
    void learn(InternalRow event, long time, long known, Slots.Times key, int from);

    /** All rows have passed. */
    void settle(Slots slots);

    /**
     * Writes the answer of a spine row, to {@code row[at]} and on; called after {@link #settle}.
     *
     * @param slot of the row, or {@link Slots#NONE}
     * @param asOf decision time of the slot
     */
    void answer(int slot, long asOf, Object[] row, int at);
}
