package dev.sluice.adapter.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A linear axis that begins and ends on round numbers.
 *
 * @param step distance of two ticks: 1, 2 or 5 times a power of ten
 */
record Axis(double low, double high, double step) {
    /** Larger numbers would overflow on the way to a pixel. */
    private static final double LARGEST = 1e300;

    /** Closer together, relative to their size, two numbers are one to the eye and to the arithmetic. */
    private static final double NARROWEST = 1e-9;

    /** Whether a number has a place on an axis. */
    static boolean holds(double value) {
        return Math.abs(value) <= LARGEST;
    }

    /**
     * The axis for some values; those that no axis {@linkplain #holds} are left out, and no values at all span 0 to 1.
     *
     * @param ticks about how many steps
     */
    static Axis over(DoubleStream values, int ticks) {
        double[] held = values.filter(Axis::holds).toArray();
        double min = DoubleStream.of(held).min().orElse(0);
        double max = DoubleStream.of(held).max().orElse(1);
        if (max - min <= NARROWEST * Math.max(Math.abs(min), Math.abs(max))) {
            double around = min == 0 ? 0.5 : Math.abs(min) / 2;
            min -= around;
            max += around;
        }
        double step = round((max - min) / ticks);
        // A value on a tick, give or take the last bits, is on that tick.
        return new Axis(Math.floor(min / step + 1e-9) * step, Math.ceil(max / step - 1e-9) * step, step);
    }

    private static double round(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double digit = step / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    List<Double> ticks() {
        long first = Math.round(low / step);
        int count = (int) Math.round((high - low) / step);
        return IntStream.rangeClosed(0, count).mapToObj(i -> (first + i) * step).toList();
    }

    /** Where a value lies: 0 at the low end, 1 at the high end. */
    double share(double value) {
        return (value - low) / (high - low);
    }

    /** A tick in words: with as many decimals as tell it from its neighbours. */
    String label(double tick) {
        double largest = Math.max(Math.abs(low), Math.abs(high));
        if (largest >= 1e13 || step < 1e-6) {
            return String.format(Locale.ROOT, "%.1e", tick);
        }
        int thousands = largest < 10_000 ? 0 : largest < 1e6 ? 1 : largest < 1e9 ? 2 : 3;
        double unit = Math.pow(1000, thousands);
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
        String number = String.format(Locale.ROOT, "%,." + decimals + "f", tick / unit);
        return signed(number) + (tick == 0 ? "" : List.of("", "k", "M", "G").get(thousands));
    }

    /** A number with a real minus sign. */
    static String signed(String number) {
        return number.startsWith("-") ? "−" + number.substring(1) : number;
    }
}
