package dev.sluice.stats;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * Counts different values one by one until there are too many, then estimates. A value is a Boolean, a Long (whole
 * numbers, days, microseconds), a Double or a ByteBuffer (UTF-8), as the column's kind says.
 */
final class DistinctBuilder {
    /** 4096 registers: a relative standard error of 1.6 %. */
    private static final int LG_REGISTERS = 12;

    private static final byte[] EMPTY_TEXT = {(byte) 0xFF};

    private final ColumnKind kind;
    private Map<Object, Long> counted = new HashMap<>();
    private Union estimated;

    DistinctBuilder(ColumnKind kind) {
        this.kind = kind;
    }

    void add(Object value, long rows) {
        if (estimated != null) {
            estimate(value);
            return;
        }
        counted.merge(value, rows, Long::sum);
        boolean tooLong = value instanceof ByteBuffer text && text.remaining() > Distinct.LONGEST_COUNTED;
        if (tooLong || counted.size() > Distinct.MOST_COUNTED) {
            startEstimating();
        }
    }

    void add(Distinct other) {
        if (other instanceof Distinct.Counted known) {
            known.frequencies().forEach((text, rows) -> add(parse(text), rows));
        } else if (other instanceof Distinct.Estimated sketch) {
            if (estimated == null) {
                startEstimating();
            }
            estimated.update(sketch.open());
        }
    }

    Distinct build() {
        if (estimated != null) {
            return Distinct.Estimated.of(estimated.getResult(TgtHllType.HLL_4));
        }
        SortedMap<String, Long> frequencies = new TreeMap<>();
        counted.forEach((value, rows) -> frequencies.put(print(value), rows));
        return new Distinct.Counted(frequencies);
    }

    private void startEstimating() {
        estimated = new Union(LG_REGISTERS);
        counted.keySet().forEach(this::estimate);
        counted = Map.of();
    }

    private void estimate(Object value) {
        if (value instanceof Long whole) {
            estimated.update(whole);
        } else if (value instanceof Double real) {
            estimated.update(real);
        } else if (value instanceof ByteBuffer text) {
            // The sketch ignores empty arrays; no UTF-8 text has the byte that stands for one.
            estimated.update(text.remaining() == 0 ? EMPTY_TEXT : bytes(text));
        } else {
            throw new IllegalArgumentException("values of kind " + kind + " are few, found too many");
        }
    }

    private String print(Object value) {
        return switch (kind) {
            case DATE -> LocalDate.ofEpochDay((Long) value).toString();
            case TIMESTAMP -> Temporals.instant((Long) value).toString();
            case TEXT -> new String(bytes((ByteBuffer) value), StandardCharsets.UTF_8);
            case BOOLEAN, WHOLE, REAL -> value.toString();
            case OTHER -> throw new IllegalStateException("values of kind OTHER are not counted");
        };
    }

    private Object parse(String text) {
        return switch (kind) {
            case BOOLEAN -> Boolean.valueOf(text);
            case WHOLE -> Long.valueOf(text);
            case REAL -> Double.valueOf(text);
            case DATE -> LocalDate.parse(text).toEpochDay();
            case TIMESTAMP -> Temporals.micros(Instant.parse(text));
            case TEXT -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            case OTHER -> throw new IllegalStateException("values of kind OTHER are not counted");
        };
    }

    static byte[] bytes(ByteBuffer text) {
        byte[] bytes = new byte[text.remaining()];
        text.duplicate().get(bytes);
        return bytes;
    }
}
