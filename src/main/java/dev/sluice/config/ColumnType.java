package dev.sluice.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The declared type of a column: {@code string}, {@code boolean}, {@code int} (32 bits), {@code long} (64 bits), {@code
 * float}, {@code double}, {@code decimal(precision,scale)}, {@code date}, {@code timestamp} (an instant) or {@code binary}.
 */
public record ColumnType(String text) {
    static final List<String> NAMES =
            List.of("string", "boolean", "int", "long", "float", "double", "date", "timestamp", "binary");

    /** Regular expression of the texts that name a type. */
    static final String PATTERN = "(" + String.join("|", NAMES) + "|decimal\\(\\d{1,2}, ?\\d{1,2}\\))";

    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}), ?(\\d{1,2})\\)");

    public static final ColumnType STRING = new ColumnType("string");
    public static final ColumnType INT = new ColumnType("int");
    public static final ColumnType LONG = new ColumnType("long");
    public static final ColumnType DOUBLE = new ColumnType("double");
    public static final ColumnType DATE = new ColumnType("date");
    public static final ColumnType TIMESTAMP = new ColumnType("timestamp");

    public ColumnType {
        text = text.replace(" ", "");
        boolean right = text.matches(PATTERN);
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            int precision = Integer.parseInt(decimal.group(1));
            right = precision >= 1 && precision <= 38 && Integer.parseInt(decimal.group(2)) <= precision;
        }
        Invalid.unless(right, "", "expected the name of a type, found '" + text + "'");
    }

    /** The type in Spark's SQL. */
    public String sql() {
        return text.equals("long") ? "bigint" : text;
    }

    /** Whether a text is a value of this type, as the fields of a CSV file are. */
    boolean holds(String value) {
        try {
            switch (text) {
                case "string", "binary" -> {}
                case "boolean" -> Invalid.unless(value.equals("true") || value.equals("false"), "", value);
                case "int" -> Integer.parseInt(value);
                case "long" -> Long.parseLong(value);
                case "float", "double" -> Double.parseDouble(value);
                case "date" -> LocalDate.parse(value);
                case "timestamp" -> Instant.parse(value);
                default -> {
                    Matcher decimal = DECIMAL.matcher(text);
                    Invalid.unless(decimal.matches(), "", value);
                    BigDecimal number = new BigDecimal(value).setScale(Integer.parseInt(decimal.group(2)));
                    Invalid.unless(number.precision() <= Integer.parseInt(decimal.group(1)), "", value);
                }
            }
            return true;
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
