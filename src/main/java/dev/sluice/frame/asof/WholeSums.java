package dev.sluice.frame.asof;

/** Sum of whole numbers, modulo 2^64. */
final class WholeSums implements Sliding {
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

    /** The sum of at least one value. */
    Result result(Counts counts) {
        return (slot, asOf, row, at) -> {
            if (counts.count(slot) == 0) {
                row.setNullAt(at);
            } else {
                row.setLong(at, sums[slot]);
            }
        };
    }
}
