package dev.sluice.stats;

/**
 * A sum of doubles without error: values are added and taken away in any order, and {@link #value} is the true sum,
 * rounded once (half to even). Taking away what was added leaves no residue.
 *
 * <p>The sum is held as a fixed-point number as wide as all doubles (a superaccumulator: R. M. Neal, "Fast exact
 * summation using small and large superaccumulators", 2015). NaN and infinities are counted beside it, so they too can
 * be taken away; a sum of zeros is positive zero.
 */
public final class ExactSum {
    private static final int LIMBS = 68;
    private static final long LOW = 0xffff_ffffL;
    private static final int UNIT_EXPONENT = -1074;

    /** A limb takes in less than 2^32 per change, so that its 63 bits hold this many before they must carry. */
    private static final int CHANGES_BEFORE_CARRY = 1 << 30;

    /** Limb i counts units of 2^(32 i - 1074); between two carries it may leave the 32 bits in either direction. */
    private final long[] limbs = new long[LIMBS];

    /** The limbs that are not zero are among those from this one, */
    private int low = LIMBS;

    /** to this one, which keeps the sign. */
    private int high;

    private int changes;
    private long nans;
    private long positiveInfinities;
    private long negativeInfinities;

    /** Adds a value. */
    public void add(double value) {
        change(value, 1);
    }

    /** Takes away a value that was added before. */
    public void remove(double value) {
        change(value, -1);
    }

    /** The double that is nearest to the true sum; NaN and infinities as IEEE 754 adds them. */
    public double value() {
        if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
            return Double.NaN;
        }
        if (positiveInfinities > 0 || negativeInfinities > 0) {
            return positiveInfinities > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        carry();
        if (limbs[high] >= 0) {
            return rounded();
        }
        negate();
        double value = -rounded();
        negate();
        return value;
    }

    private void negate() {
        for (int i = low; i <= high; i++) {
            limbs[i] = -limbs[i];
        }
        carry();
    }

    private void change(double value, int times) {
        if (Double.isNaN(value)) {
            nans += times;
        } else if (value == Double.POSITIVE_INFINITY) {
            positiveInfinities += times;
        } else if (value == Double.NEGATIVE_INFINITY) {
            negativeInfinities += times;
        } else {
            changeFinite(Double.doubleToRawLongBits(value), times);
        }
    }

    private void changeFinite(long bits, int times) {
        int exponent = (int) (bits >>> 52) & 0x7ff;
        long fraction = bits & 0xf_ffff_ffff_ffffL;
        long mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
        if (mantissa == 0) {
            return;
        }
        int position = Math.max(exponent - 1, 0);
        int limb = position >>> 5;
        int shift = position & 31;
        long sign = bits < 0 ? -times : times;
        limbs[limb] += sign * (mantissa << shift & LOW);
        limbs[limb + 1] += sign * (mantissa >>> (32 - shift) & LOW);
        limbs[limb + 2] += sign * (mantissa >>> 32 >>> (32 - shift));
        low = Math.min(low, limb);
        high = Math.max(high, limb + 2);
        if (++changes == CHANGES_BEFORE_CARRY) {
            carry();
        }
    }

    /** Brings every limb but the highest, which keeps the sign, into 32 bits, and that one into 33. */
    private void carry() {
        changes = 0;
        for (int i = low; i < high; i++) {
            limbs[i + 1] += limbs[i] >> 32;
            limbs[i] &= LOW;
        }
        while (high < LIMBS - 1 && limbs[high] != (int) limbs[high]) {
            limbs[high + 1] += limbs[high] >> 32;
            limbs[high] &= LOW;
            high++;
        }
    }

    /** Of a carried number that is not negative: its 62 leading bits, the last one set when any bit follows. */
    private double rounded() {
        int top = high;
        while (top >= low && limbs[top] == 0) {
            top--;
        }
        if (top < low) {
            return 0.0;
        }
        long next = limb(top - 1) << 32 | limb(top - 2);
        int room = Long.numberOfLeadingZeros(limbs[top]) - 2;
        long leading = limbs[top] << room | next >>> (64 - room);
        boolean more = next << room != 0;
        for (int i = top - 3; i >= low && !more; i--) {
            more = limbs[i] != 0;
        }
        return Math.scalb((double) (more ? leading | 1 : leading), 32 * top + UNIT_EXPONENT - room);
    }

    private long limb(int index) {
        return index < 0 ? 0 : limbs[index];
    }
}
