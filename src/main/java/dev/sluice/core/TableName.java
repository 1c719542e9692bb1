package dev.sluice.core;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a table, of one to three parts: {@code bronze.flights}. Each part becomes a folder under the lake's root;
 * {@code _sluice.…} names are Sluice's own.
 */
public record TableName(String text) implements Comparable<TableName> {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,2}");

    public TableName {
        Objects.requireNonNull(text, "text");
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a table name is one to three words of letters, digits and _ joined by dots, found '" + text + "'");
        }
    }

    /** The table beside this one that holds its stopped rows. */
    public TableName quarantine() {
        return new TableName(text + "__quarantine");
    }

    /** Its folder below the lake's root: {@code bronze/flights}. */
    public String path() {
        return text.replace('.', '/');
    }

    @Override
    public int compareTo(TableName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
