package dev.sluice.frame.asof;

import java.time.Duration;

/**
 * How far before decision time rows count.
 *
 * @param closed whether a row with {@code time = as_of - length} counts; one with an earlier time never does
 */
public record Span(Duration length, boolean closed) {
    private static final long MICROS_OF_A_SECOND = 1_000_000;
    private static final int NANOS_OF_A_MICRO = 1_000;

    /** With its end. */
    public static Span closed(Duration length) {
        return new Span(length, true);
    }

    /** Without its end. */
    public static Span open(Duration length) {
        return new Span(length, false);
    }

    /** Rows with {@code as_of - oldest <= time} count, in microseconds: of whole numbers an open end is the closed one beside it. */
    long oldest() {
        return closed ? micros() : micros() - 1;
    }

    /** Rows with {@code as_of - tooOld < time} count, in microseconds. */
    long tooOld() {
        return Math.addExact(oldest(), 1);
    }

    private long micros() {
        return Math.addExact(
                Math.multiplyExact(length.getSeconds(), MICROS_OF_A_SECOND), length.getNano() / NANOS_OF_A_MICRO);
    }
}
