package dev.sluice.frame.asof;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.stats.DistinctCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Aggregates that keep the values that are there; a value that is there twice counts twice. */
final class RunningValues {
    /** So many entries a map may have. */
    static final int MOST_KEYS = 1_000;

    private RunningValues() {}

    private static <K> void plus(Map<K, Integer> values, K value) {
        values.merge(value, 1, Integer::sum);
    }

    private static <K> void minus(Map<K, Integer> values, K value) {
        values.computeIfPresent(value, (same, count) -> count == 1 ? null : count - 1);
    }

    /** The first values of a map, each as often as it is there; null for none. */
    private static <K> List<K> first(NavigableMap<K, Integer> values, int most) {
        List<K> first = new ArrayList<>();
        for (Map.Entry<K, Integer> entry : values.entrySet()) {
            if (first.size() == most) {
                break;
            }
            first.addAll(Collections.nCopies(Math.min(entry.getValue(), most - first.size()), entry.getKey()));
        }
        return first.isEmpty() ? null : first;
    }

    private static void refuseMore(Map<?, ?> map, String feature) {
        if (map.size() > MOST_KEYS) {
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    "feature " + feature + " of a window: expected at most " + MOST_KEYS
                            + " different keys in one map, found more",
                    "make fewer of them, such as by filter (where …) or a coarser column derived when the table is ingested");
        }
    }

    /** How many different hashes there are. */
    static final class Different implements Running {
        private final Map<Object, Integer> hashes = new HashMap<>();

        @Override
        public void add(Track.Event event, Object value) {
            plus(hashes, value);
        }

        @Override
        public void remove(Track.Event event, Object value) {
            minus(hashes, value);
        }

        @Override
        public Object result(long asOf) {
            DistinctCount count = new DistinctCount();
            hashes.keySet().forEach(hash -> count.add((Long) hash));
            return count.value();
        }
    }

    /** The value at a share of the way from the least to the greatest, between two values in proportion. */
    static final class Percentile implements Running {
        private static final int FEW = 8;

        private final double share;
        private double[] sorted = new double[FEW];
        private int count;

        Percentile(double share) {
            this.share = share;
        }

        @Override
        public void add(Track.Event event, Object value) {
            double x = (Double) value;
            int found = Arrays.binarySearch(sorted, 0, count, x);
            int at = found < 0 ? -found - 1 : found;
            if (count == sorted.length) {
                sorted = Arrays.copyOf(sorted, 2 * count);
            }
            System.arraycopy(sorted, at, sorted, at + 1, count - at);
            sorted[at] = x;
            count++;
        }

        @Override
        public void remove(Track.Event event, Object value) {
            int at = Arrays.binarySearch(sorted, 0, count, (Double) value);
            count--;
            System.arraycopy(sorted, at + 1, sorted, at, count - at);
        }

        @Override
        public Object result(long asOf) {
            if (count == 0) {
                return null;
            }
            double position = share * (count - 1);
            int lower = (int) Math.floor(position);
            int higher = (int) Math.ceil(position);
            if (Double.compare(sorted[lower], sorted[higher]) == 0) {
                return sorted[lower];
            }
            return (higher - position) * sorted[lower] + (position - lower) * sorted[higher];
        }
    }

    /** The oldest or the newest values, from old to new. */
    static final class Outermost implements Running {
        private final boolean newest;
        private final int most;
        private final TreeMap<Valued, Integer> values = new TreeMap<>();

        Outermost(boolean newest, int most) {
            this.newest = newest;
            this.most = most;
        }

        @Override
        public void add(Track.Event event, Object value) {
            plus(values, new Valued(event, value));
        }

        @Override
        public void remove(Track.Event event, Object value) {
            minus(values, new Valued(event, value));
        }

        @Override
        public Object result(long asOf) {
            List<Valued> found = first(newest ? values.descendingMap() : values, most);
            if (found == null) {
                return null;
            }
            if (newest) {
                Collections.reverse(found);
            }
            return found.stream().map(Valued::value).toList();
        }
    }

    /** The greatest values, from great to small. */
    static final class Top implements Running {
        private final int most;
        private final TreeMap<Object, Integer> values = new TreeMap<>(Running::compare);

        Top(int most) {
            this.most = most;
        }

        @Override
        public void add(Track.Event event, Object value) {
            plus(values, value);
        }

        @Override
        public void remove(Track.Event event, Object value) {
            minus(values, value);
        }

        @Override
        public Object result(long asOf) {
            return first(values.descendingMap(), most);
        }
    }

    /** How often each value is there, in the order of the values. */
    static final class Histogram implements Running {
        private final String feature;
        private final TreeMap<Object, Integer> values = new TreeMap<>(Running::compare);

        Histogram(String feature) {
            this.feature = feature;
        }

        @Override
        public void add(Track.Event event, Object value) {
            plus(values, value);
        }

        @Override
        public void remove(Track.Event event, Object value) {
            minus(values, value);
        }

        @Override
        public Object result(long asOf) {
            refuseMore(values, feature);
            Map<Object, Object> counts = new LinkedHashMap<>();
            values.forEach((value, count) -> counts.put(value, (long) count));
            return counts.isEmpty() ? null : counts;
        }
    }

    /** An aggregate of each category, in the order of the categories; a row without one does not count. */
    static final class Buckets implements Running {
        private final String feature;
        private final int category;
        private final Supplier<Running> each;
        private final TreeMap<Object, Bucket> buckets = new TreeMap<>(Running::compare);

        /**
         * Without rows.
         *
         * @param category index of the value of an event that is its category
         */
        Buckets(String feature, int category, Supplier<Running> each) {
            this.feature = feature;
            this.category = category;
            this.each = each;
        }

        @Override
        public void add(Track.Event event, Object value) {
            Object of = event.values().get(category);
            if (of != null) {
                Bucket bucket = buckets.computeIfAbsent(of, same -> new Bucket(each.get()));
                bucket.values++;
                bucket.running.add(event, value);
            }
        }

        @Override
        public void remove(Track.Event event, Object value) {
            Object of = event.values().get(category);
            if (of != null) {
                Bucket bucket = buckets.get(of);
                bucket.running.remove(event, value);
                if (--bucket.values == 0) {
                    buckets.remove(of);
                }
            }
        }

        @Override
        public Object result(long asOf) {
            refuseMore(buckets, feature);
            Map<Object, Object> results = new LinkedHashMap<>();
            buckets.forEach((of, bucket) -> results.put(of, bucket.running.result(asOf)));
            return results.isEmpty() ? null : results;
        }

        private static final class Bucket {
            private final Running running;
            private long values;

            Bucket(Running running) {
                this.running = running;
            }
        }
    }
}
