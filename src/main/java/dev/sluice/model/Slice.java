package dev.sluice.model;

import java.util.Objects;

/**
 * Rows that are judged together: all, or those with one value of a column.
 *
 * @param column empty for all rows
 * @param value empty for all rows
 */
public record Slice(String column, String value) {
    /** All rows. */
    public static final Slice ALL = new Slice("", "");

    public Slice {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(value, "value");
    }

    /** {@code all}, or {@code origin=JFK}. */
    @Override
    public String toString() {
        return equals(ALL) ? "all" : column + "=" + value;
    }
}
