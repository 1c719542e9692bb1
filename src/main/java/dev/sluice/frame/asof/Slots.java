package dev.sluice.frame.asof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;

/**
 * The different decision times of each key, in order. All of a key have numbers (slots) in a row, so that what concerns a span
 * of time is a range of slots. First {@link #add} all rows, then {@link #number} them, then look up.
 */
final class Slots {
    /** Of a row that sees nothing: a part of its key or its decision time is null. */
    static final int NONE = -1;

    private static final Times NO_TIMES = new Times();

    private final int keys;
    private final UnsafeProjection key;
    private final Map<UnsafeRow, Times> times = new HashMap<>();
    private final List<Times> ordered = new ArrayList<>();
    private int size;

    /** Of rows whose first columns are the key, and whose next one is a time in microseconds. */
    Slots(DataType[] keyTypes) {
        this.keys = keyTypes.length;
        this.key = UnsafeProjection.create(keyTypes);
    }

    void add(InternalRow row) {
        if (isBlind(row)) {
            return;
        }
        UnsafeRow found = key.apply(row);
        Times of = times.get(found);
        if (of == null) {
            of = new Times();
            times.put(found.copy(), of);
            ordered.add(of);
        }
        of.add(row.getLong(keys));
    }

    /** Gives the slots their numbers; nothing can be added after that. */
    void number() {
        for (Times of : ordered) {
            of.number(size);
            size += of.count;
        }
    }

    /** Number of slots. */
    int size() {
        return size;
    }

    /** The keys, each with its slots. */
    List<Times> keys() {
        return ordered;
    }

    /** The slots of the row's key: none where no row that was added has it. */
    Times of(InternalRow row) {
        return times.getOrDefault(key.apply(row), NO_TIMES);
    }

    /** The slot of a row that was added. */
    int slot(InternalRow row) {
        return isBlind(row) ? NONE : of(row).from(row.getLong(keys));
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
        private static final int FEW = 4;

        private long[] times = new long[FEW];
        private int count;
        private int begin;

        private void add(long time) {
            if (count > 0 && times[count - 1] == time) {
                return;
            }
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = time;
        }

        private void number(int first) {
            Arrays.sort(times, 0, count);
            int different = 0;
            for (int i = 0; i < count; i++) {
                if (different == 0 || times[different - 1] != times[i]) {
                    times[different++] = times[i];
                }
            }
            times = Arrays.copyOf(times, different);
            count = different;
            begin = first;
        }

        int begin() {
            return begin;
        }

        int end() {
            return begin + count;
        }

        /** Decision time of a slot. */
        long time(int slot) {
            return times[slot - begin];
        }

        /** The first slot whose decision time is not before this; {@link #end} where there is none. */
        int from(long time) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (times[middle] < time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return begin + low;
        }
    }
}
