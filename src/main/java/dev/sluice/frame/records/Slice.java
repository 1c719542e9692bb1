package dev.sluice.frame.records;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Some bytes of an array, which may change after the next call to whoever gave them. */
final class Slice {
    private final byte[] bytes;
    private final int begin;
    private final int length;

    Slice(byte[] bytes, int begin, int length) {
        this.bytes = bytes;
        this.begin = begin;
        this.length = length;
    }

    byte[] bytes() {
        return bytes;
    }

    int begin() {
        return begin;
    }

    int length() {
        return length;
    }

    boolean is(byte[] other) {
        return Arrays.equals(bytes, begin, begin + length, other, 0, other.length);
    }

    /** The text; what is not UTF-8 is replaced by U+FFFD. */
    String text() {
        return new String(bytes, begin, length, StandardCharsets.UTF_8);
    }
}
