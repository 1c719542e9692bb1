package dev.sluice.frame.asof;

import java.util.Arrays;

/** Least or greatest number. */
final class Extremes extends SlotTree implements Sliding {
    private final boolean greatest;
    private final Ordered ordered;
    private final Counts counts;

    /** Of least numbers the complements, so that the greatest is wanted in any case. */
    private final long[] best;

    private long offered;

    Extremes(boolean greatest, Ordered ordered, int slots) {
        super(slots);
        this.greatest = greatest;
        this.ordered = ordered;
        counts = new Counts(slots);
        best = new long[nodes()];
        Arrays.fill(best, Long.MIN_VALUE);
    }

    @Override
    public void add(Passing event, int at, int until) {
        counts.add(event, at, until);
        long number = ordered.read(event.row, at);
        offered = greatest ? number : ~number;
        offer(event.from, until);
    }

    @Override
    void offer(int node) {
        best[node] = Math.max(best[node], offered);
    }

    @Override
    void passDown(int node, int child) {
        best[child] = Math.max(best[child], best[node]);
    }

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        settle();
    }

    @Override
    public Object value(int slot, long asOf) {
        if (counts.count(slot) == 0) {
            return ofNothing();
        }
        long found = best[node(slot)];
        return ordered.number(greatest ? found : ~found);
    }
}
