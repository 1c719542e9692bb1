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
 * The rows of a history that one task reads, each with the range to which it goes: to the one whose decision times are the first to
 * know it, and to the later ones in which a window sees it. For the others only the newest of all is needed, so of the rows that
 * are known before a range the best goes there too, at the end. It may be there twice where no window counts it.
 */
final class Shared implements Exchange.Sent {
    private final Iterator<InternalRow> rows;
    private final Probe.Question question;
    private final Ranges ranges;
    private final List<NewestBoard> boards = new ArrayList<>();
    private final long widest;
    private final Passing event = new Passing();
    private final Deque<Carried> carried = new ArrayDeque<>();
    private int next;
    private int last;
    private int task;
    private boolean ended;

    /**
     * Shares.
     *
     * @param rows one object each time
     */
    Shared(Iterator<InternalRow> rows, Probe.Question question, Ranges ranges) {
        this.rows = rows;
        this.question = question;
        this.ranges = ranges;
        widest = question.tracks().stream().mapToLong(Track::over).max().orElse(0);
        for (Track track : question.tracks()) {
            if (track instanceof Track.Newest newest) {
                boards.add(question.board(newest, ranges.ends().size()));
            }
        }
    }

    @Override
    public boolean hasNext() {
        while (event.row == null && carried.isEmpty() && !ended) {
            if (rows.hasNext()) {
                read(rows.next());
            } else {
                carry();
                ended = true;
            }
        }
        return event.row != null || !carried.isEmpty();
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (event.row == null) {
            Carried newest = carried.remove();
            task = ranges.task(newest.row, newest.range);
            return newest.row;
        }
        InternalRow row = event.row;
        task = ranges.task(row, next);
        if (next == last) {
            event.row = null;
        } else {
            next++;
        }
        return row;
    }

    @Override
    public int task() {
        return task;
    }

    private void read(InternalRow row) {
        event.key = ranges.ends().of(row);
        if (event.key.begin() == event.key.end()) {
            event.row = row;
            next = Slots.NONE;
            last = Slots.NONE;
            return;
        }
        event.known = question.known(row);
        event.from = event.key.from(event.known);
        if (event.from < event.key.end()) {
            event.row = row;
            event.time = question.time(row);
            next = event.from;
            last = lastThatCounts();
            boards.forEach(board -> board.learn(event));
        }
    }

    /** The last range in which a window may count the row; the first that knows it where there is none. */
    private int lastThatCounts() {
        return Math.max(event.from, Math.min(event.until(widest), event.key.end() - 1));
    }

    private void carry() {
        for (NewestBoard board : boards) {
            board.settle(ranges.ends());
            for (Slots.Times key : ranges.ends().keys()) {
                for (int range = key.begin(); range + 1 < key.end(); range++) {
                    carry(board, key, range);
                }
            }
        }
    }

    /** To the range behind one, unless it is too old there, or went there as a row that counts. */
    private void carry(NewestBoard board, Slots.Times key, int range) {
        if (board.found(range, key.time(range) + 1)) {
            UnsafeRow newest = board.newest(range);
            event.key = key;
            event.time = board.time(range);
            event.from = key.from(question.known(newest));
            if (lastThatCounts() <= range) {
                carried.add(new Carried(newest, range + 1));
            }
        }
    }

    private record Carried(UnsafeRow row, int range) {}
}
