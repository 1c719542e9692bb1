package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.apache.spark.unsafe.types.UTF8String;

/** An aggregate of values that come in the order in which they became known and go in order of their time. */
interface Running {
    /** The value of a row comes; it is not null. */
    void add(Track.Event event, Object value);

    /** It goes. */
    void remove(Track.Event event, Object value);

    /** Of the values that are there, at a decision time. */
    Object result(long asOf);

    /** Values of one column are numbers, booleans or texts of one class; texts are in the order of Spark, which is that of bytes; null is the least. */
    static int compare(Object a, Object b) {
        if (a == null || b == null) {
            return Boolean.compare(a != null, b != null);
        }
        return comparable(a).compareTo(comparable(b));
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> comparable(Object value) {
        Object compared = value instanceof String text ? UTF8String.fromString(text) : value;
        return (Comparable<Object>) compared;
    }

    /** Number of values. */
    final class Count implements Running {
        private long count;

        @Override
        public void add(Track.Event event, Object value) {
            count++;
        }

        @Override
        public void remove(Track.Event event, Object value) {
            count--;
        }

        @Override
        public Object result(long asOf) {
            return count;
        }
    }

    /** Sum of whole numbers: wrapping arithmetic comes back exactly. */
    final class Longs implements Running {
        private long count;
        private long sum;

        @Override
        public void add(Track.Event event, Object value) {
            count++;
            sum += (Long) value;
        }

        @Override
        public void remove(Track.Event event, Object value) {
            count--;
            sum -= (Long) value;
        }

        @Override
        public Object result(long asOf) {
            return count == 0 ? null : sum;
        }
    }

    /** Sum or average of doubles. */
    final class Doubles implements Running {
        private final boolean average;
        private final ExactSum sum = new ExactSum();
        private long count;

        Doubles(boolean average) {
            this.average = average;
        }

        @Override
        public void add(Track.Event event, Object value) {
            count++;
            sum.add((Double) value);
        }

        @Override
        public void remove(Track.Event event, Object value) {
            count--;
            sum.remove((Double) value);
        }

        @Override
        public Object result(long asOf) {
            if (count == 0) {
                return null;
            }
            return average ? sum.value() / count : sum.value();
        }
    }

    /** Variance or standard deviation. */
    final class Spreading implements Running {
        private final Spread spread;
        private final ExactSum sum = new ExactSum();
        private final ExactSum squares = new ExactSum();
        private long count;

        Spreading(Spread spread) {
            this.spread = spread;
        }

        @Override
        public void add(Track.Event event, Object value) {
            double x = (Double) value;
            count++;
            sum.add(x);
            squares.add(x * x);
            squares.add(Spread.restOfSquare(x));
        }

        @Override
        public void remove(Track.Event event, Object value) {
            double x = (Double) value;
            count--;
            sum.remove(x);
            squares.remove(x * x);
            squares.remove(Spread.restOfSquare(x));
        }

        @Override
        public Object result(long asOf) {
            return spread.of(count, sum, squares);
        }
    }

    /**
     * Least or greatest value: a staircase that holds a value only while no other that stays at least as long is at least
     * as good. From old to new its values get worse, so the oldest is the result.
     */
    final class Extreme implements Running {
        private final Comparator<Object> worstFirst;
        private final TreeMap<Long, Object> stairs = new TreeMap<>();

        Extreme(Comparator<Object> worstFirst) {
            this.worstFirst = worstFirst;
        }

        @Override
        public void add(Track.Event event, Object value) {
            Map.Entry<Long, Object> longer = stairs.ceilingEntry(event.time());
            if (longer != null && worstFirst.compare(longer.getValue(), value) >= 0) {
                return;
            }
            Map.Entry<Long, Object> shorter = stairs.floorEntry(event.time());
            while (shorter != null && worstFirst.compare(shorter.getValue(), value) <= 0) {
                stairs.remove(shorter.getKey());
                shorter = stairs.floorEntry(event.time());
            }
            stairs.put(event.time(), value);
        }

        @Override
        public void remove(Track.Event event, Object value) {
            while (!stairs.isEmpty() && stairs.firstKey() <= event.time()) {
                stairs.pollFirstEntry();
            }
        }

        @Override
        public Object result(long asOf) {
            return stairs.isEmpty() ? null : stairs.firstEntry().getValue();
        }
    }

    /** The oldest value. */
    final class Oldest implements Running {
        private final PriorityQueue<Valued> oldest = new PriorityQueue<>();

        @Override
        public void add(Track.Event event, Object value) {
            oldest.add(new Valued(event, value));
        }

        @Override
        public void remove(Track.Event event, Object value) {
            while (!oldest.isEmpty() && oldest.element().event.time() <= event.time()) {
                oldest.remove();
            }
        }

        @Override
        public Object result(long asOf) {
            return oldest.isEmpty() ? null : oldest.element().value;
        }
    }

    /** The newest value, or how old it is in seconds: when it goes there is no other. */
    final class Newest implements Running {
        private final boolean age;
        private Valued newest;

        Newest(boolean age) {
            this.age = age;
        }

        @Override
        public void add(Track.Event event, Object value) {
            Valued valued = new Valued(event, value);
            if (newest == null || valued.compareTo(newest) > 0) {
                newest = valued;
            }
        }

        @Override
        public void remove(Track.Event event, Object value) {
            if (newest != null && newest.event.time() <= event.time()) {
                newest = null;
            }
        }

        @Override
        public Object result(long asOf) {
            if (newest == null) {
                return null;
            }
            return age ? Latest.seconds(asOf - newest.event.time()) : newest.value;
        }
    }

    /** A value of a row. */
    record Valued(Track.Event event, Object value) implements Comparable<Valued> {
        @Override
        public int compareTo(Valued other) {
            int order = event.compareTo(other.event);
            return order == 0 ? Running.compare(value, other.value) : order;
        }
    }
}
