package dev.sluice.frame.asof;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** The spine rows of one task and the answers to them: rows are kept as they came, and histories pass one after the other. */
final class Meeting {
    private final Slots slots;
    private final Internals.Kept rows = new Internals.Kept();
    private final int keys;
    private final List<Board> boards = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();

    private Meeting(DataType[] keyTypes) {
        slots = new Slots(keyTypes);
        keys = keyTypes.length;
    }

    /** Of rows {@code keys, at, spine columns}. */
    static Meeting of(Iterator<InternalRow> spine, DataType[] keyTypes) {
        Meeting meeting = new Meeting(keyTypes);
        while (spine.hasNext()) {
            InternalRow row = spine.next();
            meeting.slots.add(row);
            meeting.rows.add(row);
        }
        meeting.slots.number();
        return meeting;
    }

    /** All rows of a history pass, in any order. */
    void ask(Probe.Question question, Iterator<InternalRow> events) {
        Board[] asked = question.boards(slots.size()).toArray(Board[]::new);
        Passing event = new Passing();
        while (events.hasNext()) {
            event.row = events.next();
            event.known = question.known(event.row);
            event.key = slots.of(event.row);
            event.from = event.key.from(event.known);
            if (event.from < event.key.end()) {
                event.time = question.time(event.row);
                for (Board board : asked) {
                    board.learn(event);
                }
            }
        }
        for (int i = 0; i < asked.length; i++) {
            asked[i].settle(slots);
            boards.add(asked[i]);
            widths.add(question.tracks().get(i).width());
        }
    }

    /**
     * The spine rows, each once, and behind their columns the answers; one object each time.
     *
     * @param columns of the answers
     */
    Iterator<InternalRow> answers(StructType columns) {
        Iterator<UnsafeRow> kept = rows.iterator();
        InternalRow answer = new SpecificInternalRow(columns);
        JoinedRow joined = new JoinedRow();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return kept.hasNext();
            }

            @Override
            public InternalRow next() {
                UnsafeRow row = kept.next();
                answer(row, answer);
                return joined.apply(row, answer);
            }
        };
    }

    private void answer(InternalRow row, InternalRow answer) {
        int slot = slots.slot(row);
        long asOf = slot == Slots.NONE ? 0 : row.getLong(keys);
        int at = 0;
        for (int i = 0; i < boards.size(); i++) {
            boards.get(i).answer(slot, asOf, answer, at);
            at += widths.get(i);
        }
    }
}
