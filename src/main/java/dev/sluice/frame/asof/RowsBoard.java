package dev.sluice.frame.asof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Aggregates that need the rows of their windows: rows that some slot sees wait at the first that knows them; then each key's pass
 * in this order, from slot to slot, as in the sorted way.
 */
final class RowsBoard implements Board {
    private static final int NONE = -1;
    private static final int FEW = 16;

    private final Track.Rows track;
    private final int[] at;
    private final DataType[] types;
    private final int arguments;

    /** The last row that waits at a slot, and of each row the one before. */
    private final int[] last;

    private int[] before = new int[FEW];
    private final List<Track.Event> waiting = new ArrayList<>();
    private final Object[][] answers;

    /**
     * A board without rows.
     *
     * @param arguments index of the first argument of all in a row of the history
     */
    RowsBoard(Track.Rows track, int arguments, StructType columns, int slots) {
        this.track = track.renumbered();
        this.arguments = arguments;
        this.at = track.arguments().stream().mapToInt(i -> i).toArray();
        this.types = Arrays.stream(at)
                .mapToObj(i -> columns.fields()[arguments + i].dataType())
                .toArray(DataType[]::new);
        this.last = new int[slots];
        Arrays.fill(last, NONE);
        this.answers = new Object[slots][];
    }

    @Override
    public void learn(Passing event) {
        if (event.from >= event.until(track.over())) {
            return;
        }
        int row = waiting.size();
        if (row == before.length) {
            before = Arrays.copyOf(before, 2 * row);
        }
        before[row] = last[event.from];
        last[event.from] = row;
        Object[] values = new Object[at.length];
        for (int i = 0; i < at.length; i++) {
            values[i] = event.row.isNullAt(arguments + at[i])
                    ? null
                    : InternalRow.copyValue(event.row.get(arguments + at[i], types[i]));
        }
        waiting.add(new Track.Event(event.time, event.known, Arrays.asList(values)));
    }

    @Override
    public void settle(Slots slots) {
        for (Slots.Times key : slots.keys()) {
            Track.State state = track.start();
            for (int slot = key.begin(); slot < key.end(); slot++) {
                waitingAt(slot).forEach(state::learn);
                answers[slot] = new Object[track.width()];
                state.answer(key.time(slot), answers[slot], 0);
                for (int i = 0; i < answers[slot].length; i++) {
                    answers[slot][i] = Nested.internal(answers[slot][i]);
                }
            }
        }
        waiting.clear();
    }

    private List<Track.Event> waitingAt(int slot) {
        List<Track.Event> events = new ArrayList<>();
        for (int row = last[slot]; row != NONE; row = before[row]) {
            events.add(waiting.set(row, null));
        }
        events.sort(Comparator.comparingLong(Track.Event::known));
        return events;
    }

    @Override
    public void answer(int slot, long asOf, InternalRow row, int first) {
        Object[] found = slot == Slots.NONE ? ofNothing() : answers[slot];
        for (int i = 0; i < found.length; i++) {
            row.update(first + i, found[i]);
        }
    }

    private Object[] ofNothing() {
        Object[] nothing = new Object[track.width()];
        track.start().answer(0, nothing, 0);
        return nothing;
    }
}
