package dev.sluice.stats;

/** What a text looks like. Every text has exactly one form: the first of these that it has; none is trimmed. */
public enum TextForm {
    /** Empty, or only of spaces and control characters (U+0000 to U+0020). */
    BLANK(0),
    /** {@code true}, {@code false}, {@code yes}, {@code no}, in any case. */
    BOOLEAN(1),
    /** {@code 2013-01-31} or with slashes or dots between; day, month and year in this order or, year last, in any. */
    DATE(2),
    /** {@code 13:30}, {@code 13:30:05}, {@code 13:30:05.25}. */
    TIME(3),
    /** A date with the year first, T or a space, a time and perhaps an offset: {@code 2013-01-31T13:30:05Z}. */
    TIMESTAMP(4),
    /** Four numbers up to 255, or hexadecimal groups: {@code 10.0.0.1}, {@code fe80::1}. */
    IP(5),
    /** Digits, perhaps with a sign. */
    INTEGER(6),
    /** A number with a point or an exponent: {@code -1.5}, {@code 2e10}. */
    DECIMAL(7),
    /** {@code 123e4567-e89b-12d3-a456-426614174000}, in any case. */
    UUID(8),
    /** {@code name@example.org}. */
    EMAIL(9),
    /** A scheme, {@code ://} and no space: {@code https://example.org/}. */
    URL(10),
    /** 7 to 15 digits, with a plus before them or spaces, hyphens, dots, brackets between them. */
    PHONE(11),
    /** None of the others. */
    OTHER(12);

    /** Stands for the form in states, from 0 on without a gap; it never changes. */
    final int code;

    TextForm(int code) {
        this.code = code;
    }

    /** The form of a text in UTF-8. */
    public static TextForm of(byte[] utf8, int from, int to) {
        return new TextScanner(utf8, from, to).form();
    }

    /** Number of code points of a text in UTF-8: of bytes that do not continue one. Eight bytes are looked at at once. */
    static int characters(byte[] utf8, int from, int to) {
        int continuing = 0;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long eight = Hash.eight(utf8, i);
            continuing += Long.bitCount((eight >>> 7) & (~eight >>> 6) & 0x0101_0101_0101_0101L);
        }
        for (; i < to; i++) {
            continuing += (utf8[i] & 0xc0) == 0x80 ? 1 : 0;
        }
        return to - from - continuing;
    }
}
