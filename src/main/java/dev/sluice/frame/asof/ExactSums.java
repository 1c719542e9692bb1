package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Sum or average of doubles without error. What changes at a slot is held as a sum of few doubles that do not overlap (J. R.
 * Shewchuk, "Adaptive precision floating-point arithmetic", 1997, grow-expansion), and added up from slot to slot in the end.
 */
final class ExactSums implements Sliding {
    /** Smaller values can be added 2^60 times without an overflow on the way; others are rare, and are kept one by one. */
    private static final double HUGE = 0x1p960;

    private static final double[] NOTHING = {};

    private final boolean average;
    private final Counts counts;
    private final double[][] changes;
    private final Map<Integer, double[]> enter = new HashMap<>();
    private final Map<Integer, double[]> leave = new HashMap<>();
    private final double[] sums;

    ExactSums(boolean average, int slots) {
        this.average = average;
        counts = new Counts(slots);
        changes = new double[slots][];
        Arrays.fill(changes, NOTHING);
        sums = new double[slots];
    }

    @Override
    public void add(InternalRow row, int at, int from, int until, int end) {
        counts.add(from, until, end);
        double value = row.getDouble(at);
        if (Math.abs(value) < HUGE) {
            changes[from] = plus(changes[from], value);
            if (until < end) {
                changes[until] = plus(changes[until], -value);
            }
        } else {
            enter.merge(from, new double[] {value}, ExactSums::concat);
            if (until < end) {
                leave.merge(until, new double[] {value}, ExactSums::concat);
            }
        }
    }

    /** The same parts and one more value, exactly; zeros are free places. */
    private static double[] plus(double[] parts, double value) {
        double rest = value;
        int kept = 0;
        for (int i = 0; i < parts.length; i++) {
            double sum = rest + parts[i];
            double ofPart = sum - rest;
            double error = (rest - (sum - ofPart)) + (parts[i] - ofPart);
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

    @Override
    public void settle(Slots slots) {
        counts.settle(slots);
        for (Slots.Times key : slots.keys()) {
            ExactSum sum = new ExactSum();
            for (int slot = key.begin(); slot < key.end(); slot++) {
                change(sum, slot);
                sums[slot] = counts.count(slot) == 0 ? 0 : sum.value();
            }
        }
    }

    private void change(ExactSum sum, int slot) {
        for (double part : changes[slot]) {
            sum.add(part);
        }
        for (double value : enter.getOrDefault(slot, NOTHING)) {
            sum.add(value);
        }
        for (double value : leave.getOrDefault(slot, NOTHING)) {
            sum.remove(value);
        }
        changes[slot] = NOTHING;
    }

    @Override
    public Object value(int slot) {
        if (counts.count(slot) == 0) {
            return ofNothing();
        }
        return average ? sums[slot] / counts.count(slot) : sums[slot];
    }

    @Override
    public Object ofNothing() {
        return null;
    }
}
