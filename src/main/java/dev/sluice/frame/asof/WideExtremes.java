package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/** Least or greatest decimal, of more digits than a long has. */
final class WideExtremes extends SlotTree implements Sliding, Result {
    private final int sign;
    private final DecimalType type;
    private final Decimal[] best;
    private Decimal offered;

    WideExtremes(boolean greatest, DecimalType type, int slots) {
        super(slots);
        this.sign = greatest ? 1 : -1;
        this.type = type;
        best = new Decimal[nodes()];
    }

    @Override
    public void add(Passing event, int at, int until) {
        offered = event.row.getDecimal(at, type.precision(), type.scale());
        offer(event.from, until);
    }

    @Override
    void offer(int node) {
        if (best[node] == null || sign * offered.compare(best[node]) > 0) {
            best[node] = offered;
        }
    }

    @Override
    void passDown(int node, int child) {
        if (best[node] != null) {
            offered = best[node];
            offer(child);
        }
    }

    @Override
    public void settle(Slots slots) {
        settle();
    }

    @Override
    public void write(int slot, long asOf, InternalRow row, int at) {
        row.update(at, best[node(slot)]);
    }
}
