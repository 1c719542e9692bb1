package dev.sluice.stats;

/**
 * How long the values of a column are: texts in code points, bytes in bytes, arrays in elements.
 *
 * @param count number of values
 * @param shortest 0 without values
 * @param longest 0 without values
 * @param total of all values together
 */
public record Lengths(long count, long shortest, long longest, long total) {
    public Lengths {
        if (count < 0 || shortest < 0 || longest < shortest || total < longest) {
            throw new IllegalArgumentException("lengths do not fit together: " + shortest + " to " + longest + ", "
                    + total + " of " + count + " values");
        }
    }

    /** NaN without values. */
    public double mean() {
        return (double) total / count;
    }

    /** Takes lengths one by one, or other summaries. Not for use by several threads. */
    static final class Builder {
        private long count;
        private long shortest = Long.MAX_VALUE;
        private long longest;
        private long total;

        void add(long length) {
            count++;
            shortest = Math.min(shortest, length);
            longest = Math.max(longest, length);
            total += length;
        }

        void add(Lengths other) {
            if (other.count > 0) {
                count += other.count;
                shortest = Math.min(shortest, other.shortest);
                longest = Math.max(longest, other.longest);
                total += other.total;
            }
        }

        Lengths build() {
            return new Lengths(count, count == 0 ? 0 : shortest, longest, total);
        }
    }
}
