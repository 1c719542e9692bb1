package dev.sluice.stats;

import java.util.Arrays;

/**
 * Estimates how many different values there were from {@value #REGISTERS} small registers, each of which keeps the longest
 * run of leading zeros among the hashes that fall to it (Flajolet, Fusy, Gandouet, Meunier 2007). The estimator is Ertl's
 * improved raw one ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6), which needs no
 * tables and is without bias from one value on. The result depends on the set of values alone, not on order or merging.
 */
public final class HyperLogLog {
    private static final int LG_REGISTERS = 12;

    static final int REGISTERS = 1 << LG_REGISTERS;

    /** A register holds at most this: all the other bits of a hash are zero. */
    static final int HIGHEST = Long.SIZE - LG_REGISTERS + 1;

    private final byte[] registers;

    /** Takes over the array. */
    HyperLogLog(byte[] registers) {
        if (registers.length != REGISTERS) {
            throw new IllegalArgumentException("expected " + REGISTERS + " registers, found " + registers.length);
        }
        for (byte register : registers) {
            if (register < 0 || register > HIGHEST) {
                throw new IllegalArgumentException("a register is from 0 to " + HIGHEST + ", found " + register);
            }
        }
        this.registers = registers;
    }

    int register(int i) {
        return registers[i];
    }

    /** Estimated number of different values. */
    public double count() {
        int[] having = new int[HIGHEST + 1];
        for (byte register : registers) {
            having[register]++;
        }
        double sum = REGISTERS * tau(1 - (double) having[HIGHEST] / REGISTERS);
        for (int k = HIGHEST - 1; k >= 1; k--) {
            sum = (sum + having[k]) / 2;
        }
        sum += REGISTERS * sigma((double) having[0] / REGISTERS);
        return (double) REGISTERS * REGISTERS / (2 * Math.log(2) * sum);
    }

    /** Relative standard error of {@link #count}: 1.04 / √{@value #REGISTERS}. */
    public double relativeError() {
        return 1.04 / Math.sqrt(REGISTERS);
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double sum = share;
        double before;
        double weight = 1;
        do {
            x *= x;
            before = sum;
            sum += x * weight;
            weight *= 2;
        } while (sum != before);
        return sum;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double sum = 1 - share;
        double before;
        double weight = 1;
        do {
            x = Math.sqrt(x);
            before = sum;
            weight /= 2;
            sum -= (1 - x) * (1 - x) * weight;
        } while (sum != before);
        return sum / 3;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HyperLogLog sketch && Arrays.equals(registers, sketch.registers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(registers);
    }

    @Override
    public String toString() {
        return "HyperLogLog of about " + Math.round(count());
    }

    /** Takes hashes one by one, or other sketches. Not for use by several threads. */
    static final class Builder {
        private final byte[] registers = new byte[REGISTERS];

        void add(long hash) {
            int i = (int) (hash >>> (Long.SIZE - LG_REGISTERS));
            // The bit that is set stands behind the last one that counts.
            int rank = Long.numberOfLeadingZeros((hash << LG_REGISTERS) | (1L << (LG_REGISTERS - 1))) + 1;
            if (rank > registers[i]) {
                registers[i] = (byte) rank;
            }
        }

        void add(HyperLogLog other) {
            for (int i = 0; i < REGISTERS; i++) {
                registers[i] = (byte) Math.max(registers[i], other.registers[i]);
            }
        }

        HyperLogLog build() {
            return new HyperLogLog(registers.clone());
        }
    }
}
