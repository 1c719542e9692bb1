package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import org.apache.spark.sql.catalyst.InternalRow;

/** Variance or standard deviation of doubles. */
final class Spreads implements Sliding, Result {
    private final Spread spread;
    private final Counts counts;
    private final Changes values;
    private final Changes squares;
    private final Double[] found;

    /** @param counts of the same values, which are settled before */
    Spreads(Spread spread, Counts counts, int slots) {
        this.spread = spread;
        this.counts = counts;
        values = new Changes(slots);
        squares = new Changes(slots);
        found = new Double[slots];
    }

    @Override
    public void add(Passing event, int at, int until) {
        double value = event.row.getDouble(at);
        values.add(event, value, until);
        squares.add(event, value * value, until);
        squares.add(event, Spread.restOfSquare(value), until);
    }

    @Override
    public void settle(Slots slots) {
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
    public void write(int slot, long asOf, InternalRow row, int at) {
        row.update(at, found[slot]);
    }
}
