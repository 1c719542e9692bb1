package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How a sum of doubles changes from slot to slot, without error. The change at a slot is held as a sum of few doubles that do not
 * overlap (J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997,
 * grow-expansion).
 */
final class Changes {
    /** Smaller values can be added 2^60 times without an overflow on the way; others are rare, and are kept one by one. */
    private static final double HUGE = 0x1p960;

    private static final double[] NOTHING = {};

    private final double[][] changes;
    private final Map<Integer, double[]> enter = new HashMap<>();
    private final Map<Integer, double[]> leave = new HashMap<>();

    Changes(int slots) {
        changes = new double[slots][];
        Arrays.fill(changes, NOTHING);
    }

    /** A value counts from {@code event.from} until before a slot. */
    void add(Passing event, double value, int until) {
        boolean leaves = until < event.key.end();
        if (Math.abs(value) < HUGE) {
            changes[event.from] = plus(changes[event.from], value);
            if (leaves) {
                changes[until] = plus(changes[until], -value);
            }
        } else {
            enter.merge(event.from, new double[] {value}, Changes::concat);
            if (leaves) {
                leave.merge(until, new double[] {value}, Changes::concat);
            }
        }
    }

    /** Brings the sum of the slot before to this one. */
    void apply(int slot, ExactSum sum) {
        for (double part : changes[slot]) {
            sum.add(part);
        }
        for (double value : enter.getOrDefault(slot, NOTHING)) {
            sum.add(value);
        }
        for (double value : leave.getOrDefault(slot, NOTHING)) {
            sum.remove(value);
        }
    }

    /** The same parts and one more value, exactly; zeros are free places. */
    private static double[] plus(double[] parts, double value) {
        double rest = value;
        int kept = 0;
        for (int i = 0; i < parts.length; i++) {
            double part = parts[i];
            double sum = rest + part;
            double ofPart = sum - rest;
            double error = (rest - (sum - ofPart)) + (part - ofPart);
            rest = sum;
            if (error != 0) {
                parts[kept++] = error;
            }
        }
        double[] grown = kept < parts.length ? parts : Arrays.copyOf(parts, Math.max(2, 2 * kept));
        grown[kept] = rest;
        Arrays.fill(grown, kept + 1, grown.length, 0);
        return grown;
    }

    private static double[] concat(double[] some, double[] others) {
        double[] all = Arrays.copyOf(some, some.length + others.length);
        System.arraycopy(others, 0, all, some.length, others.length);
        return all;
    }
}
