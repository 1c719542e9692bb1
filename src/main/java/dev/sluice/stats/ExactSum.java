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
        carry(limbs);
        changes = 0;
        if (limbs[LIMBS - 1] >= 0) {
            return rounded(limbs);
        }
        long[] negated = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            negated[i] = -limbs[i];
        }
        carry(negated);
        return -rounded(negated);
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
        int position = Math.max(exponent - 1, 0);
        int limb = position >>> 5;
        int shift = position & 31;
        long sign = bits < 0 ? -times : times;
        limbs[limb] += sign * (mantissa << shift & LOW);
        limbs[limb + 1] += sign * (mantissa >>> (32 - shift) & LOW);
        limbs[limb + 2] += sign * (mantissa >>> 32 >>> (32 - shift));
        if (++changes == CHANGES_BEFORE_CARRY) {
            carry(limbs);
            changes = 0;
        }
    }

    /** Brings every limb but the last, which keeps the sign, into 32 bits. */
    private static void carry(long[] limbs) {
        for (int i = 0; i < LIMBS - 1; i++) {
            limbs[i + 1] += limbs[i] >> 32;
            limbs[i] &= LOW;
        }
    }

    /** Of a carried number that is not negative: its 62 leading bits, the last one set when any bit follows. */
    private static double rounded(long[] digits) {
        int top = LIMBS - 1;
        while (top >= 0 && digits[top] == 0) {
            top--;
        }
        if (top < 0) {
            return 0.0;
        }
        long next = digit(digits, top - 1) << 32 | digit(digits, top - 2);
        int room = Long.numberOfLeadingZeros(digits[top]) - 2;
        long leading = digits[top] << room | next >>> (64 - room);
        boolean more = next << room != 0;
        for (int i = top - 3; i >= 0 && !more; i--) {
            more = digits[i] != 0;
        }
        return Math.scalb((double) (more ? leading | 1 : leading), 32 * top + UNIT_EXPONENT - room);
    }

    private static long digit(long[] digits, int index) {
        return index < 0 ? 0 : digits[index];
    }
}
