package dev.sluice.stats;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * Takes the values of a column one by one, as Spark holds them, or whole profiles. What is added must be of the column's
 * {@link #kind}. The profile depends on the values and their order alone. Not for use by several threads.
 */
public final class ColumnProfileBuilder {
    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    /** Decimals of at most so many digits are told apart by the doubles that are nearest to them. */
    public static final int DIGITS_OF_DOUBLE = POWERS.length - 1;

    private final String type;
    private final ColumnKind kind;

    /** One of these, as the type says; none where only presence is known. */
    private final LongValues longs;

    private final BytesValues bytes;
    private final WideDecimals decimals;
    private final Values values;

    private final double unit;
    private final Lengths.Builder elements = new Lengths.Builder();
    private long others;
    private long nulls;

    /**
     * Of no rows yet.
     *
     * @param type Spark SQL name of the column's type
     */
    public ColumnProfileBuilder(String type) {
        this.type = type;
        this.kind = ColumnKind.of(type);
        int comma = kind == ColumnKind.REAL ? type.indexOf(',') : -1;
        boolean decimal = comma >= 0;
        int digits = decimal
                ? Integer.parseInt(type.substring(type.indexOf('(') + 1, comma).strip())
                : 0;
        int scale = decimal
                ? Integer.parseInt(type.substring(comma + 1, type.indexOf(')')).strip())
                : 0;
        boolean wide = digits > DIGITS_OF_DOUBLE;
        this.unit = wide ? Double.NaN : POWERS[scale];
        this.decimals = wide ? new WideDecimals() : null;
        this.bytes = kind == ColumnKind.TEXT || kind == ColumnKind.BINARY ? new BytesValues(kind) : null;
        if (wide || bytes != null || !kind.hasDistinct()) {
            this.longs = null;
        } else {
            this.longs = decimal ? LongValues.ofDecimals(scale) : LongValues.of(kind);
        }
        this.values = wide ? decimals : bytes != null ? bytes : longs;
    }

    /** What {@link #addLong} and the others are to be given. */
    public ColumnKind kind() {
        return kind;
    }

    /** A row without a value. */
    public void addNull() {
        nulls++;
    }

    /** A value that only its presence is known of. */
    public void addOther() {
        others++;
    }

    /** An array of so many elements. */
    public void addArray(int length) {
        others++;
        elements.add(length);
    }

    /** A boolean. */
    public void addBoolean(boolean value) {
        longs.add(value ? 1 : 0);
    }

    /** A whole number, a day since 1970 or a microsecond since 1970. */
    public void addLong(long value) {
        longs.add(value);
    }

    /** A number with a fraction. */
    public void addDouble(double value) {
        // One zero, as in Spark's grouping: the sum of both is the positive one.
        longs.add(Double.doubleToLongBits(value + 0.0));
    }

    /** A decimal of at most {@link #DIGITS_OF_DOUBLE} digits, in units of its scale. */
    public void addUnscaled(long units) {
        // Both are exact, so that this is the double nearest to the decimal.
        addDouble(units / unit);
    }

    /** A decimal of more digits. */
    public void addDecimal(BigDecimal value) {
        decimals.add(value);
    }

    /** A text, in UTF-8. */
    public void addText(byte[] utf8) {
        addBytes(utf8, 0, utf8.length);
    }

    /** A text, in UTF-8, or bytes: a part of an array, which may change afterwards. */
    public void addBytes(byte[] array, int from, int to) {
        bytes.add(array, from, to);
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
        nulls += other.nulls();
        if (values == null) {
            others += other.rows() - other.nulls();
            other.lengths().ifPresent(elements::add);
        } else {
            values.add(other);
        }
        return this;
    }

    /** The profile of what was added so far. */
    public ColumnProfile build() {
        return values == null
                ? new ColumnProfile(
                        type,
                        others + nulls,
                        nulls,
                        Optional.empty(),
                        Optional.empty(),
                        kind == ColumnKind.ARRAY ? Optional.of(elements.build()) : Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                : values.build(type, nulls);
    }
}
