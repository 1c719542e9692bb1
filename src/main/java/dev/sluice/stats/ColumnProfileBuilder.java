package dev.sluice.stats;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/** Takes the values of a column one by one, as Spark holds them, or whole profiles. Not for use by several threads. */
public final class ColumnProfileBuilder {
    private final String type;
    private final ColumnKind kind;
    private final Numbers.Builder numbers = new Numbers.Builder();
    private final DistinctBuilder distinct;
    private long rows;
    private long nulls;
    private boolean some;
    private long first;
    private long last;
    private byte[] lowest;
    private byte[] highest;

    /**
     * Of no rows yet.
     *
     * @param type Spark SQL name of the column's type
     */
    public ColumnProfileBuilder(String type) {
        this.type = type;
        this.kind = ColumnKind.of(type);
        this.distinct = new DistinctBuilder(kind);
    }

    /** What {@link #addLong} and the others are to be given. */
    public ColumnKind kind() {
        return kind;
    }

    /** A row without a value. */
    public void addNull() {
        rows++;
        nulls++;
    }

    /** A value that only its presence is known of. */
    public void addOther() {
        rows++;
    }

    /** A boolean. */
    public void addBoolean(boolean value) {
        rows++;
        distinct.add(value, 1);
    }

    /** A whole number, a day since 1970 or a microsecond since 1970. */
    public void addLong(long value) {
        rows++;
        distinct.add(value, 1);
        if (kind == ColumnKind.WHOLE) {
            numbers.add((double) value);
        } else {
            widen(value, value);
        }
    }

    /** A number with a fraction. */
    public void addDouble(double value) {
        rows++;
        // One zero, as in Spark's grouping.
        double plain = value == 0 ? 0 : value;
        distinct.add(plain, 1);
        numbers.add(plain);
    }

    /** A text, in UTF-8; the array must not change afterwards. */
    public void addText(byte[] utf8) {
        rows++;
        distinct.add(ByteBuffer.wrap(utf8), 1);
        widen(utf8, utf8);
    }

    /**
     * All rows of a profile.
     *
     * @throws IllegalArgumentException when it is of another type
     */
    public ColumnProfileBuilder add(ColumnProfile other) {
        if (!other.type().equals(type)) {
            throw new IllegalArgumentException(
                    "expected a profile of a column of type " + type + ", found one of type " + other.type());
        }
        rows += other.rows();
        nulls += other.nulls();
        other.numbers().ifPresent(numbers::add);
        other.distinct().ifPresent(distinct::add);
        other.extent().ifPresent(this::widen);
        return this;
    }

    /** The profile of what was added so far. */
    public ColumnProfile build() {
        return new ColumnProfile(
                type,
                rows,
                nulls,
                kind.isNumber() ? Optional.of(numbers.build()) : Optional.empty(),
                some ? Optional.of(extent()) : Optional.empty(),
                kind == ColumnKind.OTHER ? Optional.empty() : Optional.of(distinct.build()));
    }

    private ColumnProfile.Extent extent() {
        return switch (kind) {
            case DATE ->
                new ColumnProfile.Extent(
                        LocalDate.ofEpochDay(first).toString(),
                        LocalDate.ofEpochDay(last).toString());
            case TIMESTAMP ->
                new ColumnProfile.Extent(
                        Temporals.instant(first).toString(),
                        Temporals.instant(last).toString());
            default ->
                new ColumnProfile.Extent(
                        new String(lowest, StandardCharsets.UTF_8), new String(highest, StandardCharsets.UTF_8));
        };
    }

    private void widen(ColumnProfile.Extent extent) {
        switch (kind) {
            case DATE ->
                widen(
                        LocalDate.parse(extent.min()).toEpochDay(),
                        LocalDate.parse(extent.max()).toEpochDay());
            case TIMESTAMP ->
                widen(Temporals.micros(Instant.parse(extent.min())), Temporals.micros(Instant.parse(extent.max())));
            default ->
                widen(
                        extent.min().getBytes(StandardCharsets.UTF_8),
                        extent.max().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void widen(long low, long high) {
        first = some ? Math.min(first, low) : low;
        last = some ? Math.max(last, high) : high;
        some = true;
    }

    private void widen(byte[] low, byte[] high) {
        lowest = some && Arrays.compareUnsigned(lowest, low) <= 0 ? lowest : low;
        highest = some && Arrays.compareUnsigned(highest, high) >= 0 ? highest : high;
        some = true;
    }
}
