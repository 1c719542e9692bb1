package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** How one question is answered while the rows of a key pass in the order in which they became known. */
sealed interface Track extends Serializable {
    /** Number of values that it adds to a spine row. */
    int width();

    /** Of the rows that are younger than this, in microseconds, any may be needed; 0 where one at a time is enough. */
    long over();

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
        public long over() {
            return 0;
        }

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

    /** Aggregates over the rows that are younger than a span, none of which {@link Summary#needsRows needs rows}. */
    record Window(long over, List<Summary> summaries) implements Track {
        @Override
        public int width() {
            return summaries.size();
        }

        @Override
        public Board board(int arguments, StructType columns, int slots) {
            Parts parts = new Parts(columns, slots);
            List<Result> results = summaries.stream()
                    .map(summary -> summary.over(over, arguments, parts))
                    .toList();
            DataType[] types = summaries.stream().map(Summary::result).toArray(DataType[]::new);
            return new WindowBoard(over, parts, results, new Moves(types));
        }

        @Override
        public State start() {
            return new Live(over, summaries);
        }
    }

    /** Aggregates over the rows that are younger than spans, which need these rows. */
    record Rows(List<Window> windows) implements Track {
        @Override
        public int width() {
            return windows.stream().mapToInt(Window::width).sum();
        }

        @Override
        public Board board(int arguments, StructType columns, int slots) {
            return new RowsBoard(this, arguments, columns, slots);
        }

        @Override
        public State start() {
            List<State> states = windows.stream().map(Window::start).toList();
            return new State() {
                @Override
                public void learn(Event event) {
                    states.forEach(state -> state.learn(event));
                }

                @Override
                public void answer(long asOf, Object[] row, int at) {
                    int next = at;
                    for (int i = 0; i < states.size(); i++) {
                        states.get(i).answer(asOf, row, next);
                        next += windows.get(i).width();
                    }
                }
            };
        }

        /** The longest span. */
        @Override
        public long over() {
            return windows.stream().mapToLong(Window::over).max().orElseThrow();
        }

        /** The same of rows that have only the {@link #arguments} that are needed, in their order. */
        Rows renumbered() {
            List<Integer> needed = arguments();
            return new Rows(windows.stream()
                    .map(window -> new Window(
                            window.over(),
                            window.summaries().stream()
                                    .map(summary -> summary.renumbered(needed))
                                    .toList()))
                    .toList());
        }

        /** Indexes of the arguments that are needed. */
        List<Integer> arguments() {
            return windows.stream()
                    .flatMap(window -> window.summaries().stream())
                    .flatMap(summary -> Stream.of(summary.at(), summary.category()))
                    .filter(argument -> argument != Summary.NO_MAP)
                    .distinct()
                    .toList();
        }
    }
}
