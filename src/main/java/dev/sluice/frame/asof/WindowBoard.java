package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** Aggregates over the rows that are younger than a span: a row counts from the first slot that knows it to the last that is near. */
final class WindowBoard implements Board {
    private final long over;
    private final int[] at;
    private final Sliding[] aggregates;

    /**
     * A board without rows.
     *
     * @param at index of each aggregate's argument in a row of the history
     */
    WindowBoard(long over, int[] at, Sliding[] aggregates) {
        this.over = over;
        this.at = at;
        this.aggregates = aggregates;
    }

    @Override
    public void learn(Passing event) {
        int until = event.until(over);
        if (event.from >= until) {
            return;
        }
        for (int i = 0; i < aggregates.length; i++) {
            if (!event.row.isNullAt(at[i])) {
                aggregates[i].add(event, at[i], until);
            }
        }
    }

    @Override
    public void settle(Slots slots) {
        for (Sliding aggregate : aggregates) {
            aggregate.settle(slots);
        }
    }

    @Override
    public void answer(int slot, long asOf, InternalRow row, int first) {
        for (int i = 0; i < aggregates.length; i++) {
            row.update(first + i, slot == Slots.NONE ? aggregates[i].ofNothing() : aggregates[i].value(slot, asOf));
        }
    }
}
