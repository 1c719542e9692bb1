package dev.sluice.frame;

import java.util.Arrays;

/** How often each fingerprint was seen: an open hash table with three numbers for each, of which the last is 0 where there is none. */
final class KeyTable {
    private static final int NUMBERS = 3;
    private static final int FIRST_SLOTS = 1 << 10;

    private long[] cells = new long[NUMBERS * FIRST_SLOTS];
    private int size;

    /** Takes what the table holds. */
    interface Taker {
        void take(long first, long second, long rows);
    }

    /** Empty tables. */
    static KeyTable[] each(int tables) {
        KeyTable[] all = new KeyTable[tables];
        Arrays.setAll(all, i -> new KeyTable());
        return all;
    }

    int size() {
        return size;
    }

    void add(long first, long second, long rows) {
        put(first, second, rows);
        // Half of the slots are free, so that a search ends soon.
        if (2 * NUMBERS * size > cells.length) {
            long[] full = cells;
            cells = new long[2 * full.length];
            size = 0;
            each(full, this::put);
        }
    }

    private void put(long first, long second, long rows) {
        int slots = cells.length / NUMBERS;
        int slot = (int) (first ^ (first >>> 32)) & (slots - 1);
        int at = NUMBERS * slot;
        while (cells[at + 2] != 0 && (cells[at] != first || cells[at + 1] != second)) {
            slot = (slot + 1) & (slots - 1);
            at = NUMBERS * slot;
        }
        if (cells[at + 2] == 0) {
            size++;
            cells[at] = first;
            cells[at + 1] = second;
        }
        cells[at + 2] += rows;
    }

    void each(Taker taker) {
        each(cells, taker);
    }

    private static void each(long[] cells, Taker taker) {
        for (int at = 0; at < cells.length; at += NUMBERS) {
            if (cells[at + 2] != 0) {
                taker.take(cells[at], cells[at + 1], cells[at + 2]);
            }
        }
    }

    void clear() {
        Arrays.fill(cells, 0);
        size = 0;
    }
}
