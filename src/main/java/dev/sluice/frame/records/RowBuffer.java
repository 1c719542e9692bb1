package dev.sluice.frame.records;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * A row of texts as Spark lays it out: nulls, then a place and a length for each column, then the bytes. Several columns may
 * lie within the same bytes, so that a record is copied once, whatever it has of fields.
 */
final class RowBuffer {
    private static final int WORD = 8;

    private final UnsafeRow row;
    private final int nulls;
    private byte[] bytes;
    private int end;

    RowBuffer(int columns) {
        this.row = new UnsafeRow(columns);
        this.nulls = UnsafeRow.calculateBitSetWidthInBytes(columns);
        this.bytes = new byte[Math.max(1 << 10, 2 * (nulls + columns * WORD))];
    }

    /** Forgets the row before. */
    void clear() {
        end = nulls + row.numFields() * WORD;
        Arrays.fill(bytes, 0, end, (byte) 0);
    }

    /** Adds bytes to the row. Returns their place in it. */
    int add(byte[] from, int begin, int length) {
        int place = end;
        end = Math.addExact(end, length);
        if (end > bytes.length - WORD) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(2L * end, Integer.MAX_VALUE - WORD));
        }
        System.arraycopy(from, begin, bytes, place, length);
        return place;
    }

    /** Makes a column of bytes of the row. */
    void set(int column, int place, int length) {
        Platform.putLong(
                bytes, Platform.BYTE_ARRAY_OFFSET + nulls + (long) column * WORD, ((long) place << 32) | length);
    }

    /** Makes a column null. */
    void setNull(int column) {
        BitSetMethods.set(bytes, Platform.BYTE_ARRAY_OFFSET, column);
    }

    /** The row, which is there until the next call. */
    UnsafeRow row() {
        int whole = ByteArrayMethods.roundNumberOfBytesToNearestWord(end);
        Arrays.fill(bytes, end, whole, (byte) 0);
        row.pointTo(bytes, whole);
        return row;
    }
}
