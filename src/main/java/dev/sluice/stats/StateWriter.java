package dev.sluice.stats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Puts values one behind the other, as {@link StateReader} takes them. */
final class StateWriter {
    private byte[] bytes = new byte[256];
    private int size;

    StateWriter putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** Seven bits a byte, the lowest first; negative numbers take ten bytes. */
    StateWriter putLong(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            putByte((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        return putByte((int) rest);
    }

    StateWriter putDouble(double value) {
        return putHighBytes(Double.doubleToLongBits(value), Long.BYTES);
    }

    /** So many of the eight bytes, the highest first. */
    StateWriter putHighBytes(long value, int count) {
        for (int i = 0; i < count; i++) {
            putByte((int) (value >>> (Long.SIZE - Byte.SIZE * (i + 1))));
        }
        return this;
    }

    StateWriter putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putLong(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
        return this;
    }

    /** All that was put, and its check sum. */
    byte[] finish() {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, size);
        putHighBytes(sum.getValue() << Integer.SIZE, Integer.BYTES);
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }
}
