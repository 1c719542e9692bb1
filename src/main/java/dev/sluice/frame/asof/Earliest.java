package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** The oldest value of a window. */
final class Earliest extends SlotTree implements Sliding, Result {
    private final DataType type;
    private final long[] times;
    private final long[] known;
    private final Object[] values;
    private long offeredTime;
    private long offeredKnown;
    private Object offered;

    Earliest(DataType type, int slots) {
        super(slots);
        this.type = type;
        times = new long[nodes()];
        known = new long[nodes()];
        values = new Object[nodes()];
    }

    @Override
    public void add(Passing event, int at, int until) {
        offeredTime = event.time;
        offeredKnown = event.known;
        offered = InternalRow.copyValue(event.row.get(at, type));
        offer(event.from, until);
    }

    @Override
    void offer(int node) {
        if (values[node] == null || isBefore(node)) {
            times[node] = offeredTime;
            known[node] = offeredKnown;
            values[node] = offered;
        }
    }

    @SuppressWarnings("unchecked") // numbers, booleans and texts of one class
    private boolean isBefore(int node) {
        int order = Long.compare(offeredTime, times[node]);
        if (order == 0) {
            order = Long.compare(offeredKnown, known[node]);
        }
        return order == 0 ? ((Comparable<Object>) offered).compareTo(values[node]) < 0 : order < 0;
    }

    @Override
    void passDown(int node, int child) {
        if (values[node] != null) {
            offeredTime = times[node];
            offeredKnown = known[node];
            offered = values[node];
            offer(child);
        }
    }

    @Override
    public void settle(Slots slots) {
        settle();
    }

    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        row.update(at, values[node(slot)]);
    }
}
