package dev.sluice.stats;

import dev.sluice.stats.ColumnProfile.Extent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decimals of more digits than a double tells apart: different ones are told by their digits. */
final class WideDecimals extends Values {
    private final BytesTally tally;
    private final double[] nearest = new double[1];
    private BigDecimal lowest;
    private BigDecimal highest;
    private long count;

    WideDecimals() {
        this(new BytesTally(ColumnKind.REAL));
    }

    private WideDecimals(BytesTally tally) {
        super(tally, new Numbers.Builder());
        this.tally = tally;
    }

    void add(BigDecimal value) {
        count++;
        byte[] digits = value.toPlainString().getBytes(StandardCharsets.US_ASCII);
        int to = digits.length;
        long hash = Hash.of(digits, 0, to);
        if (tally.hit(digits, 0, to, hash) < 0) {
            if (tally.counted() && tally.full()) {
                estimate();
            }
            tally.miss(digits, 0, to, hash, to, TextForm.OTHER);
            widen(value);
        }
        nearest[0] = value.doubleValue();
        numbers.add(nearest, 1);
        if (!tally.counted()) {
            numbers.quantiles().add(nearest[0]);
        }
    }

    private void widen(BigDecimal value) {
        lowest = lowest == null || value.compareTo(lowest) < 0 ? value : lowest;
        highest = highest == null || value.compareTo(highest) > 0 ? value : highest;
    }

    @Override
    long count() {
        return count;
    }

    @Override
    void add(ColumnProfile other) {
        super.add(other);
        count += other.rows() - other.nulls();
    }

    @Override
    void widen(Extent extent) {
        widen(new BigDecimal(extent.min()));
        widen(new BigDecimal(extent.max()));
    }

    @Override
    Optional<Extent> extent(Optional<Numbers> known) {
        return Optional.of(new Extent(lowest.toPlainString(), highest.toPlainString()));
    }
}
