package dev.sluice.stats;

import dev.sluice.stats.ColumnProfile.Extent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Values of 64 bits: gathered in blocks, which are then gone through once for each statistic. */
final class LongValues extends Values {
    private static final int BLOCK = 512;

    private final ColumnKind kind;
    private final boolean decimal;
    private final int scale;
    private final LongTally tally;
    private final long[] block = new long[BLOCK];
    private final double[] doubles;
    private int size;
    private long passed;
    private long low = Long.MAX_VALUE;
    private long high = Long.MIN_VALUE;

    /** Doubles come as their bits, zeros and NaN as one each. */
    static LongValues of(ColumnKind kind) {
        return new LongValues(kind, false, 0);
    }

    /** Decimals that their doubles tell apart, which come as the bits of these. */
    static LongValues ofDecimals(int scale) {
        return new LongValues(ColumnKind.REAL, true, scale);
    }

    private LongValues(ColumnKind kind, boolean decimal, int scale) {
        this(kind, decimal, scale, new LongTally(kind));
    }

    private LongValues(ColumnKind kind, boolean decimal, int scale, LongTally tally) {
        super(tally, kind.isNumber() ? new Numbers.Builder() : null);
        this.kind = kind;
        this.decimal = decimal;
        this.scale = scale;
        this.tally = tally;
        this.doubles = kind.isNumber() ? new double[BLOCK] : null;
    }

    void add(long value) {
        block[size++] = value;
        if (size == BLOCK) {
            flush();
        }
    }

    @Override
    long count() {
        return passed + size;
    }

    @Override
    void add(ColumnProfile other) {
        flush();
        passed += other.rows() - other.nulls();
        super.add(other);
    }

    @Override
    ColumnProfile build(String type, long nulls) {
        flush();
        return super.build(type, nulls);
    }

    private void flush() {
        int to = size;
        int counted = tally.counted() ? tally.count(block, to) : 0;
        if (counted < to) {
            if (tally.counted()) {
                estimate();
            }
            tally.estimate(block, counted, to);
        }
        if (kind != ColumnKind.REAL) {
            widen(to);
        }
        if (numbers != null) {
            toDoubles(to);
            numbers.add(doubles, to);
            if (!tally.counted()) {
                numbers.quantiles().add(doubles, counted, to);
            }
        }
        passed += to;
        size = 0;
    }

    private void widen(int to) {
        long lowest = low;
        long highest = high;
        for (int i = 0; i < to; i++) {
            lowest = Math.min(lowest, block[i]);
            highest = Math.max(highest, block[i]);
        }
        low = lowest;
        high = highest;
    }

    private void toDoubles(int to) {
        if (kind == ColumnKind.WHOLE) {
            for (int i = 0; i < to; i++) {
                doubles[i] = block[i];
            }
        } else {
            for (int i = 0; i < to; i++) {
                doubles[i] = Double.longBitsToDouble(block[i]);
            }
        }
    }

    @Override
    void widen(Extent extent) {
        if (kind != ColumnKind.REAL) {
            low = Math.min(low, LongTally.parse(kind, extent.min()));
            high = Math.max(high, LongTally.parse(kind, extent.max()));
        }
    }

    @Override
    Optional<Extent> extent(Optional<Numbers> known) {
        if (decimal) {
            Numbers numbers = known.orElseThrow();
            return Optional.of(new Extent(digits(numbers.min()), digits(numbers.max())));
        }
        return kind == ColumnKind.REAL || kind == ColumnKind.BOOLEAN
                ? Optional.empty()
                : Optional.of(new Extent(LongTally.print(kind, low), LongTally.print(kind, high)));
    }

    /** The only decimal of the scale that the double is nearest to. */
    private String digits(double value) {
        return new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN).toPlainString();
    }
}
