package dev.sluice.stats;

import java.util.Arrays;

/**
 * How many different hashes of 64 bits there are: exact up to {@value #EXACT}, which take the room of a sketch, and beyond that
 * the estimate of a {@link HyperLogLog}. It depends on the set of hashes alone, neither on their order nor on how they were
 * brought together. Not for use by several threads.
 */
public final class DistinctCount {
    /** So many are counted one by one. */
    public static final int EXACT = HyperLogLog.REGISTERS / Long.BYTES;

    private static final int FEW = 4;

    /** In order; of no use when there is a sketch. */
    private long[] hashes = new long[FEW];

    private int count;
    private HyperLogLog.Builder sketch;

    /** One more hash. */
    public void add(long hash) {
        if (sketch != null) {
            sketch.add(hash);
            return;
        }
        int at = -Arrays.binarySearch(hashes, 0, count, hash) - 1;
        if (at < 0) {
            return;
        }
        if (count == EXACT) {
            beginSketch();
            sketch.add(hash);
            return;
        }
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.min(EXACT, 2 * count));
        }
        System.arraycopy(hashes, at, hashes, at + 1, count - at);
        hashes[at] = hash;
        count++;
    }

    private void beginSketch() {
        sketch = new HyperLogLog.Builder();
        for (int i = 0; i < count; i++) {
            sketch.add(hashes[i]);
        }
        hashes = new long[0];
    }

    /** The hashes of both, as another object. */
    public DistinctCount plus(DistinctCount other) {
        DistinctCount all = new DistinctCount();
        all.addAll(this);
        all.addAll(other);
        return all;
    }

    private void addAll(DistinctCount other) {
        if (other.sketch == null) {
            for (int i = 0; i < other.count; i++) {
                add(other.hashes[i]);
            }
            return;
        }
        if (sketch == null) {
            beginSketch();
        }
        sketch.add(other.sketch.build());
    }

    /** How many there are. */
    public long value() {
        return sketch == null
                ? count
                : Math.max(EXACT + 1L, Math.round(sketch.build().count()));
    }
}
