package dev.sluice.frame.asof;

/** Number of values: only where it changes is written down, and summed up from slot to slot in the end. */
final class Counts implements Sliding {
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

    @Override
    public Object value(int slot, long asOf) {
        return counts[slot];
    }

    @Override
    public Object ofNothing() {
        return 0L;
    }
}
