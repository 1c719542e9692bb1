package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

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

/**
 * From declared columns to typed, selected, prepared and judged rows. A text that is not of its column's type stops its row
 * with the reason; it never becomes null by accident.
 */
final class TypedRows {
    private static final String KEPT = "__kept";

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
        return of(declared, false);
    }

    /** The same of rows that were stopped when the interval was read: one that lies outside of it stays stopped. */
    Dataset<Row> again(Dataset<Row> declared) {
        return of(declared, true);
    }

    private Dataset<Row> of(Dataset<Row> declared, boolean again) {
        GivenColumns given = new GivenColumns(declared, source, ingest);
        Dataset<Row> rows = prepared(selected(given.typed(), again));
        List<String> names = Stream.of(rows.columns())
                .filter(name -> !GivenColumns.isBeside(name) && !name.equals(Publication.DATE))
                .toList();
        List<Column> columns = new ArrayList<>();
        ColumnOrder.of(names, source, ingest).forEach(name -> columns.add(col(Columns.quoted(name))));
        columns.add(col(Publication.REASONS));
        // Of a row of which nothing is said nobody asks for it, but dedupe may stop it, and replay orders rows by it.
        boolean always = again
                || ingest.dedupe().filter(d -> d.keep() == Ingest.Keep.FAIL).isPresent();
        Column isKept = always ? lit(true) : size(col(Publication.REASONS)).gt(0);
        Column kept = col(KEPT);
        columns.add(given.text(kept).as(Publication.RAW));
        columns.add(kept.getField(RowSource.ORIGIN).as(Publication.ORIGIN));
        columns.add(kept.getField(RowSource.POSITION).as(Publication.POSITION));
        columns.add(col(Publication.DATE));
        return deduped(rows.withColumn(Publication.REASONS, reasons())
                .withColumn(KEPT, when(isKept, given.kept()))
                .select(columns.toArray(Column[]::new)));
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
        Column unknown = time.isNull().and(GivenColumns.IS_WHOLE).and(GivenColumns.IS_TYPED);
        List<Reason> reasons = new ArrayList<>();
        reasons.add(ofNoInterval(unknown, select.by(), lit(select.by() + " is null: the row belongs to no interval")));
        if (again) {
            reasons.add(ofNoInterval(
                    not(inside),
                    select.by(),
                    concat(
                            lit(select.by() + " is "),
                            time.cast(DataTypes.StringType),
                            lit(": the row belongs to another interval than the one that read it"))));
        }
        Column date = to_date(functions.from_utc_timestamp(time, zone.getId()));
        return (again ? rows : rows.where(inside))
                .withColumn(
                        Publication.DATE,
                        again ? when(inside, coalesce(date, start)).otherwise(start) : coalesce(date, start))
                .withColumn(GivenColumns.MISTYPED, Reason.after(col(GivenColumns.MISTYPED), reasons));
    }

    private static Reason ofNoInterval(Column holds, String column, Column text) {
        return Reason.stops(holds, "interval", lit(column), text);
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
        List<Reason> reasons = new ArrayList<>();
        reasons.add(Reason.stops(
                not(GivenColumns.IS_WHOLE),
                "malformed",
                Reason.NO_COLUMN,
                coalesce(col(RowSource.WHY), lit(malformed()))));
        reasons.add(Reason.stops(
                col(RowSource.ENCODING).isNotNull(), "encoding", Reason.NO_COLUMN, col(RowSource.ENCODING)));
        if (ingest.write() instanceof Write.Scd2 history) {
            history.since()
                    .ifPresent(since -> reasons.add(Reason.stops(
                            GivenColumns.IS_WHOLE
                                    .and(GivenColumns.IS_TYPED)
                                    .and(col(Columns.quoted(since)).isNull()),
                            "since",
                            lit(since),
                            lit(since + " is null: it is not known since when the row holds"))));
        }
        ingest.rows().forEach((name, rule) -> {
            Column good = expr(rule.expect().forRun(interval));
            Column verdict = coalesce(good, lit(rule.nulls() == Ingest.Nulls.PASS));
            // Where a cell is not of its type, a rule that knows nothing says nothing new.
            Column known = good.isNotNull().or(GivenColumns.IS_TYPED);
            reasons.add(new Reason(
                    not(verdict).and(GivenColumns.IS_WHOLE).and(known),
                    name,
                    Reason.NO_COLUMN,
                    rule.otherwise().name().toLowerCase(Locale.ROOT),
                    concat(
                            lit("expected " + rule.expect().text()),
                            when(good.isNull(), lit(", found NULL")).otherwise(lit(", which is false")))));
        });
        return Reason.after(col(GivenColumns.MISTYPED), reasons);
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
            Reason reason = new Reason(
                    not(stopped).and(col("__same").gt(1)),
                    "dedupe",
                    lit(String.join(", ", dedupe.by())),
                    "fail",
                    concat(col("__same").cast("string"), lit(" good rows share " + String.join(", ", dedupe.by()))));
            return rows.withColumn("__same", all)
                    .withColumn(Publication.REASONS, Reason.after(col(Publication.REASONS), List.of(reason)))
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
}
