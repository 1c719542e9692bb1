package dev.sluice.quality;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Numbers as verdicts write them. */
public final class Words {
    private Words() {}

    /** {@code 26,115}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 26,115 rows}, {@code 1 row}. */
    public static String rows(long number) {
        return count(number) + (number == 1 ? " row" : " rows");
    }

    /** {@code 310.4 MiB}, {@code 0.9 KiB}. */
    public static String bytes(long bytes) {
        double kibi = bytes / 1024.0;
        return kibi < 1024
                ? String.format(Locale.ROOT, "%.1f KiB", kibi)
                : String.format(Locale.ROOT, "%,.1f MiB", kibi / 1024);
    }

    /** {@code 99.98 %}, rounded down so that less than all never looks like all. */
    public static String percent(double share) {
        if (Double.isNaN(share)) {
            return "no share";
        }
        return BigDecimal.valueOf(share)
                        .multiply(BigDecimal.valueOf(100))
                        .setScale(2, RoundingMode.FLOOR)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** The exact value, whole numbers without a fraction: {@code 1,048.36058}, {@code 15}. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
        if (exact.precision() - exact.scale() > 15 || exact.scale() > 15) {
            return Double.toString(value);
        }
        return String.format(Locale.ROOT, "%,." + Math.max(0, exact.scale()) + "f", exact);
    }

    /** {@code at least 1}, {@code at most 2}, {@code 1 to 2}; both ends included. */
    public static String between(Optional<String> min, Optional<String> max) {
        if (min.isPresent() && max.isPresent()) {
            return min.get() + " to " + max.get();
        }
        return min.map(low -> "at least " + low)
                .or(() -> max.map(high -> "at most " + high))
                .orElse("anything");
    }

    /** {@code origin} alone, {@code (origin, time_hour)} for more. */
    public static String tuple(List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : "(" + String.join(", ", parts) + ")";
    }
}
