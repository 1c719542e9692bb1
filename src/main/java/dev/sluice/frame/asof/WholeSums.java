package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;

/** Sum of whole numbers, modulo 2^64. */
final class WholeSums implements Sliding {
    private final Counts counts;
    private final long[] sums;

    WholeSums(int slots) {
        counts = new Counts(slots);
        sums = new long[slots];
    }

    @Override
    public void add(InternalRow row, int at, int from, int until, int end) {
        counts.add(from, until, end);
        long value = row.getLong(at);
        sums[from] += value;
        if (until < end) {
            sums[until] -= value;
        }
    }

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        Counts.sumUp(sums, slots);
    }

    @Override
    public Object value(int slot) {
        return counts.count(slot) == 0 ? ofNothing() : (Object) sums[slot];
    }

    @Override
    public Object ofNothing() {
        return null;
    }
}
