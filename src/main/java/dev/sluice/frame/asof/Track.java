package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

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
    record Event(long time, long known, List<Object> values) implements Comparable<Event> {
        /** By time, then by when they became known. */
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(time, other.time);
            return order == 0 ? Long.compare(known, other.known) : order;
        }
    }

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

        @Override
        public int width() {
            return flag ? values + 1 : values;
        }

        @Override
        public NewestBoard board(int arguments, StructType columns, int slots) {
            int from = arguments + first;
            DataType[] types = new DataType[values];
            Arrays.setAll(types, i -> columns.fields()[from + i].dataType());
            return new NewestBoard(maxAge, flag, from, types, slots);
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
            int order = a.compareTo(b);
            for (int i = first; order == 0 && i < first + values; i++) {
                order = Running.compare(a.values().get(i), b.values().get(i));
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
                int at = arguments + first + i;
                slidings.add(functions.get(i).sliding(over, at, columns.fields()[at].dataType(), slots));
            }
            return new WindowBoard(over, arguments + first, slidings);
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
                        row[at + i] = running.get(i).result(asOf);
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
                            change.apply(running.get(i), event, value);
                        }
                    }
                }
            };
        }

        private List<Running> runnings() {
            List<Running> runnings = new ArrayList<>();
            for (int i = 0; i < functions.size(); i++) {
                runnings.add(functions.get(i).running(whole.get(i)));
            }
            return runnings;
        }

        @FunctionalInterface
        private interface Change {
            void apply(Running running, Event event, Object value);
        }
    }
}
