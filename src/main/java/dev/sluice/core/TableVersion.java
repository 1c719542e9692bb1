package dev.sluice.core;

import java.util.Objects;

/** One published state of a table: what steps pass to each other instead of data. */
public record TableVersion(TableName table, long version) {
    public TableVersion {
        Objects.requireNonNull(table, "table");
        if (version < 0) {
            throw new IllegalArgumentException("a table version counts from 0, found " + version);
        }
    }

    /** {@code bronze.flights@12}. */
    @Override
    public String toString() {
        return table + "@" + version;
    }

    /** Reads what {@link #toString} wrote. */
    public static TableVersion parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("expected TABLE@VERSION, found '" + text + "'");
        }
        return new TableVersion(new TableName(text.substring(0, at)), Long.parseLong(text.substring(at + 1)));
    }
}
