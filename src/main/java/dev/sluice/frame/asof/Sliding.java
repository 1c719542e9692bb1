package dev.sluice.frame.asof;

/** An aggregate of values, each of which counts for a range of slots. */
interface Sliding {
    /** The argument at {@code event.row[at]}, which is not null, counts from slot {@code event.from} until before slot {@code until}. */
    void add(Passing event, int at, int until);

    /** All values were added. */
    void settle(Slots slots);

    /** The aggregate of a slot; called after {@link #settle}. */
    Object value(int slot, long asOf);

    /** The aggregate of no values. */
    default Object ofNothing() {
        return null;
    }
}
