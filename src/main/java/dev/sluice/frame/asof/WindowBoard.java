package dev.sluice.frame.asof;

import java.util.List;

/** Aggregates over the rows that are younger than a span: a row counts from the first slot that knows it to the last that is near. */
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
    public void learn(Passing event) {
        int until = event.key.from(farEnd(event.time));
        if (event.from >= until) {
            return;
        }
        for (int i = 0; i < aggregates.size(); i++) {
            if (!event.row.isNullAt(first + i)) {
                aggregates.get(i).add(event, first + i, until);
            }
        }
    }

    /** The first time that is too far from it; the last of all where there is none. */
    private long farEnd(long time) {
        return over > Long.MAX_VALUE - Math.max(time, 0) ? Long.MAX_VALUE : time + over;
    }

    @Override
    public void settle(Slots slots) {
        aggregates.forEach(aggregate -> aggregate.settle(slots));
    }

    @Override
    public void answer(int slot, long asOf, Object[] row, int at) {
        for (int i = 0; i < aggregates.size(); i++) {
            Sliding aggregate = aggregates.get(i);
            row[at + i] = slot == Slots.NONE ? aggregate.ofNothing() : aggregate.value(slot, asOf);
        }
    }
}
