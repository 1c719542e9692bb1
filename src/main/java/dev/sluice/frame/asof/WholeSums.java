package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** Sum of whole numbers, modulo 2^64. */
final class WholeSums implements Sliding, Result {
    private final long[] sums;

    WholeSums(int slots) {
        sums = new long[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        long value = event.row.getLong(at);
        sums[event.from] += value;
        if (until < event.key.end()) {
            sums[until] -= value;
        }
    }

    @Override
    public void settle(Slots slots) {
        Counts.sumUp(sums, slots);
    }

    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        row.setLong(at, sums[slot]);
    }
}
