package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;

/** Variance or standard deviation of doubles. */
final class Spreads implements Sliding {
    private final Spread spread;
    private final Counts counts;
    private final Changes values;
    private final Changes squares;
    private final Double[] found;

    Spreads(Spread spread, int slots) {
        this.spread = spread;
        counts = new Counts(slots);
        values = new Changes(slots);
        squares = new Changes(slots);
        found = new Double[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        counts.add(event, at, until);
        double value = event.row.getDouble(at);
        values.add(event, value, until);
        squares.add(event, value * value, until);
        squares.add(event, Spread.restOfSquare(value), until);
    }

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        for (Slots.Times key : slots.keys()) {
            ExactSum sum = new ExactSum();
            ExactSum ofSquares = new ExactSum();
            for (int slot = key.begin(); slot < key.end(); slot++) {
                values.apply(slot, sum);
                squares.apply(slot, ofSquares);
                found[slot] = spread.of(counts.count(slot), sum, ofSquares);
            }
        }
    }

    @Override
    public Object value(int slot, long asOf) {
        return found[slot];
    }
}
