package dev.sluice.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Cells of texts, which are looked at where they are. */
final class TextCells extends Cells {
    /** In a dictionary of more texts, most come once or twice in a batch. */
    private static final int SMALL_DICTIONARY = 1024;

    /** Texts of a batch by their number in its dictionary: making one is a copy. */
    private final UTF8String[] decoded = new UTF8String[SMALL_DICTIONARY];

    private byte[] copy = new byte[256];

    TextCells(DataType type) {
        super(type);
    }

    @Override
    void addValue(SpecializedGetters row, int i) {
        add(row.getUTF8String(i));
    }

    @Override
    void addValue(ColumnVector vector, int i) {
        add(vector.getUTF8String(i));
    }

    @Override
    void addPublicValue(Object value) {
        profile.addText(((String) value).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void add(ColumnVector vector, int rows) {
        WritableColumnVector numbers =
                vector instanceof WritableColumnVector own && own.hasDictionary() ? own.getDictionaryIds() : null;
        if (numbers != null) {
            Arrays.fill(decoded, null);
        }
        boolean nulls = vector.hasNull();
        for (int i = 0; i < rows; i++) {
            if (nulls && vector.isNullAt(i)) {
                profile.addNull();
            } else {
                add(numbers == null ? vector.getUTF8String(i) : decoded(vector, i, numbers.getDictId(i)));
            }
        }
    }

    private UTF8String decoded(ColumnVector vector, int i, int number) {
        if (number >= SMALL_DICTIONARY) {
            return vector.getUTF8String(i);
        }
        if (decoded[number] == null) {
            decoded[number] = vector.getUTF8String(i);
        }
        return decoded[number];
    }

    private void add(UTF8String text) {
        int length = text.numBytes();
        if (text.getBaseObject() instanceof byte[] bytes) {
            int from = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
            profile.addBytes(bytes, from, from + length);
        } else {
            // Outside of the heap.
            copy = copy.length < length ? new byte[2 * length] : copy;
            text.writeToMemory(copy, Platform.BYTE_ARRAY_OFFSET);
            profile.addBytes(copy, 0, length);
        }
    }
}
