package dev.sluice.stats;

import java.util.Locale;

/** What the values of a column are, as far as a profile cares. */
public enum ColumnKind {
    BOOLEAN,
    /** Whole numbers. */
    WHOLE,
    /** Numbers with a fraction, NaN and infinities among them. */
    REAL,
    TEXT,
    DATE,
    TIMESTAMP,
    /** Arrays, structs, bytes, times without a zone: only presence is known of them. */
    OTHER;

    /** The kind of a Spark SQL type, such as {@code bigint} or {@code decimal(10,2)}. */
    public static ColumnKind of(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.startsWith("decimal(")) {
            return REAL;
        }
        return switch (lower) {
            case "boolean" -> BOOLEAN;
            case "tinyint", "smallint", "int", "bigint" -> WHOLE;
            case "float", "double" -> REAL;
            case "string" -> TEXT;
            case "date" -> DATE;
            case "timestamp" -> TIMESTAMP;
            default -> OTHER;
        };
    }

    /** Whether values are numbers. */
    public boolean isNumber() {
        return this == WHOLE || this == REAL;
    }

    /** Whether values of two kinds can be the same ones: all numbers, and else those of one kind. */
    public boolean isComparableWith(ColumnKind other) {
        return isNumber() ? other.isNumber() : this == other;
    }
}
