package dev.sluice.frame.asof;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;

/**
 * The newest row: each slot keeps the best of the rows that it is the first to know; what a slot knows all later ones of its
 * key know too.
 */
final class NewestBoard implements Board {
    private static final Comparator<Comparable<Object>> NULLS_FIRST = Comparator.nullsFirst(Comparator.naturalOrder());

    private final long maxAge;
    private final boolean flag;
    private final int first;
    private final DataType[] types;
    private final UnsafeRow[] best;
    private final long[] times;
    private final long[] known;

    /**
     * A board without rows.
     *
     * @param first index of the first taken value in a row of the history
     * @param types of the taken values
     * @param flag whether a last answer says that there was none
     */
    NewestBoard(long maxAge, boolean flag, int first, DataType[] types, int slots) {
        this.maxAge = maxAge;
        this.flag = flag;
        this.first = first;
        this.types = types;
        this.best = new UnsafeRow[slots];
        this.times = new long[slots];
        this.known = new long[slots];
    }

    @Override
    public void learn(Passing event) {
        int slot = event.from;
        UnsafeRow row = (UnsafeRow) event.row;
        if (best[slot] == null) {
            keep(slot, row.copy(), event.time, event.known);
        } else if (compare(row, event.time, event.known, slot) > 0) {
            best[slot].copyFrom(row);
            keep(slot, best[slot], event.time, event.known);
        }
    }

    /** Whether no row was the first one that a slot knows. */
    boolean isEmpty(int slot) {
        return best[slot] == null;
    }

    /**
     * Before {@link #settle}: gives away the rows that are the newest of some slot, in order of their slots, and forgets all.
     */
    void release(Slots slots, Consumer<UnsafeRow> newest) {
        for (Slots.Times key : slots.keys()) {
            int last = Slots.NONE;
            for (int slot = key.begin(); slot < key.end(); slot++) {
                if (best[slot] != null
                        && (last == Slots.NONE || compare(best[slot], times[slot], known[slot], last) > 0)) {
                    newest.accept(best[slot]);
                    last = slot;
                }
            }
        }
        Arrays.fill(best, null);
    }

    @Override
    public void settle(Slots slots) {
        for (Slots.Times key : slots.keys()) {
            for (int slot = key.begin() + 1; slot < key.end(); slot++) {
                int before = slot - 1;
                if (best[before] != null
                        && (best[slot] == null || compare(best[before], times[before], known[before], slot) > 0)) {
                    keep(slot, best[before], times[before], known[before]);
                }
            }
        }
    }

    private void keep(int slot, UnsafeRow row, long time, long knownAt) {
        best[slot] = row;
        times[slot] = time;
        known[slot] = knownAt;
    }

    @Override
    public void answer(int slot, long asOf, Object[] row, int at) {
        boolean found = found(slot, asOf);
        for (int i = 0; found && i < types.length; i++) {
            row[at + i] = best[slot].get(first + i, types[i]);
        }
        if (flag) {
            row[at + types.length] = found ? 0.0 : 1.0;
        }
    }

    /** Whether a slot has a newest row. */
    boolean found(int slot, long asOf) {
        return slot != Slots.NONE && best[slot] != null && asOf - times[slot] <= maxAge;
    }

    /** The newest row of a slot, which {@link #found has one}. */
    UnsafeRow newest(int slot) {
        return best[slot];
    }

    /** When the newest row of a slot happened. */
    long time(int slot) {
        return times[slot];
    }

    private int compare(InternalRow row, long time, long knownAt, int slot) {
        int order = Long.compare(time, times[slot]);
        if (order == 0) {
            order = Long.compare(knownAt, known[slot]);
        }
        for (int i = 0; order == 0 && i < types.length; i++) {
            order = NULLS_FIRST.compare(value(row, i), value(best[slot], i));
        }
        return order;
    }

    @SuppressWarnings("unchecked") // numbers, booleans and texts of one class
    private Comparable<Object> value(InternalRow row, int i) {
        return (Comparable<Object>) row.get(first + i, types[i]);
    }
}
