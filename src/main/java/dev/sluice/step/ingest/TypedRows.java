package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
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
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * From texts to typed, selected, derived and judged rows. A text that is not of its column's type stops its row with the
 * reason; it never becomes null by accident.
 */
final class TypedRows {
    private static final int SHOWN = 60;

    /** What a decoder puts in the place of bytes that are not UTF-8. */
    private static final String NOT_UTF_8 = "\uFFFD";

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

    /** Rows as {@link Publication} takes them, from what {@link RawRows} read. */
    Dataset<Row> of(Dataset<Row> texts) {
        Dataset<Row> rows = selected(typed(texts));
        for (var column : ingest.derive().entrySet()) {
            rows = rows.withColumn(column.getKey(), expr(column.getValue().forRun(interval)));
        }
        List<Column> columns = new ArrayList<>();
        source.columns().keySet().forEach(name -> columns.add(col(Columns.quoted(name))));
        ingest.derive().keySet().forEach(name -> columns.add(col(Columns.quoted(name))));
        columns.add(reasons().as(Publication.REASONS));
        columns.add(col("__text").as(Publication.RAW));
        columns.add(col(RowSource.ORIGIN).as(Publication.FILE));
        columns.add(date().as(Publication.DATE));
        Dataset<Row> judged = rows.select(columns.toArray(Column[]::new));
        // The text is kept for rows that are stopped alone.
        return judged.withColumn(
                Publication.RAW, when(functions.size(col(Publication.REASONS)).gt(0), col(Publication.RAW)));
    }

    private Dataset<Row> typed(Dataset<Row> texts) {
        List<Column> columns = new ArrayList<>();
        List<Column> mistyped = new ArrayList<>();
        List<Column> names = new ArrayList<>();
        for (Map.Entry<String, ColumnType> column : source.columns().entrySet()) {
            Column text = col(Columns.quoted(column.getKey()));
            names.add(text);
            if (column.getValue().equals(ColumnType.STRING)) {
                columns.add(text);
                continue;
            }
            String type = column.getValue().sql();
            // Blanks around a number are no part of it.
            Column value = expr("try_cast(trim(" + Columns.quoted(column.getKey()) + ") as " + type + ")");
            columns.add(value.as(column.getKey()));
            Column lost = column.getValue().equals(ColumnType.DOUBLE)
                    // Too large for a double: the cast says infinity.
                    ? value.isNull()
                            .or(functions
                                    .abs(value)
                                    .equalTo(Double.POSITIVE_INFINITY)
                                    .and(text.rlike("[0-9]")))
                    : value.isNull();
            mistyped.add(when(
                    text.isNotNull().and(lost).and(col(RowSource.MALFORMED).isNull()),
                    reason(
                            "type",
                            "quarantine",
                            concat(
                                    lit(column.getKey() + ": expected " + type + ", found '"),
                                    substring(text, 1, SHOWN),
                                    lit("'")))));
        }
        columns.add(col(RowSource.MALFORMED));
        columns.add(col(RowSource.ORIGIN));
        columns.add(present(mistyped).as("__mistyped"));
        columns.add(coalesce(col(RowSource.MALFORMED), to_json(struct(names.toArray(Column[]::new))))
                .as("__text"));
        return texts.select(columns.toArray(Column[]::new));
    }

    /** Rows of the interval and its lookback; rows whose time is not known stay, to be stopped. */
    private Dataset<Row> selected(Dataset<Row> rows) {
        if (source.select().isEmpty()) {
            return rows;
        }
        Interval covers = interval.extendedBack(source.select().get().lookback());
        Column time = col(Columns.quoted(source.select().get().by()));
        return rows.where(time.isNull()
                .or(time.geq(lit(Timestamp.from(covers.from()))).and(time.lt(lit(Timestamp.from(covers.to()))))));
    }

    private Column reasons() {
        List<Column> reasons = new ArrayList<>();
        reasons.add(when(col(RowSource.MALFORMED).isNotNull(), reason("malformed", "quarantine", lit(malformed()))));
        reasons.add(when(
                functions.instr(col("__text"), NOT_UTF_8).gt(0),
                reason("encoding", "quarantine", lit("the line is not UTF-8"))));
        source.select()
                .ifPresent(select -> reasons.add(when(
                        col(Columns.quoted(select.by()))
                                .isNull()
                                .and(col(RowSource.MALFORMED).isNull())
                                .and(functions.size(col("__mistyped")).equalTo(0)),
                        reason(
                                "interval",
                                "quarantine",
                                lit(select.by() + " is null: the row belongs to no interval")))));
        ingest.rows().forEach((name, rule) -> {
            Column good = expr(rule.expect().forRun(interval));
            Column verdict = coalesce(good, lit(rule.nulls() == Ingest.Nulls.PASS));
            reasons.add(when(
                    not(verdict).and(col(RowSource.MALFORMED).isNull()),
                    reason(
                            name,
                            rule.otherwise().name().toLowerCase(Locale.ROOT),
                            concat(
                                    lit("expected " + rule.expect().text()),
                                    when(good.isNull(), lit(", found NULL")).otherwise(lit(", which is false"))))));
        });
        return functions.concat(col("__mistyped"), present(reasons));
    }

    private String malformed() {
        return source.read() instanceof Read.Csv
                ? "the line does not have the fields of the header"
                : "the line is no JSON object";
    }

    private static Column present(List<Column> reasons) {
        Column empty = expr("cast(array() as array<struct<rule:string,reason:string,action:string>>)");
        return reasons.isEmpty() ? empty : filter(array(reasons.toArray(Column[]::new)), Column::isNotNull);
    }

    private static Column reason(String rule, String action, Column text) {
        return struct(lit(rule).as("rule"), text.as("reason"), lit(action).as("action"));
    }

    private Column date() {
        Column start = lit(Date.valueOf(interval.dates(zone).get(0)));
        Optional<Source.Select> select = source.select();
        return select.map(s -> coalesce(
                        to_date(functions.from_utc_timestamp(col(Columns.quoted(s.by())), zone.getId())), start))
                .orElse(start);
    }
}
