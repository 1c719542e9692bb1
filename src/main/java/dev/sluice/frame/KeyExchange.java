package dev.sluice.frame;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * What one task sends to others: how often it has seen each fingerprint, to the task that counts that fingerprint. It holds so many
 * of each set and sends them on when there are more.
 *
 * @param <R> rows of two numbers for each set, which are null where the row belongs to no group
 */
final class KeyExchange<R> implements Iterator<Tuple2<Integer, long[]>> {
    private final Iterator<R> rows;
    private final IsNull<R> isNull;
    private final Get<R> get;
    private final int tasks;
    private final int held;
    private final KeyTable[] tables;
    private final Deque<Tuple2<Integer, long[]>> ready = new ArrayDeque<>();
    private boolean isOver;

    KeyExchange(Iterator<R> rows, IsNull<R> isNull, Get<R> get, int sets, int tasks, int held) {
        this.rows = rows;
        this.isNull = isNull;
        this.get = get;
        this.tasks = tasks;
        this.held = held;
        this.tables = KeyTable.each(sets);
    }

    /** Whether a number of a row is missing. */
    interface IsNull<R> extends Serializable {
        boolean of(R row, int i);
    }

    /** A number of a row. */
    interface Get<R> extends Serializable {
        long of(R row, int i);
    }

    /** Adds what was sent to the table of its set. */
    static void receive(long[] sent, KeyTable[] tables) {
        KeyTable table = tables[(int) sent[0]];
        for (int at = 1; at < sent.length; at += 3) {
            table.add(sent[at], sent[at + 1], sent[at + 2]);
        }
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
            add(rows.next());
        }
        if (ready.isEmpty() && !isOver) {
            isOver = true;
            for (int set = 0; set < tables.length; set++) {
                send(set);
            }
        }
        return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, long[]> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("nothing is left to send");
        }
        return ready.remove();
    }

    private void add(R row) {
        for (int set = 0; set < tables.length; set++) {
            if (!isNull.of(row, 2 * set)) {
                tables[set].add(get.of(row, 2 * set), get.of(row, 2 * set + 1), 1);
                if (tables[set].size() >= held) {
                    send(set);
                }
            }
        }
    }

    private void send(int set) {
        int[] length = new int[tasks];
        tables[set].each((first, second, count) -> length[task(second)] += 3);
        long[][] messages = new long[tasks][];
        for (int task = 0; task < tasks; task++) {
            if (length[task] > 0) {
                messages[task] = new long[1 + length[task]];
                messages[task][0] = set;
                ready.add(new Tuple2<>(task, messages[task]));
                length[task] = 1;
            }
        }
        tables[set].each((first, second, count) -> {
            int task = task(second);
            long[] message = messages[task];
            message[length[task]++] = first;
            message[length[task]++] = second;
            message[length[task]++] = count;
        });
        tables[set].clear();
    }

    /** By the half that does not say where in a table a fingerprint is. */
    private int task(long second) {
        return (int) Long.remainderUnsigned(second, tasks);
    }
}
