package dev.sluice.frame.records;

import java.io.IOException;

/** What a record is. */
interface Shape {
    /** Whether the line at hand is none. */
    boolean isBlank(Lines lines);

    /** Takes the record apart that begins with the line at hand, which then goes on over all lines of it. */
    void take(Lines lines) throws IOException;

    /** Why it could not be taken apart; null where it could. */
    String why();

    /** How many of its lines come before the one that is at fault. */
    int fault();

    /** Which of several rows it is at, from 1 on; 0 where the record's line is place enough. */
    int element();

    /** Goes to its next row, of which one that could not be taken apart has one; false where there is none. */
    boolean nextRow();

    /** A field of the row, by its place among the declared ones; null where it is null. */
    Slice field(int place);
}
