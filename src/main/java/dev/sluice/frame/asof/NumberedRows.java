package dev.sluice.frame.asof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * At most one row for each number from 0 on. Their bytes lie side by side: an object for each would cost more than what is in it. The
 * place of a row has so many bytes, then room for it.
 */
final class NumberedRows {
    private static final long NOWHERE = -1;
    private static final int FEWEST_BYTES = 1 << 12;
    private static final int MOST_BYTES = 1 << 20;
    private static final int ROOM = 0;
    private static final int SIZE = Integer.BYTES;
    private static final int ROW = 2 * Integer.BYTES;

    /** Of each row the number of the bytes that it is in, and where in them. */
    private final long[] places;

    private List<byte[]> all = new ArrayList<>();
    private int filled;
    private UnsafeRow row = new UnsafeRow(0);

    NumberedRows(int numbers) {
        places = new long[numbers];
        Arrays.fill(places, NOWHERE);
    }

    boolean has(int number) {
        return places[number] != NOWHERE;
    }

    /** A copy of the row gets the number; there was none, or it is forgotten. No two numbers {@link #share} it. */
    void put(int number, UnsafeRow put) {
        if (row.numFields() != put.numFields()) {
            row = new UnsafeRow(put.numFields());
        }
        int size = put.getSizeInBytes();
        if (places[number] == NOWHERE) {
            places[number] = place(size);
        } else {
            int room = Platform.getInt(bytes(number), at(number) + ROOM);
            if (room < size) {
                // Twice as much, so that all that is left behind is never more than what is used.
                places[number] = place(Math.max(size, Math.multiplyExact(2, room)));
            }
        }
        byte[] bytes = bytes(number);
        Platform.putInt(bytes, at(number) + SIZE, size);
        Platform.copyMemory(put.getBaseObject(), put.getBaseOffset(), bytes, at(number) + ROW, size);
    }

    private long place(int room) {
        int needed = Math.addExact(ROW, room);
        if (all.isEmpty() || needed > last().length - filled) {
            int more = all.isEmpty() ? FEWEST_BYTES : Math.min(MOST_BYTES, 2 * last().length);
            all.add(new byte[Math.max(more, needed)]);
            filled = 0;
        }
        Platform.putInt(last(), Platform.BYTE_ARRAY_OFFSET + (long) filled + ROOM, room);
        long place = ((long) (all.size() - 1) << Integer.SIZE) | filled;
        filled += needed;
        return place;
    }

    private byte[] last() {
        return all.get(all.size() - 1);
    }

    /** The row of a number is that of another, too. */
    void share(int number, int other) {
        places[number] = places[other];
    }

    /** The row of a number, which is there; one object each time. */
    UnsafeRow row(int number) {
        return at(row, number);
    }

    /** The same as an object of its own. */
    UnsafeRow object(int number) {
        return at(new UnsafeRow(row.numFields()), number);
    }

    private UnsafeRow at(UnsafeRow view, int number) {
        byte[] bytes = bytes(number);
        view.pointTo(bytes, at(number) + ROW, Platform.getInt(bytes, at(number) + SIZE));
        return view;
    }

    private byte[] bytes(int number) {
        return all.get((int) (places[number] >>> Integer.SIZE));
    }

    private long at(int number) {
        return (long) Platform.BYTE_ARRAY_OFFSET + (int) places[number];
    }

    /** Forgets all; objects that were given stay as they are. */
    void clear() {
        Arrays.fill(places, NOWHERE);
        all = new ArrayList<>();
    }
}
