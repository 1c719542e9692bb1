package dev.sluice.frame.asof;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The pass over one partition: rows of {@code keys, at, is_slot, slot, time, arguments}, sorted by keys, then {@code at},
 * events before slots. Gives each slot back with its answers.
 *
 * @param keys number of key columns
 * @param slotWidth number of columns of a slot
 */
record Pass(int keys, int slotWidth, List<Track> tracks) implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Iterator<>() {
            private Object[] key;
            private List<Track.State> states;
            private Row next;

            @Override
            public boolean hasNext() {
                while (next == null && rows.hasNext()) {
                    Row row = rows.next();
                    enter(row);
                    if (row.getBoolean(keys + 1)) {
                        next = answered(row);
                    } else {
                        Track.Event event = event(row);
                        states.forEach(state -> state.learn(event));
                    }
                }
                return next != null;
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Row answered = next;
                next = null;
                return answered;
            }

            /** Forgets everything when another key begins. */
            private void enter(Row row) {
                Object[] found = values(row, 0, keys);
                if (!Arrays.equals(found, key)) {
                    key = found;
                    states = tracks.stream().map(Track::start).toList();
                }
            }

            private Row answered(Row row) {
                Row slot = row.getStruct(keys + 2);
                int width = slotWidth + tracks.stream().mapToInt(Track::width).sum();
                Object[] answered = Arrays.copyOf(values(slot, 0, slotWidth), width);
                // A slot without decision time comes first of its key: there is nothing yet that it could see.
                long asOf = row.isNullAt(keys) ? Long.MIN_VALUE : row.getLong(keys);
                int at = slotWidth;
                for (int i = 0; i < states.size(); i++) {
                    states.get(i).answer(asOf, answered, at);
                    at += tracks.get(i).width();
                }
                for (int i = slotWidth; i < width; i++) {
                    answered[i] = Nested.external(answered[i]);
                }
                return RowFactory.create(answered);
            }
        };
    }

    private Track.Event event(Row row) {
        return new Track.Event(
                row.getLong(keys + 3), row.getLong(keys), Arrays.asList(values(row, keys + 4, row.length())));
    }

    private static Object[] values(Row row, int from, int to) {
        Object[] values = new Object[to - from];
        for (int i = from; i < to; i++) {
            values[i - from] = row.get(i);
        }
        return values;
    }
}
