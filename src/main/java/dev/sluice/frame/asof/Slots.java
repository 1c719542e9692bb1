package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * The different decision times of each key, in order. All of a key have numbers (slots) in a row, so that what concerns a span
 * of time is a range of slots. First {@link #add} all rows, then {@link #number} them, then look up: in one thread, other threads
 * each in a {@link #reader} of their own.
 */
final class Slots implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of a row that sees nothing: a part of its key or its decision time is null. */
    static final int NONE = -1;

    private static final Times NO_TIMES = new Times(new long[0], 0, 0);
    private static final int FEW = 1 << 10;

    private final int keys;
    private final KeyNumbers numbers;
    private int[] keyOf = new int[FEW];
    private long[] times = new long[FEW];
    private int added;

    /** Where the slots of each key begin, and behind the last one the number of all. */
    private int[] begins = {0};

    private transient Times[] byKey = {};

    /** Of rows whose first columns are the key, and whose next one is a time in microseconds. */
    Slots(DataType[] keyTypes) {
        this.keys = keyTypes.length;
        this.numbers = KeyNumbers.of(keyTypes);
    }

    void add(InternalRow row) {
        if (isBlind(row)) {
            return;
        }
        if (added == times.length) {
            times = Arrays.copyOf(times, 2 * added);
            keyOf = Arrays.copyOf(keyOf, 2 * added);
        }
        keyOf[added] = numbers.add(row);
        times[added++] = row.getLong(keys);
    }

    private Slots(Slots numbered, long[] times, int[] begins) {
        keys = numbered.keys;
        numbers = numbered.numbers.reader();
        keyOf = numbered.keyOf;
        this.times = times;
        this.begins = begins;
        byKey = byKey();
    }

    /** Gives the slots their numbers; nothing can be added after that. */
    void number() {
        int[] rows = rowsBefore();
        long[] sorted = new long[added];
        int[] next = rows.clone();
        for (int i = 0; i < added; i++) {
            sorted[next[keyOf[i]]++] = times[i];
        }
        begins = new int[numbers.size() + 1];
        int size = 0;
        for (int key = 0; key < numbers.size(); key++) {
            Arrays.sort(sorted, rows[key], rows[key + 1]);
            for (int i = rows[key]; i < rows[key + 1]; i++) {
                if (size == begins[key] || sorted[size - 1] != sorted[i]) {
                    sorted[size++] = sorted[i];
                }
            }
            begins[key + 1] = size;
        }
        times = Arrays.copyOf(sorted, size);
        keyOf = new int[0];
        byKey = byKey();
    }

    /** Number of rows of the keys before each key, and of all. */
    private int[] rowsBefore() {
        int[] before = new int[numbers.size() + 1];
        for (int i = 0; i < added; i++) {
            before[keyOf[i] + 1]++;
        }
        for (int key = 1; key < before.length; key++) {
            before[key] += before[key - 1];
        }
        return before;
    }

    private Times[] byKey() {
        Times[] all = new Times[begins.length - 1];
        Arrays.setAll(all, key -> new Times(times, begins[key], begins[key + 1]));
        return all;
    }

    /** The same slots, which have their numbers, for another thread. */
    Slots reader() {
        return new Slots(this, times, begins);
    }

    /**
     * Of each key with more slots than a range has the last one of each range: ranges are as even as can be, and a key has at most so
     * many. Other keys have none.
     *
     * @param size of a range
     */
    Slots ends(long size, int most) {
        long[] ends = new long[FEW];
        int[] rangesBegin = new int[begins.length];
        int found = 0;
        for (int key = 0; key < numbers.size(); key++) {
            long slots = (long) begins[key + 1] - begins[key];
            long ranges = Math.min(most, (slots + size - 1) / size);
            for (int range = 1; ranges > 1 && range <= ranges; range++) {
                if (found == ends.length) {
                    ends = Arrays.copyOf(ends, 2 * found);
                }
                ends[found++] = times[begins[key] + (int) (slots * range / ranges) - 1];
            }
            rangesBegin[key + 1] = found;
        }
        return new Slots(this, Arrays.copyOf(ends, found), rangesBegin);
    }

    /** Number of slots. */
    int size() {
        return begins[begins.length - 1];
    }

    /** The keys, each with its slots. */
    List<Times> keys() {
        return Arrays.asList(byKey);
    }

    /** The slots of the row's key: none where no row that was added has it. */
    Times of(InternalRow row) {
        int key = numbers.find(row);
        return key == KeyNumbers.NONE ? NO_TIMES : byKey[key];
    }

    /** The slot of a row: the first of its key that is not before it; {@link #NONE} where its key has none, or the row sees nothing. */
    int slot(InternalRow row) {
        if (isBlind(row)) {
            return NONE;
        }
        Times key = of(row);
        return key.begin() == key.end() ? NONE : key.from(row.getLong(keys));
    }

    /** Which of so many parts a row belongs to: by its key, or where it sees nothing any. */
    int part(InternalRow row, int parts) {
        return isBlind(row) ? Math.floorMod(row.hashCode(), parts) : numbers.part(row, parts);
    }

    private boolean isBlind(InternalRow row) {
        for (int i = 0; i <= keys; i++) {
            if (row.isNullAt(i)) {
                return true;
            }
        }
        return false;
    }

    /** The slots of one key: from {@link #begin} until before {@link #end}. */
    static final class Times {
        private final long[] times;
        private final int begin;
        private final int end;

        private Times(long[] times, int begin, int end) {
            this.times = times;
            this.begin = begin;
            this.end = end;
        }

        int begin() {
            return begin;
        }

        int end() {
            return end;
        }

        /** Decision time of a slot. */
        long time(int slot) {
            return times[slot];
        }

        /** The first slot whose decision time is not before this; {@link #end} where there is none. */
        int from(long time) {
            int low = begin;
            int high = end;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (times[middle] < time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
