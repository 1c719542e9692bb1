package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** Number of values: only where it changes is written down, and summed up from slot to slot in the end. */
final class Counts implements Sliding, Result {
    private final long[] counts;

    Counts(int slots) {
        counts = new long[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        counts[event.from]++;
        if (until < event.key.end()) {
            counts[until]--;
        }
    }

    @Override
    public void settle(Slots slots) {
        sumUp(counts, slots);
    }

    /** Changes become sums, modulo 2^64. */
    static void sumUp(long[] changes, Slots slots) {
        for (Slots.Times key : slots.keys()) {
            for (int slot = key.begin() + 1; slot < key.end(); slot++) {
                changes[slot] += changes[slot - 1];
            }
        }
    }

    /** Of a slot, after {@link #settle}. */
    long count(int slot) {
        return counts[slot];
    }

    /** A result that is null where there is no value. */
    Result ofSome(Result result) {
        return (slot, asOf, row, at) -> {
            if (counts[slot] == 0) {
                row.setNullAt(at);
            } else {
                result.write(slot, asOf, row, at);
            }
        };
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
