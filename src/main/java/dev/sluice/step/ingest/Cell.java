package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.trim;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.frame.Columns;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * How the text of a column becomes a value: parsed once, and what comes of that is looked at as often as need be.
 *
 * @param parsed the costly part, of the column's text
 * @param value the value, of the column {@link Place#parsed} that holds it
 * @param lost whether something of a text that is there is not in the value; empty where nothing can be lost
 * @param expected what the text should have been, for the message
 */
record Cell(Column parsed, Column value, Optional<Column> lost, String expected) {
    private static final int SHOWN = 60;

    /**
     * Where it is.
     *
     * @param name the column with the text, as it is declared
     * @param given the column that keeps the text
     * @param parsed the column with what was parsed of it
     */
    record Place(String name, String given, String parsed) {}

    /** Of a column of text that is declared as a type. */
    static Cell of(Place place, ColumnType declared, Ingest ingest) {
        Column field = col(Columns.quoted(place.name()));
        Column text = ingest.trim().contains(place.name()) ? trim(field) : field;
        Column parsed = col(place.parsed());
        Ingest.Cast cast = ingest.cast().get(place.name());
        if (cast != null) {
            return formatted(text, parsed, cast);
        }
        if (declared.equals(ColumnType.STRING)) {
            return new Cell(text, parsed, Optional.empty(), "");
        }
        DataType type = DataType.fromDDL(declared.sql());
        // Blanks around a number are no part of it.
        String bare = "trim(" + Columns.quoted(place.name()) + ")";
        if (type instanceof DecimalType decimal) {
            // A cast to the type rounds what its scale does not hold: this one has all digits that there may be.
            int digits = decimal.precision() - decimal.scale();
            DataType wide = DataTypes.createDecimalType(DecimalType.MAX_PRECISION(), DecimalType.MAX_SCALE() - digits);
            Column value = tryCast(place.parsed(), decimal);
            Column lost = parsed.isNull().or(not(value.eqNullSafe(parsed)));
            return new Cell(tryCast(bare, wide), value, Optional.of(lost), declared.sql());
        }
        Column lost = parsed.isNull();
        if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
            // Too large for the type: the cast says infinity.
            lost = lost.or(abs(parsed)
                    .equalTo(Double.POSITIVE_INFINITY)
                    .and(col(place.given()).rlike("[0-9]")));
        }
        return new Cell(tryCast(bare, type), parsed, Optional.of(lost), declared.sql());
    }

    private static Column tryCast(String sql, DataType type) {
        return expr("try_cast(" + sql + " as " + type.sql() + ")");
    }

    private static Cell formatted(Column text, Column parsed, Ingest.Cast cast) {
        String expected = cast.to().sql() + " as " + cast.format();
        if (cast.to().text().startsWith("decimal")) {
            Column number = call_function("try_to_number", trim(text), lit(cast.format()));
            Column value = parsed.cast(cast.to().sql());
            Column lost = value.isNull().or(not(value.equalTo(parsed)));
            return new Cell(number, value, Optional.of(lost), expected);
        }
        Column time = call_function("try_to_timestamp", trim(text), lit(cast.format()));
        Column value = cast.to().equals(ColumnType.DATE)
                ? to_date(parsed)
                : to_utc_timestamp(parsed, cast.zone().getId());
        return new Cell(time, value, Optional.of(parsed.isNull()), expected);
    }

    /** What is said of a text that is not of its type. */
    Optional<Reason> mistyped(Place place) {
        Column text = col(place.given());
        return lost.map(isLost -> Reason.stops(
                GivenColumns.IS_WHOLE.and(text.isNotNull()).and(isLost),
                "type",
                lit(place.name()),
                concat(
                        lit(place.name() + ": expected " + expected + ", found '"),
                        substring(text, 1, SHOWN),
                        lit("'"))));
    }
}
