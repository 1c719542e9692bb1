package dev.sluice.frame.asof;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * Aggregates over the rows that are younger than a span: a row counts from the first slot that knows it to the last that is near. While
 * rows pass each part keeps its numbers of all slots side by side; then all of a slot are written side by side, since spine rows come
 * in any order and would have to look for each number somewhere else.
 */
final class WindowBoard implements Board {
    private final long over;
    private final int[] at;
    private final Moves moves;
    private Sliding[] parts;
    private List<Result> results;
    private NumberedRows answers;
    private UnsafeRow ofNothing;

    /**
     * A board without rows.
     *
     * @param parts of all results
     * @param moves of the results
     */
    WindowBoard(long over, Parts parts, List<Result> results, Moves moves) {
        this.over = over;
        this.at = parts.arguments();
        this.parts = parts.slidings().toArray(Sliding[]::new);
        this.results = results;
        this.moves = moves;
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
        InternalRow row = moves.row();
        UnsafeProjection projection = moves.projection();
        answers = new NumberedRows(slots.size());
        for (Slots.Times key : slots.keys()) {
            for (int slot = key.begin(); slot < key.end(); slot++) {
                for (int i = 0; i < results.size(); i++) {
                    results.get(i).write(slot, key.time(slot), row, i);
                }
                answers.put(slot, projection.apply(row));
            }
        }
        for (int i = 0; i < results.size(); i++) {
            results.get(i).writeOfNothing(row, i);
        }
        ofNothing = projection.apply(row).copy();
        parts = null;
        results = null;
    }

    @Override
    public void answer(int slot, long asOf, InternalRow row, int first) {
        moves.move(slot == Slots.NONE ? ofNothing : answers.row(slot), 0, row, first);
    }
}
