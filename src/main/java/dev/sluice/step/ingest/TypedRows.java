package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.instr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.frame.Columns;
import dev.sluice.pipeline.Publication;
import dev.sluice.port.RowSource;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * From declared columns to typed, selected, prepared and judged rows. A text that is not of its column's type stops its row
 * with the reason; it never becomes null by accident.
 */
final class TypedRows {
    private static final int SHOWN = 60;

    /** What a decoder puts in the place of bytes that are not UTF-8. */
    private static final String NOT_UTF_8 = "\uFFFD";

    private static final Set<String> OF_SOURCE = Set.of(RowSource.MALFORMED, RowSource.ORIGIN, RowSource.POSITION);

    private static final String TEXT = "__text";
    private static final String MISTYPED = "__mistyped";
    private static final Column IS_WHOLE = col(RowSource.MALFORMED).isNull();

    private final Source source;
    private final Ingest ingest;
    private final ZoneId zone;
    private final Interval interval;

    TypedRows(Source source, Ingest ingest, ZoneId zone, Interval interval) {
        this.source = source;
        this.ingest = ingest;
        this.zone = zone;
        this.interval = interval;
    }

    /** Rows as {@link Publication} takes them, from what {@link dev.sluice.frame.DeclaredColumns} gives. */
    Dataset<Row> of(Dataset<Row> declared) {
        return judged(selected(typed(whole(declared)), false));
    }

    /** The same of rows that were stopped when the interval was read: one that lies outside of it stays stopped. */
    Dataset<Row> again(Dataset<Row> declared) {
        return judged(selected(typed(whole(declared)), true));
    }

    private Dataset<Row> judged(Dataset<Row> selected) {
        Dataset<Row> rows = prepared(selected);
        List<Column> columns = new ArrayList<>();
        Stream.of(rows.columns())
                .filter(name -> !OF_SOURCE.contains(name) && !name.equals(TEXT) && !name.equals(MISTYPED))
                .filter(name -> !name.equals(Publication.DATE))
                .forEach(name -> columns.add(col(Columns.quoted(name))));
        Column reasons = reasons();
        columns.add(reasons.as(Publication.REASONS));
        columns.add(col(TEXT).as(Publication.RAW));
        columns.add(col(RowSource.ORIGIN).as(Publication.ORIGIN));
        columns.add(col(RowSource.POSITION).as(Publication.POSITION));
        columns.add(col(Publication.DATE));
        return deduped(rows.select(columns.toArray(Column[]::new)));
    }

    /** With the columns that a source may leave out. */
    private static Dataset<Row> whole(Dataset<Row> rows) {
        Dataset<Row> whole = rows;
        for (String column : OF_SOURCE) {
            if (!List.of(rows.columns()).contains(column)) {
                whole = whole.withColumn(column, lit(null).cast(DataTypes.StringType));
            }
        }
        return whole;
    }

    private Dataset<Row> typed(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        List<Column> mistyped = new ArrayList<>();
        List<Column> names = new ArrayList<>();
        StructType schema = rows.schema();
        for (StructField field : schema.fields()) {
            if (OF_SOURCE.contains(field.name())) {
                continue;
            }
            Column value = col(Columns.quoted(field.name()));
            names.add(value);
            ColumnType type = source.columns().get(field.name());
            if (type == null || !field.dataType().equals(DataTypes.StringType)) {
                columns.add(value); // added by evolve, or typed by its source
                continue;
            }
            Parsed parsed = parse(field.name(), type);
            columns.add(parsed.value().as(field.name()));
            parsed.lost()
                    .ifPresent(lost -> mistyped.add(when(
                            value.isNotNull().and(IS_WHOLE).and(lost),
                            reason(
                                    "type",
                                    lit(field.name()),
                                    "quarantine",
                                    concat(
                                            lit(field.name() + ": expected " + parsed.expected() + ", found '"),
                                            substring(value, 1, SHOWN),
                                            lit("'"))))));
        }
        OF_SOURCE.forEach(column -> columns.add(col(column)));
        columns.add(present(mistyped).as(MISTYPED));
        columns.add(coalesce(col(RowSource.MALFORMED), to_json(struct(names.toArray(Column[]::new))))
                .as(TEXT));
        return rows.select(columns.toArray(Column[]::new));
    }

    /**
     * A text column parsed.
     *
     * @param lost whether something of a text that is there is not in the value; empty where nothing can be lost
     */
    private record Parsed(Column value, Optional<Column> lost, String expected) {}

