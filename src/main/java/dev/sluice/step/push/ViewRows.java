package dev.sluice.step.push;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.unix_seconds;

import dev.sluice.config.Push;
import dev.sluice.config.Sql;
import dev.sluice.core.Interval;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.ServedView;
import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** The rows of a feature table as an online store takes them. */
final class ViewRows {
    private static final long SECONDS_PER_DAY = 86_400;
    /** Of a row's struct: before the features stand event time and whether the entity is deleted. */
    private static final int FEATURES = 2;

    private final OnlineView view;
    private final Optional<Sql> deleted;
    private final StructType schema;

    /**
     * A view over a table with these columns.
     *
     * @throws dev.sluice.core.SluiceException PLAN_INVALID as {@link ServedView#of} says
     */
    ViewRows(Push push, String name, StructType schema) {
        this.schema = schema;
        this.view = ServedView.of(push, name, schema);
        this.deleted = push.views().get(name).deleted();
    }

    OnlineView view() {
        return view;
    }

    /**
     * One row for each entity: its key, its newest row, and how many rows it has. Of rows of one moment one that deletes the
     * entity counts, then the one with the largest features, so that the answer never depends on how rows are spread.
     *
     * @throws dev.sluice.core.SluiceException PLAN_INVALID when it cannot be told of a row whether it deletes
     */
    Dataset<Row> newest(Dataset<Row> rows, Interval interval) {
        List<Column> entity = new ArrayList<>();
        for (int i = 0; i < view.entity().size(); i++) {
            entity.add(value(view.entity().get(i)).as("k" + i));
        }
        List<Column> row = new ArrayList<>();
        row.add(unix_micros(col(Columns.quoted(FeaturePlan.AS_OF))).as("event"));
        row.add(deletes(rows, interval).as("deleted"));
        for (int i = 0; i < view.features().size(); i++) {
            row.add(value(view.features().get(i)).as("f" + i));
        }
        Column[] keys = entity.toArray(Column[]::new);
        return rows.groupBy(keys)
                .agg(
                        max(struct(row.toArray(Column[]::new))).as("newest"),
                        count(lit(1)).as("rows"));
    }

    private Column deletes(Dataset<Row> rows, Interval interval) {
        if (deleted.isEmpty()) {
            return lit(false);
        }
        String what = "deleted of view " + view.name();
        String condition = deleted.get().forRun(interval);
        Columns.requireCondition(Columns.select(rows, Map.of("deleted", condition), what), "deleted", what);
        return coalesce(SqlText.column(condition), lit(false));
    }

    private Column value(OnlineView.Column column) {
        Column value = col(Columns.quoted(column.name()));
        DataType type = ServedView.type(schema, column.name());
        return column.isList()
                ? transform(value, element -> value(element, ((ArrayType) type).elementType(), column.type()))
                : value(value, type, column.type());
    }

    private static Column value(Column value, DataType type, ValueType online) {
        return switch (online) {
            case STRING, BYTES, INT64, FLOAT, BOOL -> value;
            case INT32 -> value.cast("int");
            case DOUBLE -> value.cast("double");
            case TIME ->
                type.typeName().equals("date")
                        ? unix_date(value).cast("long").multiply(SECONDS_PER_DAY)
                        : unix_seconds(value);
        };
    }

    /** A row of {@link #newest}; empty where a part of the key or the event time is null. */
    static Optional<OnlineRow> online(OnlineView view, Row row) {
        List<Object> entity = new ArrayList<>();
        for (int i = 0; i < view.entity().size(); i++) {
            if (row.isNullAt(i)) {
                return Optional.empty();
            }
            entity.add(row.get(i));
        }
        Row newest = row.getAs("newest");
        if (newest.isNullAt(0)) {
            return Optional.empty();
        }
        if (newest.getBoolean(1)) {
            return Optional.of(OnlineRow.deleted(entity, newest.getLong(0)));
        }
        List<Object> features = new ArrayList<>();
        for (int i = 0; i < view.features().size(); i++) {
            int at = FEATURES + i;
            features.add(view.features().get(i).isList() && !newest.isNullAt(at) ? newest.getList(at) : newest.get(at));
        }
        return Optional.of(OnlineRow.of(entity, newest.getLong(0), features));
    }

    /** How many rows of the table stand behind a row of {@link #newest}. */
    static long rows(Row row) {
        return row.getLong(row.fieldIndex("rows"));
    }
}
