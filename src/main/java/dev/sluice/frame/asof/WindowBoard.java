package dev.sluice.frame.asof;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** Aggregates over the rows that are younger than a span: a row counts from the first slot that knows it to the last that is near. */
final class WindowBoard implements Board {
    private final long over;
    private final int[] at;
    private final Sliding[] parts;
    private final List<Result> results;

    /**
     * A board without rows.
     *
     * @param parts of all results
     */
    WindowBoard(long over, Parts parts, List<Result> results) {
        this.over = over;
        this.at = parts.arguments();
        this.parts = parts.slidings().toArray(Sliding[]::new);
        this.results = results;
    }

    @Override
    public void learn(Passing event) {
        int until = event.until(over);
        if (event.from >= until) {
            return;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!event.row.isNullAt(at[i])) {
                parts[i].add(event, at[i], until);
            }
        }
    }

    @Override
    public void settle(Slots slots) {
        for (Sliding part : parts) {
            part.settle(slots);
        }
    }

    @Override
    public void answer(int slot, long asOf, InternalRow row, int first) {
        for (int i = 0; i < results.size(); i++) {
            if (slot == Slots.NONE) {
                results.get(i).writeOfNothing(row, first + i);
            } else {
                results.get(i).write(slot, asOf, row, first + i);
            }
        }
    }
}
