package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;

/** Numbers keys from 0 on, as they come. A flat table with open addressing, since each row of a history is looked up in it. */
abstract sealed class KeyNumbers implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of a key that was not added. */
    static final int NONE = -1;

    private static final int FEW = 1 << 6;

    /** Number of the key at a place plus one; 0 is free. Its length is a power of two, and at most half of it is taken. */
    private int[] table = new int[FEW];

    private int size;

    /** For keys that are the first columns of rows. */
    static KeyNumbers of(DataType[] types) {
        return types.length == 1 && InlineKey.canBe(types[0]) ? new OfLongs(InlineKey.of(types[0])) : new OfRows(types);
    }

    private KeyNumbers() {}

    private KeyNumbers(KeyNumbers same) {
        table = same.table;
        size = same.size;
    }

    /** The same numbers, to be looked up in another thread. */
    abstract KeyNumbers reader();

    /** How many there are. */
    final int size() {
        return size;
    }

    /** Number of the row's key, whose columns are not null; a new one where it has none. */
    final int add(InternalRow row) {
        load(row);
        int place = place();
        if (table[place] == 0) {
            keep(size++);
            table[place] = size;
            if (2 * size > table.length) {
                grow();
            }
            return size - 1;
        }
        return table[place] - 1;
    }

    /** Number of the row's key; {@link #NONE} where it was not added. */
    final int find(InternalRow row) {
        load(row);
        return table[place()] - 1;
    }

    /** Which of so many parts the key of a row belongs to, whether it was added or not. */
    final int part(InternalRow row, int parts) {
        load(row);
        // By the high bits, since places in the table are found by the low ones.
        return (int) (((product(hash()) >>> 32) * parts) >>> 32);
    }

    private int place() {
        int place = mixed(hash()) & (table.length - 1);
        while (table[place] != 0 && !isAt(table[place] - 1)) {
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    private void grow() {
        int[] old = table;
        table = new int[2 * old.length];
        for (int taken : old) {
            if (taken != 0) {
                int place = mixed(hash(taken - 1)) & (table.length - 1);
                while (table[place] != 0) {
                    place = (place + 1) & (table.length - 1);
                }
                table[place] = taken;
            }
        }
    }

    /** Rows of one task have hashes that are alike in part: the low bits must come from all. */
    private static int mixed(long hash) {
        long product = product(hash);
        return (int) (product >>> 32) ^ (int) (product >>> 54);
    }

    private static long product(long hash) {
        return hash * 0x9E3779B97F4A7C15L;
    }

    /** The key of a row is now at hand. */
    abstract void load(InternalRow row);

    /** Of the key at hand. */
    abstract long hash();

    /** Of a key that has a number. */
    abstract long hash(int number);

    /** Whether the key at hand has this number. */
    abstract boolean isAt(int number);

    /** The key at hand gets the next number. */
    abstract void keep(int number);

    /** One column of at most eight bytes. */
    private static final class OfLongs extends KeyNumbers {
        private static final long serialVersionUID = 1L;

        private final InlineKey key;
        private long[] kept = new long[FEW];
        private long at;

        OfLongs(InlineKey key) {
            this.key = key;
        }

        private OfLongs(OfLongs same) {
            super(same);
            key = same.key;
            kept = same.kept;
        }

        @Override
        KeyNumbers reader() {
            return new OfLongs(this);
        }

        @Override
        void load(InternalRow row) {
            at = key.of(row);
        }

        @Override
        long hash() {
            return at;
        }

        @Override
        long hash(int number) {
            return kept[number];
        }

        @Override
        boolean isAt(int number) {
            return kept[number] == at;
        }

        @Override
        void keep(int number) {
            if (number == kept.length) {
                kept = Arrays.copyOf(kept, 2 * number);
            }
            kept[number] = at;
        }
    }

    /** Any columns, by their bytes. */
    private static final class OfRows extends KeyNumbers {
        private static final long serialVersionUID = 1L;

        private final DataType[] types;
        private final transient UnsafeProjection key;
        private UnsafeRow[] kept = new UnsafeRow[FEW];
        private int[] hashes = new int[FEW];
        private transient UnsafeRow at;
        private int hash;

        OfRows(DataType[] types) {
            this.types = types;
            key = UnsafeProjection.create(types);
        }

        private OfRows(OfRows same) {
            super(same);
            types = same.types;
            key = UnsafeProjection.create(types);
            kept = same.kept;
            hashes = same.hashes;
        }

        @Override
        KeyNumbers reader() {
            return new OfRows(this);
        }

        @Override
        void load(InternalRow row) {
            at = key.apply(row);
            hash = at.hashCode();
        }

        @Override
        long hash() {
            return hash;
        }

        @Override
        long hash(int number) {
            return hashes[number];
        }

        @Override
        boolean isAt(int number) {
            return hashes[number] == hash && kept[number].equals(at);
        }

        @Override
        void keep(int number) {
            if (number == kept.length) {
                kept = Arrays.copyOf(kept, 2 * number);
                hashes = Arrays.copyOf(hashes, 2 * number);
            }
            kept[number] = at.copy();
            hashes[number] = hash;
        }
    }
}
