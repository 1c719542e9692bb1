package dev.sluice.stats;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Takes what {@link StateWriter} put; bytes that are something else are refused before anything is made as large as they say. */
final class StateReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    /**
     * At the first byte.
     *
     * @throws IllegalArgumentException when the check sum is another
     */
    StateReader(byte[] bytes, int from) {
        this.bytes = bytes;
        this.end = bytes.length - Integer.BYTES;
        this.at = from;
        if (end < from) {
            throw tooShort();
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, end);
        int found = 0;
        for (int i = end; i < bytes.length; i++) {
            found = (found << Byte.SIZE) | (bytes[i] & 0xff);
        }
        if (found != (int) sum.getValue()) {
            throw new IllegalArgumentException("the state of a profile is damaged: its check sum is another");
        }
    }

    int takeByte() {
        if (at >= end) {
            throw tooShort();
        }
        return bytes[at++] & 0xff;
    }

    long takeLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = takeByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("the state of a profile has a number of more than 64 bits");
    }

    /** How many things follow, of which each has at least one byte. */
    int takeCount() {
        long count = takeLong();
        if (count < 0 || count > end - at) {
            throw tooShort();
        }
        return (int) count;
    }

    double takeDouble() {
        return Double.longBitsToDouble(takeHighBytes(Long.BYTES));
    }

    long takeHighBytes(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) takeByte() << (Long.SIZE - Byte.SIZE * (i + 1));
        }
        return value;
    }

    String takeText() {
        int length = takeCount();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /**
     * Nothing is to follow.
     *
     * @throws IllegalArgumentException when something does
     */
    void finish() {
        if (at != end) {
            throw new IllegalArgumentException(
                    "the state of a profile has " + (end - at) + " bytes more than it tells of");
        }
    }

    private static IllegalArgumentException tooShort() {
        return new IllegalArgumentException("the state of a profile is cut off: it tells of more than there is");
    }
}
