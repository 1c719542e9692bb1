package dev.sluice.stats;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the rows of each value while there are at most {@link Distinct#MOST_COUNTED} different ones. Beyond that a sketch
 * estimates how many there are, and the table goes on with those that are frequent (Misra and Gries, "Finding repeated
 * elements", 1982): when it is full, the same number of rows is taken from every value, at least half of the values lose
 * their last one and leave, and the number taken is what a value may have in more rows than the table says.
 */
abstract class Tally {
    static final int MOST = Distinct.MOST_COUNTED;

    /** More than twice as many, so that values are found in a step or two. A power of two. */
    static final int SLOTS = 512;

    /** Rows of the value in a slot; 0 where there is none. */
    final long[] counts = new long[SLOTS];

    /** Null while all values are counted. */
    HyperLogLog.Builder sketch;

    private int size;
    private long error;

    /** Whether every value has been counted so far. */
    final boolean counted() {
        return sketch == null;
    }

    /** Whether one more value would be one too many. */
    final boolean full() {
        return size == MOST;
    }

    /** From now on values are estimated, those that were counted among them. */
    final void estimate() {
        sketch = new HyperLogLog.Builder();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (counts[slot] > 0) {
                sketch.add(hash(slot));
            }
        }
    }

    /** Whether all values of both can be counted. */
    final boolean takes(Distinct other) {
        if (!counted() || !(other instanceof Distinct.Counted known)) {
            return false;
        }
        long strangers = known.frequencies().keySet().stream()
                .filter(text -> !knows(text))
                .count();
        return size + strangers <= MOST;
    }

    /** All rows of another; values are estimated afterwards unless {@link #takes} it. */
    final void add(Distinct other) {
        if (counted() && !takes(other)) {
            estimate();
        }
        if (other instanceof Distinct.Estimated estimated) {
            sketch.add(estimated.sketch());
            error += estimated.error();
        }
        other.frequencies().forEach(this::add);
    }

    /** What was counted, as text. */
    final SortedMap<String, Long> frequencies() {
        SortedMap<String, Long> frequencies = new TreeMap<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (counts[slot] > 0) {
                // Malformed texts may look alike.
                frequencies.merge(text(slot), counts[slot], Long::sum);
            }
        }
        return frequencies;
    }

    /** @param values how many there were, equal ones too */
    final Distinct build(long values) {
        return counted()
                ? new Distinct.Counted(frequencies())
                : new Distinct.Estimated(sketch.build(), frequencies(), error, values);
    }

    /** So many rows of a value that is not in the table, which has room: in the first free slot from its hash on. */
    final int insert(long hash, long rows) {
        int slot = (int) hash & (SLOTS - 1);
        while (counts[slot] != 0) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        counts[slot] = rows;
        size++;
        return slot;
    }

    /** Makes room. */
    final void purge() {
        long taken = median();
        error += taken;
        long[] before = counts.clone();
        Arrays.fill(counts, 0);
        size = 0;
        keep(before, taken);
    }

    /** Half of the values have at most so many rows. */
    private long median() {
        int once = 0;
        for (long rows : counts) {
            once += rows == 1 ? 1 : 0;
        }
        if (2 * once >= size) {
            return 1;
        }
        long[] sorted = counts.clone();
        Arrays.sort(sorted);
        return sorted[SLOTS - 1 - size / 2];
    }

    /** Hash of the value in a slot. */
    abstract long hash(int slot);

    /** The value in a slot. */
    abstract String text(int slot);

    abstract boolean knows(String text);

    /** So many more rows of a value, which a sketch, if there is one, is told of too. */
    abstract void add(String text, long rows);

    /** Puts the values into the emptied table again that had more rows than were taken. */
    abstract void keep(long[] before, long taken);
}
