package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.config.Source;
import dev.sluice.frame.Columns;
import dev.sluice.port.RowSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** The columns of a source as it gave them: typed, and kept under names of their own until their rows have been judged. */
final class GivenColumns {
    /** Reasons: what is said of a row's cells. */
    static final String MISTYPED = "__mistyped";

    /** Whether each cell of a row is of its type. */
    static final Column IS_TYPED = size(col(MISTYPED)).equalTo(0);

    /** Whether a row could be taken apart. */
    static final Column IS_WHOLE = col(RowSource.MALFORMED).isNull();

    private static final String KEPT = "__given_";
    private static final List<String> OF_SOURCE =
            List.of(RowSource.MALFORMED, RowSource.WHY, RowSource.ENCODING, RowSource.ORIGIN, RowSource.POSITION);

    private final Dataset<Row> rows;
    private final List<Given> all = new ArrayList<>();

    /**
     * One of them.
     *
     * @param cell how it becomes a value; empty where it is one
     */
    private record Given(Cell.Place place, DataType type, Optional<Cell> cell) {
        Column kept() {
            return col(place.given());
        }

        Column value() {
            return cell.map(Cell::value).orElseGet(this::kept).as(place.name());
        }
    }

    /** Those of rows. */
    GivenColumns(Dataset<Row> rows, Source source, Ingest ingest) {
        this.rows = whole(rows);
        for (StructField field : rows.schema().fields()) {
            if (OF_SOURCE.contains(field.name())) {
                continue;
            }
            String kept = KEPT + all.size();
            Cell.Place place = new Cell.Place(field.name(), kept, kept + "_parsed");
            // Others were added by evolve, or typed by their source.
            Optional<ColumnType> declared = Optional.ofNullable(source.columns().get(field.name()))
                    .filter(type -> field.dataType().equals(DataTypes.StringType));
            all.add(new Given(place, field.dataType(), declared.map(type -> Cell.of(place, type, ingest))));
        }
    }

    /** With the columns that a source may leave out. */
    private static Dataset<Row> whole(Dataset<Row> rows) {
        Set<String> there = Set.of(rows.columns());
        Dataset<Row> whole = rows;
        for (String column : OF_SOURCE) {
            if (!there.contains(column)) {
                whole = whole.withColumn(column, lit(null).cast(DataTypes.StringType));
            }
        }
        return whole;
    }

    /** Whether a column is none of a row itself. */
    static boolean isBeside(String name) {
        return OF_SOURCE.contains(name) || name.startsWith(KEPT) || name.equals(MISTYPED);
    }

    /** The rows with the values, {@link #MISTYPED}, and what is kept. In two steps, so that no text is parsed twice. */
    Dataset<Row> typed() {
        List<Column> beside = OF_SOURCE.stream().map(functions::col).toList();
        List<Column> texts = new ArrayList<>();
        List<Column> parsed = new ArrayList<>();
        List<Reason> mistyped = new ArrayList<>();
        for (Given given : all) {
            Cell.Place place = given.place();
            texts.add(col(Columns.quoted(place.name())).as(place.given()));
            given.cell().ifPresent(cell -> parsed.add(cell.parsed().as(place.parsed())));
            given.cell().flatMap(cell -> cell.mistyped(place)).ifPresent(mistyped::add);
        }
        Column said = Reason.after(Reason.NONE, mistyped).as(MISTYPED);
        List<Column> values = all.stream().map(Given::value).toList();
        List<Column> kept = all.stream().map(Given::kept).toList();
        return rows.select(columns(List.of(texts, parsed, beside)))
                .select(columns(List.of(values, List.of(said), kept, beside)));
    }

    private static Column[] columns(List<List<Column>> columns) {
        return columns.stream().flatMap(List::stream).toArray(Column[]::new);
    }

    /** What is needed of a row that is stopped, as one value. */
    Column kept() {
        return struct(
                Stream.concat(all.stream().map(Given::kept), OF_SOURCE.stream().map(functions::col))
                        .toArray(Column[]::new));
    }

    /** Of what was kept: the text of a row that could not be taken apart, or JSON of what its source gave. */
    Column text(Column kept) {
        Column[] fields = all.stream()
                .map(given ->
                        kept.getField(given.place().given()).as(given.place().name()))
                .toArray(Column[]::new);
        return when(kept.isNotNull(), coalesce(kept.getField(RowSource.MALFORMED), to_json(struct(fields))));
    }
}
