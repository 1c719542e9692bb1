package dev.sluice.frame.asof;

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
    private final Moves moves;
    private final NumberedRows best;
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
        this.moves = new Moves(types);
        this.best = new NumberedRows(slots);
        this.times = new long[slots];
        this.known = new long[slots];
    }

    @Override
    public void learn(Passing event) {
        int slot = event.from;
        UnsafeRow row = (UnsafeRow) event.row;
        if (!best.has(slot) || isNewer(row, event.time, event.known, slot)) {
            best.put(slot, row);
            times[slot] = event.time;
            known[slot] = event.known;
        }
    }

    /** Whether no row was the first one that a slot knows. */
    boolean isEmpty(int slot) {
        return !best.has(slot);
    }

    /**
     * Before {@link #settle}: gives away the rows that are the newest of some slot, in order of their slots, and forgets all.
     */
    void release(Slots slots, Consumer<UnsafeRow> newest) {
        for (Slots.Times key : slots.keys()) {
            int last = Slots.NONE;
            for (int slot = key.begin(); slot < key.end(); slot++) {
                if (best.has(slot) && (last == Slots.NONE || isNewer(slot, last))) {
                    newest.accept(best.object(slot));
                    last = slot;
                }
            }
        }
        best.clear();
    }

    @Override
    public void settle(Slots slots) {
        for (Slots.Times key : slots.keys()) {
            for (int slot = key.begin() + 1; slot < key.end(); slot++) {
                int before = slot - 1;
                if (best.has(before) && (!best.has(slot) || isNewer(before, slot))) {
                    best.share(slot, before);
                    times[slot] = times[before];
                    known[slot] = known[before];
                }
            }
        }
    }

    @Override
    public void answer(int slot, long asOf, InternalRow row, int at) {
        boolean found = found(slot, asOf);
        if (found) {
            moves.move(best.row(slot), first, row, at);
        } else {
            for (int i = 0; i < types.length; i++) {
                row.setNullAt(at + i);
            }
        }
        if (flag) {
            row.setDouble(at + types.length, found ? 0.0 : 1.0);
        }
    }

    /** Whether a slot has a newest row. */
    boolean found(int slot, long asOf) {
        return slot != Slots.NONE && best.has(slot) && asOf - times[slot] <= maxAge;
    }

    /** The newest row of a slot, which {@link #found has one}. */
    UnsafeRow newest(int slot) {
        return best.object(slot);
    }

    /** When the newest row of a slot happened. */
    long time(int slot) {
        return times[slot];
    }

    private boolean isNewer(UnsafeRow row, long time, long knownAt, int slot) {
        int order = compare(time, knownAt, slot);
        return order == 0 ? compare(row, best.row(slot)) > 0 : order > 0;
    }

    private boolean isNewer(int slot, int other) {
        int order = compare(times[slot], known[slot], other);
        return order == 0 ? compare(best.object(slot), best.row(other)) > 0 : order > 0;
    }

    private int compare(long time, long knownAt, int slot) {
        int order = Long.compare(time, times[slot]);
        return order == 0 ? Long.compare(knownAt, known[slot]) : order;
    }

    private int compare(UnsafeRow row, UnsafeRow other) {
        int order = 0;
        for (int i = 0; order == 0 && i < types.length; i++) {
            order = NULLS_FIRST.compare(comparable(row, i), comparable(other, i));
        }
        return order;
    }

    @SuppressWarnings("unchecked") // numbers, booleans and texts of one class
    private Comparable<Object> comparable(InternalRow row, int i) {
        return (Comparable<Object>) row.get(first + i, types[i]);
    }
}
