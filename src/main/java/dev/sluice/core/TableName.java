package dev.sluice.core;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a table, of one to three parts: {@code bronze.flights}. Each part becomes a folder under the lake's root;
 * {@code _sluice.…} names are Sluice's own.
 */
public record TableName(String text) implements Comparable<TableName> {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,2}");

    /** How the names of tables end that hold one version of a feature set. */
    private static final Pattern VERSION = Pattern.compile("(.*)__([0-9a-f]{8})");

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

    /**
     * The table that holds the rows of one version of this one, a feature set: {@code gold.drivers__5f0c2e91}.
     *
     * @param version eight hex digits
     */
    public TableName at(String version) {
        return new TableName(text + "__" + version);
    }

    /** The version whose rows the table holds; empty where the name has none. */
    public Optional<String> version() {
        Matcher versioned = VERSION.matcher(text);
        return versioned.matches() ? Optional.of(versioned.group(2)) : Optional.empty();
    }

    /** The name without the version: what people call the table. */
    public TableName unversioned() {
        Matcher versioned = VERSION.matcher(text);
        return versioned.matches() ? new TableName(versioned.group(1)) : this;
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
