package dev.sluice.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A mergeable summary of the order of many numbers, infinities included and NaN not: exact up to {@value #CAPACITY}
 * values, then with a rank error that is known and guaranteed. Nothing in it is random, so that the same values in the
 * same order always give the same summary; the sketches of DataSketches flip coins here, which would make drift and its
 * verdicts differ between two runs over the same data.
 *
 * <p>Values of level h stand for 2<sup>h</sup> values each. A full level is sorted, and of each pair of neighbours one goes
 * up a level, the lower and the upper one in turn (Manku, Rajagopalan, Lindsay, SIGMOD 1998, with the equal capacities and
 * merging of Agarwal et al., PODS 2012). Lower ones make ranks too high by at most the weight of one value, upper ones too
 * low, so that the two do not add up.
 *
 * @param levels from level 0 up, each in rising order
 * @param over by how many values a rank may be too high
 * @param under by how many values a rank may be too low
 */
public record Quantiles(List<Level> levels, long over, long under) {
    /** Values that a level holds before half of them go up. */
    public static final int CAPACITY = 512;

    private static final Quantiles NONE = new Quantiles(List.of(), 0, 0);

    public Quantiles {
        levels = List.copyOf(levels);
    }

    /** Values of the same weight, in rising order. */
    public static final class Level {
        private final double[] values;
        private final boolean upper;

        /**
         * Of sorted values.
         *
         * @param upper which one of a pair goes up next
         */
        Level(double[] values, boolean upper) {
            for (int i = 0; i < values.length; i++) {
                if (Double.isNaN(values[i]) || (i > 0 && values[i] < values[i - 1])) {
                    throw new IllegalArgumentException("a level holds numbers in rising order, found " + values[i]);
                }
            }
            this.values = values.clone();
            this.upper = upper;
        }

        /** How many values there are. */
        public int size() {
            return values.length;
        }

        double value(int i) {
            return values[i];
        }

        boolean upper() {
            return upper;
        }

        /** How many are at most x. */
        private int upTo(double x) {
            int low = 0;
            int high = values.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (values[middle] <= x) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Level level && upper == level.upper && Arrays.equals(values, level.values);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(values) + Boolean.hashCode(upper);
        }

        @Override
        public String toString() {
            return values.length + " values";
        }
    }

    /** Of no values. */
    public static Quantiles none() {
        return NONE;
    }

    /**
     * Of values that were counted, exactly: a value of n rows is on each level whose bit is set in n.
     *
     * @param frequencies rows of each value, as Java prints numbers; NaN is passed over
     */
    static Quantiles of(Map<String, Long> frequencies) {
        List<Map.Entry<Double, Long>> sorted = frequencies.entrySet().stream()
                .map(entry -> Map.entry(Double.valueOf(entry.getKey()), entry.getValue()))
                .filter(entry -> !entry.getKey().isNaN())
                .sorted(Map.Entry.comparingByKey())
                .toList();
        long all = sorted.stream().mapToLong(Map.Entry::getValue).reduce(0, (a, b) -> a | b);
        List<Level> levels = new ArrayList<>();
        for (int h = 0; all >>> h != 0; h++) {
            int bit = h;
            levels.add(new Level(
                    sorted.stream()
                            .filter(entry -> (entry.getValue() >>> bit & 1) == 1)
                            .mapToDouble(Map.Entry::getKey)
                            .toArray(),
                    false));
        }
        return new Quantiles(levels, 0, 0);
    }

    /** Number of values. */
    public long count() {
        long count = 0;
        for (int h = 0; h < levels.size(); h++) {
            count += (long) levels.get(h).size() << h;
        }
        return count;
    }

    /** The most that {@link #rank} can be wrong by, from 0 to 1; 0 while nothing was left out. */
    public double rankError() {
        return count() == 0 ? 0 : (double) Math.max(over, under) / count();
    }

    /** Share of the values that are at most x; NaN without values. */
    public double rank(double x) {
        return (double) upTo(x) / count();
    }

    private long upTo(double x) {
        long upTo = 0;
        for (int h = 0; h < levels.size(); h++) {
            upTo += (long) levels.get(h).upTo(x) << h;
        }
        return upTo;
    }

    /**
     * The smallest value that at least this share of the values do not exceed; NaN without values.
     *
     * @param share from 0 to 1
     */
    public double quantile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share is a number from 0 to 1, found " + share);
        }
        double[] all = levels.stream()
                .flatMapToDouble(level -> Arrays.stream(level.values))
                .sorted()
                .toArray();
        double wanted = share * count();
        int low = 0;
        int high = all.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upTo(all[middle]) >= wanted) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return all.length == 0 ? Double.NaN : all[low];
    }

    /** Takes values one by one, or those of other summaries. Not for use by several threads. */
    static final class Builder {
        private final List<Buffer> levels = new ArrayList<>();
        private final BucketSort sort = new BucketSort();
        private long over;
        private long under;

        void add(double value) {
            Buffer lowest = level(0);
            lowest.append(value);
            if (lowest.size >= CAPACITY) {
                compact(0);
            }
        }

        /** Values of a block; NaN is passed over. */
        void add(double[] block, int from, int to) {
            for (int i = from; i < to; i++) {
                if (!Double.isNaN(block[i])) {
                    add(block[i]);
                }
            }
        }

        void add(Quantiles other) {
            for (int h = 0; h < other.levels.size(); h++) {
                Level level = other.levels.get(h);
                level(h).merge(level.values, 0, level.size(), 1);
                level(h).upper ^= level.upper;
            }
            over += other.over;
            under += other.under;
            for (int h = 0; h < levels.size(); h++) {
                if (levels.get(h).size >= CAPACITY) {
                    compact(h);
                }
            }
        }

        Quantiles build() {
            return new Quantiles(levels.stream().map(Buffer::level).toList(), over, under);
        }

        private Buffer level(int h) {
            while (levels.size() <= h) {
                levels.add(new Buffer(sort));
            }
            return levels.get(h);
        }

        private void compact(int h) {
            Buffer full = level(h);
            Buffer next = level(h + 1);
            full.sort();
            int paired = full.size & ~1;
            next.merge(full.values, full.upper ? 1 : 0, paired, 2);
            if (full.upper) {
                under += 1L << h;
            } else {
                over += 1L << h;
            }
            full.upper = !full.upper;
            full.keepFrom(paired);
            if (next.size >= CAPACITY) {
                compact(h + 1);
            }
        }
    }

    /** Values of a level: sorted ones, then those that came one by one. */
    private static final class Buffer {
        private final BucketSort sort;
        private double[] values = new double[16];
        private int size;
        private int sorted;
        private boolean upper;

        Buffer(BucketSort sort) {
            this.sort = sort;
        }

        void append(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        /** Takes in every so manyth of sorted values, in their order. */
        void merge(double[] others, int from, int to, int step) {
            sort();
            int more = (to - from + step - 1) / step;
            double[] merged = new double[Math.max(values.length, size + more)];
            int mine = 0;
            int end = 0;
            for (int i = from; i < to; i += step) {
                while (mine < size && values[mine] <= others[i]) {
                    merged[end++] = values[mine++];
                }
                merged[end++] = others[i];
            }
            System.arraycopy(values, mine, merged, end, size - mine);
            size = end + size - mine;
            sorted = size;
            values = merged;
        }

        void sort() {
            if (sorted < size) {
                sort.sort(values, size);
                sorted = size;
            }
        }

        void keepFrom(int start) {
            System.arraycopy(values, start, values, 0, size - start);
            size -= start;
            sorted = size;
        }

        Level level() {
            sort();
            return new Level(Arrays.copyOf(values, size), upper);
        }
    }
}
