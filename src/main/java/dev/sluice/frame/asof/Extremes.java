package dev.sluice.frame.asof;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;

/** Least or greatest number. */
final class Extremes extends SlotTree implements Sliding, Result {
    private final boolean greatest;
    private final Ordered ordered;

    /** Of least numbers the complements, so that the greatest is wanted in any case. */
    private final long[] best;

    private long offered;

    Extremes(boolean greatest, Ordered ordered, int slots) {
        super(slots);
        this.greatest = greatest;
        this.ordered = ordered;
        best = new long[nodes()];
        Arrays.fill(best, Long.MIN_VALUE);
    }

    @Override
    public void add(Passing event, int at, int until) {
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
        settle();
    }

    /** Only where a value was offered. */
    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        long found = best[node(slot)];
        ordered.write(greatest ? found : ~found, row, at);
    }
}
