package dev.sluice.frame.asof;

import dev.sluice.stats.ExactSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** How one question is answered while the rows of a key pass in the order in which they became known. */
sealed interface Track extends Serializable {
    /** Number of values that it adds to a spine row. */
    int width();

    /** What it remembers of one key, before any row. */
    State start();

    /**
     * What it remembers of all keys, before any row.
     *
     * @param arguments index of the first argument of all in a row of the history
     * @param columns of such a row
     */
    Board board(int arguments, StructType columns, int slots);

    /**
     * A row of the history; times in microseconds.
     *
     * @param values arguments of all tracks side by side
     */
    record Event(long time, long known, List<Object> values) {}

    /** What is remembered of one key. */
    interface State {
        /** A row became known; none that comes later became known earlier. */
        void learn(Event event);

        /** Writes the answer at a decision time, to {@code row[at]} and on. */
        void answer(long asOf, Object[] row, int at);
    }

    /**
     * The newest row: the best of all that became known, since one that is too old hides none that is not.
     *
     * @param first index of its first value
     * @param values number of its values
     * @param maxAge {@link #ANY_AGE} when age does not matter
     */
    record Newest(int first, int values, long maxAge, boolean flag) implements Track {
        /** No row is older. */
        static final long ANY_AGE = Long.MAX_VALUE;

        private static final Comparator<Comparable<Object>> NULLS_FIRST =
                Comparator.nullsFirst(Comparator.naturalOrder());

        @Override
        public int width() {
            return flag ? values + 1 : values;
        }

        @Override
        public Board board(int arguments, StructType columns, int slots) {
            int from = arguments + first;
            DataType[] types = new DataType[values];
            Arrays.setAll(types, i -> columns.fields()[from + i].dataType());
            return new NewestBoard(this, from, types, slots);
        }

        @Override
        public State start() {
            return new State() {
                private Event best;

                @Override
                public void learn(Event event) {
                    if (best == null || compare(event, best) > 0) {
                        best = event;
                    }
                }

                @Override
                public void answer(long asOf, Object[] row, int at) {
                    boolean found = best != null && asOf - best.time() <= maxAge;
                    for (int i = 0; found && i < values; i++) {
                        row[at + i] = best.values().get(first + i);
                    }
                    if (flag) {
                        row[at + values] = found ? 0.0 : 1.0;
                    }
                }
            };
        }

        private int compare(Event a, Event b) {
            int order = Long.compare(a.time(), b.time());
            if (order == 0) {
                order = Long.compare(a.known(), b.known());
            }
            for (int i = first; order == 0 && i < first + values; i++) {
                order = NULLS_FIRST.compare(
                        comparable(a.values().get(i)), comparable(b.values().get(i)));
            }
            return order;
        }
    }

    /**
     * Aggregates over the rows that are younger than a span.
     *
     * @param first index of its first value; each aggregate has one
     */
    record Window(int first, long over, List<Aggregate.Function> functions, List<Boolean> whole) implements Track {
        @Override
        public int width() {
            return functions.size();
        }

        @Override
        public Board board(int arguments, StructType columns, int slots) {
            List<Sliding> slidings = new ArrayList<>();
            for (int i = 0; i < functions.size(); i++) {
                slidings.add(sliding(functions.get(i), columns.fields()[arguments + first + i].dataType(), slots));
            }
            return new WindowBoard(over, arguments + first, slidings);
        }

        private static Sliding sliding(Aggregate.Function function, DataType type, int slots) {
            return switch (function) {
                case COUNT -> new Counts(slots);
                case AVG -> new ExactSums(true, slots);
                case SUM -> type.equals(DataTypes.LongType) ? new WholeSums(slots) : new ExactSums(false, slots);
                case MIN, MAX -> extreme(function == Aggregate.Function.MAX, type, slots);
            };
        }

        private static Sliding extreme(boolean greatest, DataType type, int slots) {
            return type instanceof DecimalType decimal && decimal.precision() > Decimal.MAX_LONG_DIGITS()
                    ? new WideExtremes(greatest, decimal, slots)
                    : new Extremes(greatest, Ordered.of(type), slots);
        }

