package dev.sluice.adapter.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/**
 * A column of a table, and how it stands in a query.
 *
 * @param type as the database names it
 */
record TableColumn(String name, String type, Kind kind) {
    /** What a column holds, as far as it matters here. */
    enum Kind {
        WHOLE,
        FLOATING,
        DECIMAL,
        /** A number with more digits than a decimal of Spark may have, or without bounds on them. */
        LONG_DECIMAL,
        DATE,
        /** A timestamp with time zone. */
        INSTANT,
        /** A timestamp without time zone, which is one of UTC, as in texts. */
        LOCAL_TIME,
        /** Another one that Spark has too. */
        PLAIN,
        OTHER
    }

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("int2", Kind.WHOLE),
            Map.entry("int4", Kind.WHOLE),
            Map.entry("int8", Kind.WHOLE),
            // What the driver calls integers with a sequence.
            Map.entry("smallserial", Kind.WHOLE),
            Map.entry("serial", Kind.WHOLE),
            Map.entry("bigserial", Kind.WHOLE),
            Map.entry("float4", Kind.FLOATING),
            Map.entry("float8", Kind.FLOATING),
            Map.entry("numeric", Kind.DECIMAL),
            Map.entry("date", Kind.DATE),
            Map.entry("timestamptz", Kind.INSTANT),
            Map.entry("timestamp", Kind.LOCAL_TIME),
            Map.entry("bool", Kind.PLAIN),
            Map.entry("bytea", Kind.PLAIN));

    private static final int MOST_DIGITS = 38;

    /** The years that every reader of our tables knows; infinity and those before Christ are not among them. */
    private static final String IN_YEARS = "(%1$s >= '0001-01-01 00:00Z' AND %1$s < '10000-01-01 00:00Z')";

    /** Decimal digits of a place where a range is cut: microseconds, for times. */
    private static final int DIGITS_OF_CUT = 6;

    /**
     * A column.
     *
     * @param precision digits of a numeric; 0 where it has no bounds
     */
    static TableColumn of(String name, String type, int precision, int scale) {
        Kind kind = KINDS.getOrDefault(type, Kind.OTHER);
        boolean fits = precision >= 1 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
        return new TableColumn(name, type, kind == Kind.DECIMAL && !fits ? Kind.LONG_DECIMAL : kind);
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Its name in SQL. */
    String sql() {
        return quoted(name);
    }

    /** Its value as Spark can hold it; null for what {@link #foreign} finds. */
    String value() {
        return switch (kind) {
            case DECIMAL -> "NULLIF(" + sql() + ", 'NaN')";
            case DATE, INSTANT -> "CASE WHEN " + IN_YEARS.formatted(sql()) + " THEN " + sql() + " END";
            case LOCAL_TIME -> "CASE WHEN " + IN_YEARS.formatted(sql()) + " THEN " + sql() + " AT TIME ZONE 'UTC' END";
            case LONG_DECIMAL, OTHER -> sql() + "::text";
            case WHOLE, FLOATING, PLAIN -> sql();
        };
    }

    /** Condition: the column has a value that Spark's type of it lacks. Empty where there is no such value. */
    Optional<String> foreign() {
        return switch (kind) {
            case DECIMAL -> Optional.of(sql() + " = 'NaN'");
            case DATE, INSTANT, LOCAL_TIME -> Optional.of("NOT " + IN_YEARS.formatted(sql()));
            case WHOLE, FLOATING, LONG_DECIMAL, PLAIN, OTHER -> Optional.empty();
        };
    }

    /** Whether a range of its values has a width. */
    boolean hasWidth() {
        return kind != Kind.PLAIN && kind != Kind.OTHER;
    }

    /** Condition: the value has a place on the line of numbers. */
    String hasPlace() {
        return switch (kind) {
            case DATE, INSTANT, LOCAL_TIME -> IN_YEARS.formatted(sql());
            default -> sql() + " BETWEEN -1e38 AND 1e38";
        };
    }

    /** The place of a value on the line of numbers: itself, or days or seconds since 1970. */
    String place(String value) {
        return switch (kind) {
            case DATE -> value + " - DATE 'epoch'";
            case INSTANT, LOCAL_TIME -> "extract(epoch FROM " + value + ")";
            default -> value;
        };
    }

    /** A place that a value of the column may have, at or below another one. */
    BigDecimal floor(BigDecimal place) {
        boolean whole = kind == Kind.WHOLE || kind == Kind.DATE;
        return place.setScale(whole ? 0 : DIGITS_OF_CUT, RoundingMode.FLOOR);
    }

    /** The value at a place, of the column's own type, so that an index on the column serves. */
    String at(BigDecimal place) {
        String number = place.toPlainString();
        return switch (kind) {
            case DATE -> "(DATE 'epoch' + " + number + ")";
            case INSTANT -> "to_timestamp(" + number + ")";
            case LOCAL_TIME -> "(to_timestamp(" + number + ") AT TIME ZONE 'UTC')";
            default -> number;
        };
    }
}
