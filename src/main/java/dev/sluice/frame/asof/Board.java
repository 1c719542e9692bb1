package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** How one question is answered for all slots at once, while the rows of a history pass in any order. */
interface Board {
    /** A row passes. */
    void learn(Passing event);

    /** All rows have passed. */
    void settle(Slots slots);

    /**
     * Writes the answer of a spine row into all of its columns from one on; called after {@link #settle}.
     *
     * @param slot of the row, or {@link Slots#NONE}
     * @param asOf decision time of the slot
     */
    void answer(int slot, long asOf, InternalRow row, int at);
}