        @Override
        public State start() {
            return new State() {
                private final PriorityQueue<Event> live = new PriorityQueue<>(Comparator.comparingLong(Event::time));
                private final List<Running> running = runnings();

                @Override
                public void learn(Event event) {
                    forget(event.known());
                    if (event.time() > event.known() - over) {
                        live.add(event);
                        change(event, Running::add);
                    }
                }

                @Override
                public void answer(long asOf, Object[] row, int at) {
                    forget(asOf);
                    for (int i = 0; i < running.size(); i++) {
                        row[at + i] = running.get(i).result();
                    }
                }

                private void forget(long now) {
                    while (!live.isEmpty() && live.element().time() <= now - over) {
                        change(live.remove(), Running::remove);
                    }
                }

                private void change(Event event, Change change) {
                    for (int i = 0; i < running.size(); i++) {
                        Object value = event.values().get(first + i);
                        if (value != null) {
                            change.apply(running.get(i), event.time(), value);
                        }
                    }
                }
            };
        }

        private List<Running> runnings() {
            List<Running> runnings = new ArrayList<>();
            for (int i = 0; i < functions.size(); i++) {
                runnings.add(
                        switch (functions.get(i)) {
                            case COUNT -> new Count();
                            case AVG -> new Doubles(true);
                            case SUM -> whole.get(i) ? new Longs() : new Doubles(false);
                            case MIN -> new Extreme(Comparator.reverseOrder());
                            case MAX -> new Extreme(Comparator.naturalOrder());
                        });
            }
            return runnings;
        }

        @FunctionalInterface
        private interface Change {
            void apply(Running running, long time, Object value);
        }
    }

    /** An aggregate of values that come in any order and go in order of their time. */
    interface Running {
        void add(long time, Object value);

        void remove(long time, Object value);

        /** Null when there is no value. */
        Object result();
    }

    /** Number of values. */
    final class Count implements Running {
        private long count;

        @Override
        public void add(long time, Object value) {
            count++;
        }

        @Override
        public void remove(long time, Object value) {
            count--;
        }

        @Override
        public Object result() {
            return count;
        }
    }

    /** Sum of whole numbers: wrapping arithmetic comes back exactly. */
    final class Longs implements Running {
        private long count;
        private long sum;

        @Override
        public void add(long time, Object value) {
            count++;
            sum += (Long) value;
        }

        @Override
        public void remove(long time, Object value) {
            count--;
            sum -= (Long) value;
        }

        @Override
        public Object result() {
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
        public void add(long time, Object value) {
            count++;
            sum.add((Double) value);
        }

        @Override
        public void remove(long time, Object value) {
            count--;
            sum.remove((Double) value);
        }

        @Override
        public Object result() {
            if (count == 0) {
                return null;
            }
            return average ? sum.value() / count : sum.value();
        }
    }

    /**
     * Least or greatest value: a staircase that holds a value only while no other that stays at least as long is at least
     * as good. From old to new its values get worse, so the oldest is the result.
     */
    final class Extreme implements Running {
        private final Comparator<Comparable<Object>> worstFirst;
        private final TreeMap<Long, Comparable<Object>> stairs = new TreeMap<>();

        Extreme(Comparator<Comparable<Object>> worstFirst) {
            this.worstFirst = worstFirst;
        }

        @Override
        public void add(long time, Object value) {
            Comparable<Object> added = comparable(value);
            Map.Entry<Long, Comparable<Object>> longer = stairs.ceilingEntry(time);
            if (longer != null && worstFirst.compare(longer.getValue(), added) >= 0) {
                return;
            }
            Map.Entry<Long, Comparable<Object>> shorter = stairs.floorEntry(time);
            while (shorter != null && worstFirst.compare(shorter.getValue(), added) <= 0) {
                stairs.remove(shorter.getKey());
                shorter = stairs.floorEntry(time);
            }
            stairs.put(time, added);
        }

        @Override
        public void remove(long time, Object value) {
            while (!stairs.isEmpty() && stairs.firstKey() <= time) {
                stairs.pollFirstEntry();
            }
        }

        @Override
        public Object result() {
            return stairs.isEmpty() ? null : stairs.firstEntry().getValue();
        }
    }

    /** Values of one column are numbers, booleans or texts of one class; texts are in the order of Spark, which is that of bytes. */
    @SuppressWarnings("unchecked")
    private static Comparable<Object> comparable(Object value) {
        Object compared = value instanceof String text ? UTF8String.fromString(text) : value;
        return (Comparable<Object>) compared;
    }
}
