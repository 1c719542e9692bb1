package dev.sluice.frame.asof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * The rows of a history that some slot may need, of those that one task reads. A row that a window sees passes at once. Of the
 * rows that could be the newest of a slot the best are held back until all were read, or until they are too many. So a row may
 * pass that no slot needs, or pass twice where no window counts it, and the answers are those of all rows.
 */
final class Pruning implements Iterator<InternalRow> {
    private static final long HELD_BYTES = 64 << 20;
    private static final int BYTES_OF_OBJECTS = 64;

    private final Iterator<InternalRow> rows;
    private final Probe.Question question;
    private final Slots slots;
    private final NewestBoard[] boards;
    private final long[] maxAges;
    private final long widest;
    private final Passing event = new Passing();
    private final Deque<UnsafeRow> released = new ArrayDeque<>();
    private long held;

    /**
     * Prunes.
     *
     * @param rows one object each time
     * @param slots of the whole spine
     */
    Pruning(Iterator<InternalRow> rows, Probe.Question question, Slots slots) {
        this.rows = rows;
        this.question = question;
        this.slots = slots;
        List<Track.Newest> newest = new ArrayList<>();
        long over = 0;
        for (Track track : question.tracks()) {
            if (track instanceof Track.Newest one) {
                newest.add(one);
            } else if (track instanceof Track.Window window) {
                over = Math.max(over, window.over());
            }
        }
        widest = over;
        maxAges = newest.stream().mapToLong(Track.Newest::maxAge).toArray();
        boards = newest.stream().map(one -> question.board(one, slots.size())).toArray(NewestBoard[]::new);
    }

    @Override
    public boolean hasNext() {
        return event.row != null || !released.isEmpty() || advance();
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        InternalRow next = event.row == null ? released.remove() : event.row;
        event.row = null;
        return next;
    }

    /** Reads on until there is something that passes. */
    private boolean advance() {
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            event.known = question.known(row);
            event.key = slots.of(row);
            event.from = event.key.from(event.known);
            if (event.from < event.key.end()) {
                event.row = row;
                event.time = question.time(row);
                // No later slot of the key is nearer.
                long age = event.key.time(event.from) - event.time;
                if (age < widest) {
                    return true;
                }
                hold(age);
                event.row = null;
                if (held > HELD_BYTES) {
                    release();
                    return true;
                }
            }
        }
        release();
        return !released.isEmpty();
    }

    private void hold(long age) {
        for (int i = 0; i < boards.length; i++) {
            if (age <= maxAges[i]) {
                if (boards[i].isEmpty(event.from)) {
                    held += ((UnsafeRow) event.row).getSizeInBytes() + BYTES_OF_OBJECTS;
                }
                boards[i].learn(event);
            }
        }
    }

    private void release() {
        if (held > 0) {
            for (NewestBoard board : boards) {
                board.release(slots, released::add);
            }
            held = 0;
        }
    }
}
