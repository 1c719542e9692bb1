package dev.sluice.frame.asof;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** Aggregates over the rows that are younger than a span: a row concerns the slots from the first that knows it to the last that is near. */
final class WindowBoard implements Board {
    private final long over;
    private final int first;
    private final List<Sliding> aggregates;

    /**
     * A board without rows.
     *
     * @param first index of the first argument in a row of the history; each aggregate has one
     */
    WindowBoard(long over, int first, List<Sliding> aggregates) {
        this.over = over;
        this.first = first;
        this.aggregates = aggregates;
    }

    @Override
    public void learn(InternalRow event, long time, long known, Slots.Times key, int from) {
        int until = key.from(farEnd(time));
        if (from >= until) {
            return;
        }
        for (int i = 0; i < aggregates.size(); i++) {
            if (!event.isNullAt(first + i)) {
                aggregates.get(i).add(event, first + i, from, until, key.end());
            }
        }
    }

    @Override
    public void settle(Slots slots) {
        aggregates.forEach(aggregate -> aggregate.settle(slots));
    }

    @Override
    public void answer(int slot, long asOf, Object[] row, int at) {
        for (int i = 0; i < aggregates.size(); i++) {
            row[at + i] = slot == Slots.NONE
                    ? aggregates.get(i).ofNothing()
                    : aggregates.get(i).value(slot);
        }
    }

    /** The first time that is too far from it; the last of all where there is none. */
    private long farEnd(long time) {
        return over > Long.MAX_VALUE - Math.max(time, 0) ? Long.MAX_VALUE : time + over;
    }
}
