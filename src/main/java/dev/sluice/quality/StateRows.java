package dev.sluice.quality;

import dev.sluice.core.TableVersion;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Profiles of parts of tables as rows of the ledger's kinds {@code states.…}. */
public final class StateRows {
    /**
     * One row per part and column. {@code files} is the mark of the part's files: the state is true of any version in which it is
     * the same. {@code position} is the column's among those of its table, or among what is {@code nested} in these; {@code
     * state} is as {@link ProfileCodec#state} and {@link ProfileCodec#decodeColumn} read it.
     */
    public static final StructType COLUMNS = new StructType()
            .add("table_name", DataTypes.StringType)
            .add("table_version", DataTypes.LongType)
            .add("partition", DataTypes.StringType)
            .add("files", DataTypes.StringType)
            .add("column_name", DataTypes.StringType)
            .add("nested", DataTypes.BooleanType)
            .add("position", DataTypes.IntegerType)
            .add("row_count", DataTypes.LongType)
            .add("state", DataTypes.StringType);

    private StateRows() {}

    /** The profile of a part of a published table. */
    public static List<Row> of(TableVersion table, String part, String files, TableProfile profile) {
        List<Row> rows = new ArrayList<>();
        for (boolean nested : new boolean[] {false, true}) {
            int position = 0;
            for (Map.Entry<String, ColumnProfile> column : (nested ? profile.nested() : profile.columns()).entrySet()) {
                rows.add(RowFactory.create(
                        table.table().text(),
                        table.version(),
                        part,
                        files,
                        column.getKey(),
                        nested,
                        position++,
                        profile.rows(),
                        ProfileCodec.text(ProfileCodec.encode(column.getValue()))));
            }
        }
        return rows;
    }

    /**
     * The profile that rows of this kind hold, those of one part that were recorded together.
     *
     * @throws IllegalArgumentException when a state is damaged or of another version
     */
    public static TableProfile profile(List<Row> rows) {
        return new TableProfile(rows.get(0).<Long>getAs("row_count"), columns(rows, false), columns(rows, true));
    }

    private static Map<String, ColumnProfile> columns(List<Row> rows, boolean nested) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.<Boolean>getAs("nested") == nested)
                .sorted(Comparator.comparingInt(row -> row.<Integer>getAs("position")))
                .forEach(row -> columns.put(
                        row.getAs("column_name"), ProfileCodec.decodeColumn(ProfileCodec.state(row.getAs("state")))));
        return columns;
    }
}
