package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** An aggregate, of what was kept for each slot and is settled. */
interface Result {
    /** Writes the aggregate of a slot to {@code row[at]}. */
    void write(int slot, long asOf, InternalRow row, int at);

    /** Writes the aggregate of no values. */
    default void writeOfNothing(InternalRow row, int at) {
        row.setNullAt(at);
    }
}
