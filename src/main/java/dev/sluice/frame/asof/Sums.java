package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;

/** Sum or average of doubles. */
final class Sums implements Sliding {
    private final boolean average;
    private final Counts counts;
    private final Changes changes;
    private final double[] sums;

    Sums(boolean average, int slots) {
        this.average = average;
        counts = new Counts(slots);
        changes = new Changes(slots);
        sums = new double[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        counts.add(event, at, until);
        changes.add(event, event.row.getDouble(at), until);
    }

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        for (Slots.Times key : slots.keys()) {
            ExactSum sum = new ExactSum();
            for (int slot = key.begin(); slot < key.end(); slot++) {
                changes.apply(slot, sum);
                sums[slot] = sum.value();
            }
        }
    }

    @Override
    public Object value(int slot, long asOf) {
        long count = counts.count(slot);
        if (count == 0) {
            return ofNothing();
        }
        return average ? sums[slot] / count : sums[slot];
    }
}
