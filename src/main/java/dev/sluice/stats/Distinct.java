package dev.sluice.stats;

import java.util.Base64;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.datasketches.hll.HllSketch;

/** How many different values a column has; null is none of them. */
public sealed interface Distinct {
    /** So many different values are counted one by one. */
    int MOST_COUNTED = 200;

    /** A text of more UTF-8 bytes is not kept: a column with one is estimated. */
    int LONGEST_COUNTED = 256;

    /** Number of different values. */
    double count();

    /** Relative standard error of {@link #count}; 0 where it is exact. */
    double relativeError();

    /**
     * Exactly these values.
     *
     * @param frequencies rows of each value; dates, times (UTC) and numbers as Java prints them
     */
    record Counted(SortedMap<String, Long> frequencies) implements Distinct {
        public Counted {
            frequencies = Collections.unmodifiableSortedMap(new TreeMap<>(frequencies));
        }

        @Override
        public double count() {
            return frequencies.size();
        }

        @Override
        public double relativeError() {
            return 0;
        }
    }

    /**
     * Too many to count.
     *
     * @param sketch a DataSketches HyperLogLog sketch, compact, in base 64
     */
    record Estimated(String sketch) implements Distinct {
        static Estimated of(HllSketch sketch) {
            return new Estimated(Base64.getEncoder().encodeToString(sketch.toCompactByteArray()));
        }

        HllSketch open() {
            return HllSketch.heapify(Base64.getDecoder().decode(sketch));
        }

        /** The estimate that does not depend on the order in which values came. */
        @Override
        public double count() {
            return open().getCompositeEstimate();
        }

        @Override
        public double relativeError() {
            HllSketch opened = open();
            return opened.getRelErr(false, true, opened.getLgConfigK(), 1);
        }
    }
}