    private Parsed parse(String name, ColumnType declared) {
        Column field = col(Columns.quoted(name));
        Column text = ingest.trim().contains(name) ? trim(field) : field;
        Ingest.Cast cast = ingest.cast().get(name);
        if (cast != null) {
            return parse(text, cast);
        }
        if (declared.equals(ColumnType.STRING)) {
            return new Parsed(text, Optional.empty(), "");
        }
        DataType type = DataType.fromDDL(declared.sql());
        // Blanks around a number are no part of it.
        String source = "trim(" + Columns.quoted(name) + ")";
        Column value = expr("try_cast(" + source + " as " + declared.sql() + ")");
        Column lost = value.isNull();
        if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
            // Too large for the type: the cast says infinity.
            lost = lost.or(abs(value).equalTo(Double.POSITIVE_INFINITY).and(text.rlike("[0-9]")));
        }
        if (type instanceof DecimalType decimal) {
            // The cast rounds what the scale does not hold.
            int digits = decimal.precision() - decimal.scale();
            lost = lost.or(not(value.eqNullSafe(
                    expr("try_cast(" + source + " as decimal(38," + (DecimalType.MAX_SCALE() - digits) + "))"))));
        }
        return new Parsed(value, Optional.of(lost), declared.sql());
    }

    private static Parsed parse(Column text, Ingest.Cast cast) {
        String expected = cast.to().sql() + " as " + cast.format();
        if (cast.to().text().startsWith("decimal")) {
            Column number = functions.call_function("try_to_number", trim(text), lit(cast.format()));
            Column value = number.cast(cast.to().sql());
            return new Parsed(value, Optional.of(value.isNull().or(not(value.equalTo(number)))), expected);
        }
        Column time = functions.call_function("try_to_timestamp", trim(text), lit(cast.format()));
        Column value = cast.to().equals(ColumnType.DATE)
                ? to_date(time)
                : to_utc_timestamp(time, cast.zone().getId());
        return new Parsed(value, Optional.of(time.isNull()), expected);
    }

    /** Rows of the interval and its lookback, with their date; rows whose time is not known stay, to be stopped. */
    private Dataset<Row> selected(Dataset<Row> rows, boolean again) {
        Column start = lit(Date.valueOf(interval.dates(zone).get(0)));
        if (source.select().isEmpty()) {
            return rows.withColumn(Publication.DATE, start);
        }
        Source.Select select = source.select().get();
        Interval covers = interval.extendedBack(select.lookback());
        Column time = col(Columns.quoted(select.by()));
        Column inside = time.isNull()
                .or(time.geq(lit(Timestamp.from(covers.from()))).and(time.lt(lit(Timestamp.from(covers.to())))));
        Column unknown = time.isNull().and(IS_WHOLE).and(size(col(MISTYPED)).equalTo(0));
        List<Column> reasons = new ArrayList<>();
        reasons.add(when(
                unknown, ofNoInterval(select.by(), lit(select.by() + " is null: the row belongs to no interval"))));
        if (again) {
            reasons.add(when(
                    not(inside),
                    ofNoInterval(
                            select.by(),
                            concat(
                                    lit(select.by() + " is "),
                                    time.cast(DataTypes.StringType),
                                    lit(": the row belongs to another interval than the one that read it")))));
        }
        Column date = to_date(functions.from_utc_timestamp(time, zone.getId()));
        return (again ? rows : rows.where(inside))
                .withColumn(
                        Publication.DATE,
                        again ? when(inside, coalesce(date, start)).otherwise(start) : coalesce(date, start))
                .withColumn(MISTYPED, concat(col(MISTYPED), present(reasons)));
    }

    private static Column ofNoInterval(String column, Column text) {
        return reason("interval", lit(column), "quarantine", text);
    }

    /** Renamed, filled and derived. */
    private Dataset<Row> prepared(Dataset<Row> rows) {
        Dataset<Row> prepared = rows.withColumnsRenamed(ingest.rename());
        for (var fill : ingest.fill().entrySet()) {
            Column value = col(Columns.quoted(fill.getKey()));
            DataType type = prepared.schema().apply(fill.getKey()).dataType();
            prepared = prepared.withColumn(
                    fill.getKey(), coalesce(value, lit(fill.getValue()).cast(type)));
        }
        for (var column : ingest.derive().entrySet()) {
            prepared =
                    prepared.withColumn(column.getKey(), expr(column.getValue().forRun(interval)));
        }
        return prepared;
    }

    private Column reasons() {
        List<Column> reasons = new ArrayList<>();
        Column none = lit(null).cast(DataTypes.StringType);
        reasons.add(when(not(IS_WHOLE), reason("malformed", none, "quarantine", lit(malformed()))));
        reasons.add(when(
                instr(col(TEXT), NOT_UTF_8).gt(0),
                reason("encoding", none, "quarantine", lit("the line is not UTF-8"))));
        if (ingest.write() instanceof Write.Scd2 history) {
            history.since()
                    .ifPresent(since -> reasons.add(when(
                            col(Columns.quoted(since))
                                    .isNull()
                                    .and(IS_WHOLE)
                                    .and(size(col(MISTYPED)).equalTo(0)),
                            reason(
                                    "since",
                                    lit(since),
                                    "quarantine",
                                    lit(since + " is null: it is not known since when the row holds")))));
        }
        ingest.rows().forEach((name, rule) -> {
            Column good = expr(rule.expect().forRun(interval));
            Column verdict = coalesce(good, lit(rule.nulls() == Ingest.Nulls.PASS));
            // Where a cell is not of its type, a rule that knows nothing says nothing new.
            Column known = good.isNotNull().or(size(col(MISTYPED)).equalTo(0));
            reasons.add(when(
                    not(verdict).and(IS_WHOLE).and(known),
                    reason(
                            name,
                            none,
                            rule.otherwise().name().toLowerCase(Locale.ROOT),
                            concat(
                                    lit("expected " + rule.expect().text()),
                                    when(good.isNull(), lit(", found NULL")).otherwise(lit(", which is false"))))));
        });
        return concat(col(MISTYPED), present(reasons));
    }

    private String malformed() {
        if (source.read() instanceof Read.Csv) {
            return "the line does not have the fields of the header";
        }
        return source.read() instanceof Read.Jdbc
                ? "a value is none that a table can hold: NaN, infinity or a year beyond 9999"
                : "the record is no JSON object";
    }

    /** With {@link Publication#REMOVED}: of good rows that are the same, which one stays. */
    private Dataset<Row> deduped(Dataset<Row> rows) {
        if (ingest.dedupe().isEmpty()) {
            return rows.withColumn(Publication.REMOVED, lit(false));
        }
        Ingest.Dedupe dedupe = ingest.dedupe().get();
        Column stopped = expr(Publication.IS_STOPPED);
        WindowSpec same = Window.partitionBy(
                Stream.concat(dedupe.by().stream().map(name -> col(Columns.quoted(name))), Stream.of(stopped))
                        .toArray(Column[]::new));
        if (dedupe.keep() == Ingest.Keep.FAIL) {
            Column all = count(lit(1)).over(same);
            Column reason = when(
                    not(stopped).and(all.gt(1)),
                    reason(
                            "dedupe",
                            lit(String.join(", ", dedupe.by())),
                            "fail",
                            concat(all.cast("string"), lit(" good rows share " + String.join(", ", dedupe.by())))));
            return rows.withColumn("__same", present(List.of(reason)))
                    .withColumn(Publication.REASONS, concat(col(Publication.REASONS), col("__same")))
                    .drop("__same")
                    .withColumn(Publication.REMOVED, lit(false));
        }
        Set<String> order = new java.util.LinkedHashSet<>(dedupe.orderBy());
        Stream.of(rows.columns()).filter(name -> !name.startsWith("__")).forEach(order::add);
        Column[] inOrder = order.stream()
                .map(name -> col(Columns.quoted(name)))
                .map(column -> dedupe.keep() == Ingest.Keep.FIRST ? column.asc_nulls_last() : column.desc_nulls_last())
                .toArray(Column[]::new);
        return rows.withColumn("__place", row_number().over(same.orderBy(inOrder)))
                .withColumn(Publication.REMOVED, not(stopped).and(col("__place").gt(1)))
                .drop("__place");
    }

    private static Column present(List<Column> reasons) {
        Column empty = expr("cast(array() as array<struct<rule:string,column:string,reason:string,action:string>>)");
        return reasons.isEmpty() ? empty : filter(array(reasons.toArray(Column[]::new)), Column::isNotNull);
    }

    private static Column reason(String rule, Column column, String action, Column text) {
        return struct(
                lit(rule).as("rule"),
                column.as("column"),
                text.as("reason"),
                lit(action).as("action"));
    }
}
