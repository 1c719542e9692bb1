package dev.sluice.frame;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Values looked up by key in a table that has one row per key, or one per key and validity. Grouped by key before it is
 * joined, the table cannot make two rows of one. A null never equals a key.
 *
 * @param name the table, for messages
 * @param keys spine column: column of the table, of the same type
 * @param take features, by name: SQL over the table's columns
 * @param missing name of a feature that is 1.0 where no row was found and 0.0 where one was
 * @param versioned whether rows are versions, valid where {@code valid_from <= as_of < valid_to} (null: still valid); were
 *     several valid at once, the one with the latest valid_from is taken, of several the greatest by values
 */
public record KeyedLookup(
        String name,
        Dataset<Row> rows,
        Map<String, String> keys,
        Map<String, String> take,
        Optional<String> missing,
        boolean versioned) {
    private static final String VALID_FROM = "valid_from";
    private static final String VALID_TO = "valid_to";
    private static final String KEY = "__lookup_key_";
    private static final int NAMED_KEYS = 5;
    private static final String FOUND = "__found";

    public KeyedLookup {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        take = Collections.unmodifiableMap(new LinkedHashMap<>(take));
    }

    /** Whether a table with this schema keeps versions. */
    public static boolean isVersioned(StructType schema) {
        return Arrays.asList(schema.fieldNames()).containsAll(List.of(VALID_FROM, VALID_TO));
    }

    /**
     * Makes sure that a key without versions has one row; by one job.
     *
     * @throws SluiceException INPUT_MALFORMED naming keys that have more
     */
    public void refuseAmbiguousKeys() {
        if (versioned) {
            return;
        }
        Column[] columns =
                keys.values().stream().map(key -> col(Columns.quoted(key))).toArray(Column[]::new);
        List<Row> found = rows.where(Stream.of(columns).map(Column::isNotNull).reduce(lit(true), Column::and))
                .groupBy(columns)
                .agg(count(lit(1)).as(FOUND))
                .where(col(FOUND).gt(1))
                .orderBy(columns)
                .limit(NAMED_KEYS)
                .collectAsList();
        if (!found.isEmpty()) {
            String named = found.stream().map(KeyedLookup::named).collect(Collectors.joining(", "));
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    "the lookup in " + name + " by " + String.join(", ", keys.values())
                            + " needs one row per key, found " + named,
                    "check the table for uniqueness when it is ingested, or look up by more columns");
        }
    }

    private static String named(Row row) {
        String key = IntStream.range(0, row.length() - 1)
                .mapToObj(i -> String.valueOf(row.get(i)))
                .collect(Collectors.joining("/"));
        return key + " (" + row.get(row.length() - 1) + " rows)";
    }

    /**
     * The spine rows, each once and with all its columns, and behind them the features. The frame is lazy.
     *
     * @param asOf timestamp column of the spine: decision time
     * @throws SluiceException PLAN_INVALID when the table's columns do not fit
     */
    public Dataset<Row> add(Dataset<Row> spine, String asOf) {
        Dataset<Row> byKey = read(spine.schema())
                .groupBy(keyColumns())
                .agg(collect_list(FOUND).as(FOUND));
        Column matches = lit(true);
        int i = 0;
        for (String key : keys.keySet()) {
            matches = matches.and(col(Columns.quoted(key)).equalTo(col(KEY + i++)));
        }
        Column decision = col(Columns.quoted(asOf));
        Column valid = versioned ? filter(col(FOUND), version -> validAt(version, decision)) : col(FOUND);
        Stream<Column> kept = Arrays.stream(spine.columns()).map(name -> col(Columns.quoted(name)));
        Stream<Column> features =
                take.keySet().stream().map(name -> col(FOUND).getField(name).as(name));
        Stream<Column> flag = missing.stream()
                .map(name -> when(col(FOUND).isNull(), lit(1.0)).otherwise(0.0).as(name));
        return spine.join(byKey, matches, "left")
                .withColumn(FOUND, array_max(valid))
                .select(Stream.of(kept, features, flag).flatMap(s -> s).toArray(Column[]::new));
    }

    private static Column validAt(Column version, Column decision) {
        Column to = version.getField(VALID_TO);
        return version.getField(VALID_FROM).leq(decision).and(to.isNull().or(decision.lt(to)));
    }

    /** Keys, and one struct of validity and values per row. */
    private Dataset<Row> read(StructType spine) {
        List<Column> columns = new ArrayList<>();
        keys.values().forEach(key -> columns.add(col(Columns.quoted(key)).as(KEY + columns.size())));
        List<Column> fields = new ArrayList<>();
        if (versioned) {
            fields.addAll(List.of(col(VALID_FROM), col(VALID_TO)));
        }
        take.forEach((feature, sql) -> fields.add(SqlText.column(sql).as(feature)));
        columns.add(struct(fields.toArray(Column[]::new)).as(FOUND));
        Dataset<Row> read = Columns.select(rows, columns, "the lookup in " + name);

        int i = 0;
        for (Map.Entry<String, String> key : keys.entrySet()) {
            Columns.requireSameKey(
                    spine.apply(key.getKey()),
                    read.schema().fields()[i++],
                    name + " (" + key.getKey() + ": " + key.getValue() + ")");
        }
        StructType found = (StructType) read.schema().apply(FOUND).dataType();
        take.keySet()
                .forEach(feature ->
                        Columns.requireFeature(feature, found.apply(feature).dataType(), name));
        return read.where(Stream.of(keyColumns()).map(Column::isNotNull).reduce(lit(true), Column::and));
    }

    private Column[] keyColumns() {
        return IntStream.range(0, keys.size()).mapToObj(i -> col(KEY + i)).toArray(Column[]::new);
    }
}
