package dev.sluice.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

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

    /**
     * Values of the same weight.
     *
     * @param upper which one of a pair goes up next
     */
    public record Level(List<Double> values, boolean upper) {
        public Level {
            values = List.copyOf(values);
        }
    }

    /** Of no values. */
    public static Quantiles none() {
        return NONE;
    }

    /** Number of values. */
    public long count() {
        long count = 0;
        for (int h = 0; h < levels.size(); h++) {
            count += (long) levels.get(h).values().size() << h;
        }
        return count;
    }

    /** The most that {@link #rank} can be wrong by, from 0 to 1; 0 while nothing was left out. */
    public double rankError() {
        return count() == 0 ? 0 : (double) Math.max(over, under) / count();
    }

    /** Share of the values that are at most x; NaN without values. */
    public double rank(double x) {
        long below = 0;
        for (int h = 0; h < levels.size(); h++) {
            below += levels.get(h).values().stream().filter(value -> value <= x).count() << h;
        }
        return (double) below / count();
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
        record Weighted(double value, long weight) {}
        List<Weighted> all = new ArrayList<>();
        for (int h = 0; h < levels.size(); h++) {
            long weight = 1L << h;
            levels.get(h).values().forEach(value -> all.add(new Weighted(value, weight)));
        }
        all.sort((a, b) -> Double.compare(a.value, b.value));
        double wanted = share * count();
        long seen = 0;
        for (Weighted next : all) {
            seen += next.weight;
            if (seen >= wanted) {
                return next.value;
            }
        }
        return Double.NaN;
    }

    /** Takes values one by one, or those of other summaries. Not for use by several threads. */
    static final class Builder {
        private final List<Buffer> levels = new ArrayList<>();
        private long over;
        private long under;

        void add(double value) {
            Buffer lowest = level(0);
            lowest.append(value);
            if (lowest.size >= CAPACITY) {
                compact(0);
            }
        }

        void add(Quantiles other) {
            for (int h = 0; h < other.levels.size(); h++) {
                other.levels.get(h).values().forEach(level(h)::append);
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
            return new Quantiles(levels.stream().map(Buffer::sorted).toList(), over, under);
        }

        private Buffer level(int h) {
            while (levels.size() <= h) {
                levels.add(new Buffer());
            }
            return levels.get(h);
        }

        private void compact(int h) {
            Buffer full = level(h);
            Buffer next = level(h + 1);
            Arrays.sort(full.values, 0, full.size);
            int paired = full.size & ~1;
            for (int i = full.upper ? 1 : 0; i < paired; i += 2) {
                next.append(full.values[i]);
            }
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

    private static final class Buffer {
        private double[] values = new double[16];
        private int size;
        private boolean upper;

        void append(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        void keepFrom(int start) {
            System.arraycopy(values, start, values, 0, size - start);
            size -= start;
        }

        Level sorted() {
            return new Level(
                    DoubleStream.of(values).limit(size).sorted().boxed().toList(), upper);
        }
    }
}
