package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How a sum of doubles changes from slot to slot, without error. The change at a slot is held as a sum of few doubles that do not
 * overlap (J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997,
 * grow-expansion), and as one double as long as no sum of two had an error.
 */
final class Changes {
    /** Smaller values can be added 2^60 times without an overflow on the way; others are rare, and are kept one by one. */
    private static final double HUGE = 0x1p960;

    private static final double[] NOTHING = {};

    /** The change of a slot that has no parts. */
    private final double[] changes;

    /** The change of a slot that is no one double. */
    private final double[][] parts;

    private final Map<Integer, double[]> enter = new HashMap<>();
    private final Map<Integer, double[]> leave = new HashMap<>();

    Changes(int slots) {
        changes = new double[slots];
        parts = new double[slots][];
    }

    /** A value counts from {@code event.from} until before a slot. */
    void add(Passing event, double value, int until) {
        boolean leaves = until < event.key.end();
        if (Math.abs(value) < HUGE) {
            change(event.from, value);
            if (leaves) {
                change(until, -value);
            }
        } else {
            enter.merge(event.from, new double[] {value}, Changes::concat);
            if (leaves) {
                leave.merge(until, new double[] {value}, Changes::concat);
            }
        }
    }

    private void change(int slot, double value) {
        if (parts[slot] == null) {
            double sum = changes[slot] + value;
            double error = error(changes[slot], value, sum);
            if (error == 0) {
                changes[slot] = sum;
            } else {
                parts[slot] = new double[] {error, sum};
            }
        } else {
            parts[slot] = plus(parts[slot], value);
        }
    }

    /** What is left over where two doubles are added. */
    private static double error(double one, double other, double sum) {
        double ofOther = sum - one;
        return (one - (sum - ofOther)) + (other - ofOther);
    }

    /**
     * The sums of a key's slots, each rounded once.
     *
     * @param sums where they are written
     */
    void sumUp(Slots.Times key, double[] sums) {
        double exact = 0;
        int slot = key.begin();
        for (; slot < key.end() && isOne(slot); slot++) {
            double sum = exact + changes[slot];
            if (error(exact, changes[slot], sum) != 0) {
                break;
            }
            exact = sum;
            sums[slot] = sum;
        }
        if (slot < key.end()) {
            ExactSum sum = new ExactSum();
            sum.add(exact);
            for (; slot < key.end(); slot++) {
                apply(slot, sum);
                sums[slot] = sum.value();
            }
        }
    }

    private boolean isOne(int slot) {
        return parts[slot] == null
                && (enter.isEmpty() || !enter.containsKey(slot))
                && (leave.isEmpty() || !leave.containsKey(slot));
    }

    /** Brings the sum of the slot before to this one. */
    void apply(int slot, ExactSum sum) {
        if (parts[slot] == null) {
            sum.add(changes[slot]);
        } else {
            for (double part : parts[slot]) {
                sum.add(part);
            }
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
            double error = error(rest, part, sum);
            rest = sum;
            if (error != 0) {
                parts[kept++] = error;
            }
        }
        double[] grown = kept < parts.length ? parts : Arrays.copyOf(parts, 2 * kept);
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
