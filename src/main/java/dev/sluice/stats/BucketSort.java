package dev.sluice.stats;

import java.util.Arrays;

/**
 * Sorts a few hundred doubles without NaN: values are first dealt out to as many buckets as there are values, each an equal
 * part of their range, then moved by the few places that are left. Where that would not help, because the values crowd or reach
 * to infinity, it is the sort of the JDK. Both lead to the same order. Not for use by several threads.
 */
final class BucketSort {
    private static final int MOST = 1024;
    private static final int CROWD = 24;

    private final double[] copy = new double[MOST];
    private final short[] bucketOf = new short[MOST];
    private final int[] ends = new int[MOST];

    /** Sorts the first values. */
    void sort(double[] values, int size) {
        if (size > MOST || !deal(values, size)) {
            Arrays.sort(values, 0, size);
            return;
        }
        for (int i = 1; i < size; i++) {
            double value = values[i];
            int j = i;
            while (j > 0 && values[j - 1] > value) {
                values[j] = values[j - 1];
                j--;
            }
            values[j] = value;
        }
    }

    /** Whether values now stand close to their places; if not, they are as they were. */
    private boolean deal(double[] values, int size) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
        }
        double perBucket = (size - 1) / (high - low);
        if (!(perBucket > 0) || Double.isInfinite(perBucket)) {
            return false;
        }
        Arrays.fill(ends, 0, size, 0);
        for (int i = 0; i < size; i++) {
            int bucket = (int) ((values[i] - low) * perBucket);
            bucketOf[i] = (short) bucket;
            ends[bucket]++;
        }
        int end = 0;
        for (int bucket = 0; bucket < size; bucket++) {
            if (ends[bucket] > CROWD) {
                return false;
            }
            end += ends[bucket];
            ends[bucket] = end;
        }
        System.arraycopy(values, 0, copy, 0, size);
        for (int i = 0; i < size; i++) {
            values[--ends[bucketOf[i]]] = copy[i];
        }
        return true;
    }
}
