package dev.sluice.frame.asof;

import dev.sluice.stats.DistinctCount;
import org.apache.spark.sql.catalyst.InternalRow;

/** How many different hashes there are; see {@link DistinctCount} for when that is exact. */
final class Distincts extends SlotTree implements Sliding, Result {
    private static final int ROOT = 1;

    private final DistinctCount[] seen;
    private final long[] counts;
    private long offered;

    Distincts(int slots) {
        super(slots);
        seen = new DistinctCount[nodes()];
        counts = new long[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        offered = event.row.getLong(at);
        offer(event.from, until);
    }

    @Override
    void offer(int node) {
        if (seen[node] == null) {
            seen[node] = new DistinctCount();
        }
        seen[node].add(offered);
    }

    /** Counts each slot on the way down: to keep all that a slot sees in every slot would take their number times a sketch. */
    @Override
    public void settle(Slots slots) {
        if (counts.length > 0) {
            count(ROOT, new DistinctCount());
        }
    }

    private void count(int node, DistinctCount above) {
        DistinctCount all = above;
        if (seen[node] != null) {
            all = above.plus(seen[node]);
            seen[node] = null;
        }
        if (node >= counts.length) {
            counts[node - counts.length] = all.value();
        } else {
            count(2 * node, all);
            count(2 * node + 1, all);
        }
    }

    @Override
    void passDown(int node, int child) {
        throw new IllegalStateException("counted on the way down");
    }

    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        row.setLong(at, counts[slot]);
    }

    @Override
    public void writeOfNothing(InternalRow row, int at) {
        row.setLong(at, 0);
    }
}
