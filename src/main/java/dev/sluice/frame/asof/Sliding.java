package dev.sluice.frame.asof;

/** What is kept of values, each of which counts for a range of slots. */
interface Sliding {
    /** The argument at {@code event.row[at]}, which is not null, counts from slot {@code event.from} until before slot {@code until}. */
    void add(Passing event, int at, int until);

    /** All values were added. */
    void settle(Slots slots);
}
