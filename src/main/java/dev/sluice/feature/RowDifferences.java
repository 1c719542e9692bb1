package dev.sluice.feature;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.frame.Columns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.MapType;

/**
 * In what two frames of one schema differ. Rows are told apart by a key; of several with one key the values of a column are compared
 * together, whatever their order. Values are compared by hashes of 44 bits.
 *
 * @param onlyBefore keys that the second frame lacks
 * @param onlyAfter keys that the first frame lacks
 * @param columns keys of both whose values differ, by column; without the columns that are equal everywhere
 */
record RowDifferences(long onlyBefore, long onlyAfter, Map<String, Difference> columns) {
    private static final RowDifferences NONE = new RowDifferences(0, 0, Map.of());

    private static final String SIDE = "__side";
    private static final String HASH = "__hash";
    private static final String KEY = "__key";
    private static final int SHIFT = 20; // so many rows of one key can be added up

    RowDifferences {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /**
     * Differences of a column.
     *
     * @param keys how many
     * @param key one of them, as JSON: the first in the order of that text
     * @param before the value there, as text; null for none
     */
    record Difference(long keys, String key, String before, String after) {}

    /** Compares columns: by one query where nothing differs, and one more where something does. */
    static RowDifferences of(Dataset<Row> before, Dataset<Row> after, List<String> key, List<String> columns) {
        Dataset<Row> both = side(before, 1, key, columns).unionByName(side(after, -1, key, columns));
        Column all = sum(col(SIDE)
                .multiply(hash(columns.stream()
                        .map(name -> xxhash64(comparable(both, name)))
                        .toArray(Column[]::new))));
        Row differing = grouped(both, List.of(all.as(HASH)))
                .where("__before <> __after or " + HASH + " <> 0")
                .agg(count(lit(1)))
                .first();
        return differing.getLong(0) == 0 ? NONE : told(both, columns);
    }

    private static RowDifferences told(Dataset<Row> both, List<String> columns) {
        List<Column> measures = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column text = col(Columns.quoted(columns.get(i))).cast("string");
            measures.add(sum(col(SIDE).multiply(hash(comparable(both, columns.get(i)))))
                    .as("h" + i));
            measures.add(min(when(col(SIDE).gt(0), text)).as("b" + i));
            measures.add(min(when(col(SIDE).lt(0), text)).as("a" + i));
        }
        List<Column> totals = new ArrayList<>();
        totals.add(count(when(col("__after").equalTo(0), 1)));
        totals.add(count(when(col("__before").equalTo(0), 1)));
        IntStream.range(0, columns.size()).forEach(i -> {
            Column differs = col("__before")
                    .gt(0)
                    .and(col("__after").gt(0))
                    .and(col("__before")
                            .notEqual(col("__after"))
                            .or(col("h" + i).notEqual(0)));
            totals.add(count(when(differs, 1)));
            totals.add(min(when(differs, struct(col(KEY), col("b" + i), col("a" + i)))));
        });
        Row found = grouped(both, measures)
                .agg(totals.get(0), totals.subList(1, totals.size()).toArray(Column[]::new))
                .first();
        Map<String, Difference> differences = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            long keys = found.getLong(2 + 2 * i);
            if (keys > 0) {
                Row example = found.getStruct(3 + 2 * i);
                differences.put(
                        columns.get(i),
                        new Difference(keys, example.getString(0), example.getString(1), example.getString(2)));
            }
        }
        return new RowDifferences(found.getLong(0), found.getLong(1), differences);
    }

    private static Dataset<Row> grouped(Dataset<Row> both, List<Column> measures) {
        List<Column> all =
                new ArrayList<>(List.of(count(when(col(SIDE).lt(0), 1)).as("__after")));
        all.addAll(measures);
        return both.groupBy(col(KEY)).agg(count(when(col(SIDE).gt(0), 1)).as("__before"), all.toArray(Column[]::new));
    }

    private static Dataset<Row> side(Dataset<Row> rows, int side, List<String> key, List<String> columns) {
        List<Column> selected = new ArrayList<>();
        selected.add(lit((long) side).as(SIDE));
        selected.add(to_json(
                        struct(key.stream()
                                .map(name -> col(Columns.quoted(name)))
                                .toArray(Column[]::new)),
                        Map.of(
                                "ignoreNullFields",
                                "false",
                                "timeZone",
                                "UTC",
                                "timestampFormat",
                                "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"))
                .as(KEY));
        columns.forEach(name -> selected.add(col(Columns.quoted(name))));
        return rows.select(selected.toArray(Column[]::new));
    }

    private static Column hash(Column... values) {
        return shiftright(xxhash64(values), SHIFT);
    }

    /** Maps have no hash; their entries are in the order of the keys. An absent list is not an empty one. */
    private static Column comparable(Dataset<Row> rows, String name) {
        Column column = col(Columns.quoted(name));
        return rows.schema().apply(name).dataType() instanceof MapType
                ? array(struct(column.isNull(), map_entries(column)))
                : struct(column.isNull(), column);
    }
}
