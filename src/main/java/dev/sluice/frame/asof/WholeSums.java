package dev.sluice.frame.asof;

/** Sum of whole numbers, modulo 2^64. */
final class WholeSums implements Sliding {
    private final Counts counts;
    private final long[] sums;

    WholeSums(int slots) {
        counts = new Counts(slots);
        sums = new long[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        counts.add(event, at, until);
        long value = event.row.getLong(at);
        sums[event.from] += value;
        if (until < event.key.end()) {
            sums[until] -= value;
        }
    }

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        Counts.sumUp(sums, slots);
    }

    @Override
    public Object value(int slot, long asOf) {
        return counts.count(slot) == 0 ? ofNothing() : (Object) sums[slot];
    }
}
