package dev.sluice.frame.asof;

/** Sum of doubles, rounded once. */
final class Sums implements Sliding {
    private final Changes changes;
    private final double[] sums;

    Sums(int slots) {
        changes = new Changes(slots);
        sums = new double[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        changes.add(event, event.row.getDouble(at), until);
    }

    @Override
    public void settle(Slots slots) {
        for (Slots.Times key : slots.keys()) {
            changes.sumUp(key, sums);
        }
    }

    Result result() {
        return (slot, asOf, row, at) -> row.setDouble(at, sums[slot]);
    }

    /** The sum by how many values there are. */
    Result average(Counts counts) {
        return (slot, asOf, row, at) -> row.setDouble(at, sums[slot] / counts.count(slot));
    }
}
