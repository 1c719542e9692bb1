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
    BINARY,
    /** Only presence and lengths are known; elements have a profile of their own. */
    ARRAY,
    /** Structs, whose fields have profiles of their own; maps, times without a zone: only presence is known of them. */
    OTHER;

    /** The kind of a Spark SQL type, such as {@code bigint} or {@code decimal(10,2)}. */
    public static ColumnKind of(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.startsWith("decimal(")) {
            return REAL;
        } else if (lower.startsWith("array<")) {
            return ARRAY;
        }
        return switch (lower) {
            case "boolean" -> BOOLEAN;
            case "tinyint", "smallint", "int", "bigint" -> WHOLE;
            case "float", "double" -> REAL;
            case "string" -> TEXT;
            case "date" -> DATE;
            case "timestamp" -> TIMESTAMP;
            case "binary" -> BINARY;
            default -> OTHER;
        };
    }

    /** Whether values are numbers. */
    public boolean isNumber() {
        return this == WHOLE || this == REAL;
    }

    /** Whether values have lengths. */
    public boolean hasLength() {
        return this == TEXT || this == BINARY || this == ARRAY;
    }

    /** Whether values are told apart. */
    public boolean hasDistinct() {
        return this != ARRAY && this != OTHER;
    }

    /** Whether values of two kinds can be the same ones: all numbers, and else those of one kind. */
    public boolean isComparableWith(ColumnKind other) {
        return isNumber() ? other.isNumber() : this == other;
    }
}
