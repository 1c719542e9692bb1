package dev.sluice.stats;

import java.time.Instant;
import java.time.LocalDate;

/** A tally of values of 64 bits: whole numbers, days, microseconds, booleans as 0 and 1, the bits of doubles. */
final class LongTally extends Tally {
    private final ColumnKind kind;
    private final long[] values = new long[SLOTS];

    LongTally(ColumnKind kind) {
        this.kind = kind;
    }

    /**
     * Counts values in turn while all can be counted.
     *
     * @return the position of the first one that cannot; {@code to} when there is none
     */
    int count(long[] block, int to) {
        for (int i = 0; i < to; i++) {
            long value = block[i];
            long hash = Hash.of(value);
            int slot = find(value, hash);
            if (slot >= 0) {
                counts[slot]++;
            } else if (full()) {
                return i;
            } else {
                values[insert(hash, 1)] = value;
            }
        }
        return to;
    }

    /** Estimates values. */
    void estimate(long[] block, int from, int to) {
        for (int i = from; i < to; i++) {
            long value = block[i];
            long hash = Hash.of(value);
            int slot = find(value, hash);
            if (slot >= 0) {
                // Was there before, so that the sketch knows it.
                counts[slot]++;
            } else {
                sketch.add(hash);
                put(value, hash, 1);
            }
        }
    }

    private int find(long value, long hash) {
        int slot = (int) hash & (SLOTS - 1);
        while (counts[slot] != 0) {
            if (values[slot] == value) {
                return slot;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return -1;
    }

    private void put(long value, long hash, long rows) {
        if (full()) {
            purge();
        }
        values[insert(hash, rows)] = value;
    }

    @Override
    long hash(int slot) {
        return Hash.of(values[slot]);
    }

    @Override
    String text(int slot) {
        return print(kind, values[slot]);
    }

    @Override
    boolean knows(String text) {
        long value = parse(kind, text);
        return find(value, Hash.of(value)) >= 0;
    }

    @Override
    void add(String text, long rows) {
        long value = parse(kind, text);
        long hash = Hash.of(value);
        if (!counted()) {
            sketch.add(hash);
        }
        int slot = find(value, hash);
        if (slot >= 0) {
            counts[slot] += rows;
        } else {
            put(value, hash, rows);
        }
    }

    @Override
    void keep(long[] before, long taken) {
        long[] all = values.clone();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (before[slot] > taken) {
                values[insert(Hash.of(all[slot]), before[slot] - taken)] = all[slot];
            }
        }
    }

    /** Dates, times (UTC) and numbers as Java prints them. */
    static String print(ColumnKind kind, long value) {
        return switch (kind) {
            case DATE -> LocalDate.ofEpochDay(value).toString();
            case TIMESTAMP -> Temporals.instant(value).toString();
            case BOOLEAN -> String.valueOf(value != 0);
            case WHOLE -> Long.toString(value);
            case REAL -> Double.toString(Double.longBitsToDouble(value));
            case TEXT, BINARY, ARRAY, OTHER -> throw new IllegalStateException("values of " + kind + " are no longs");
        };
    }

    static long parse(ColumnKind kind, String text) {
        return switch (kind) {
            case DATE -> LocalDate.parse(text).toEpochDay();
            case TIMESTAMP -> Temporals.micros(Instant.parse(text));
            case BOOLEAN -> Boolean.parseBoolean(text) ? 1 : 0;
            case WHOLE -> Long.parseLong(text);
            case REAL -> Double.doubleToLongBits(Double.parseDouble(text));
            case TEXT, BINARY, ARRAY, OTHER -> throw new IllegalStateException("values of " + kind + " are no longs");
        };
    }
}
