package dev.sluice.adapter.deequ;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Check;
import dev.sluice.frame.Columns;
import dev.sluice.port.Judged;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which values do not occur in another table, for any number of checks, by one join: of the values that the profile has counted, and of
 * one scan of the rows where it has not. Values are compared as texts.
 *
 * @param checks by name, all on the other table
 */
record LookupQuery(Map<String, Check.Contained> checks, Judged judged, Dataset<Row> other) {
    /** Values, and how many rows have them. */
    static final String EXAMPLE = "struct<keys: array<string>, n: bigint>";

    /** Values of columns, null where one is missing, in the rows of a group. */
    private static final StructType OURS = new StructType()
            .add("name", DataTypes.StringType)
            .add("value", DataTypes.StringType)
            .add("keys", DataTypes.createArrayType(DataTypes.StringType))
            .add("n", DataTypes.LongType);

    /** Of a reference {@code TABLE.COLUMN}. */
    static String column(String reference) {
        return reference.substring(reference.lastIndexOf('.') + 1);
    }

    /** For each check and group: rows, rows with values, those of them whose values are not there, and an example. */
    Dataset<Row> answer() {
        Column has = col("keys").isNotNull();
        Column isStranger = has.and(col("known").isNull());
        return ours().join(theirs(), Constraints.seq(List.of("name", "keys")), "left")
                .groupBy("name", "value")
                .agg(
                        sum("n"),
                        coalesce(sum(when(has, col("n"))), lit(0L)),
                        coalesce(sum(when(isStranger, col("n"))), lit(0L)),
                        min(when(isStranger, struct(col("keys"), col("n")))).cast(EXAMPLE))
                .limit(checks.size() * PerGroup.MOST + 1);
    }

    private Dataset<Row> ours() {
        List<Row> counted = new ArrayList<>();
        List<Column> scanned = new ArrayList<>();
        checks.forEach((name, check) -> {
            Optional<Map<String, Long>> known = counted(check);
            known.ifPresent(values -> counted.addAll(counted(name, check, values)));
            if (known.isEmpty()) {
                Column value = check.per()
                        .map(per -> col(Columns.quoted(per)).cast("string"))
                        .orElse(lit(OtherTables.ALL));
                Column row = struct(
                        lit(name).as("name"),
                        value.as("value"),
                        keys(List.copyOf(check.contained().keySet())).as("keys"));
                scanned.add(when(value.isNotNull(), row));
            }
        });
        Dataset<Row> local = judged.rows().sparkSession().createDataFrame(counted, OURS);
        if (scanned.isEmpty()) {
            return local;
        }
        Dataset<Row> grouped = each(judged.rows(), scanned)
                .groupBy("name", "value", "keys")
                .agg(count(lit(1)).as("n"));
        return counted.isEmpty() ? grouped : grouped.union(local);
    }

    /** How often each value of a check's only column occurs, where the profile knows it and all rows are asked for. */
    private Optional<Map<String, Long>> counted(Check.Contained check) {
        ColumnProfile first = profile(check);
        boolean plain = check.contained().size() == 1
                && check.per().isEmpty()
                && (first.kind() == ColumnKind.TEXT || first.kind() == ColumnKind.WHOLE);
        return plain && first.distinct().orElseThrow() instanceof Distinct.Counted counted
                ? Optional.of(counted.frequencies())
                : Optional.empty();
    }

    private ColumnProfile profile(Check.Contained check) {
        return judged.profile()
                .columns()
                .get(check.contained().keySet().iterator().next());
    }

    private List<Row> counted(String name, Check.Contained check, Map<String, Long> values) {
        List<Row> rows = new ArrayList<>();
        values.forEach((value, n) -> rows.add(RowFactory.create(name, OtherTables.ALL, new String[] {value}, n)));
        rows.add(RowFactory.create(name, OtherTables.ALL, null, profile(check).nulls()));
        return rows;
    }

    /** The known values, each once; of those alone that are asked for, where that can be told. */
    private Dataset<Row> theirs() {
        Map<String, Column> wanted = new LinkedHashMap<>();
        checks.forEach((name, check) -> {
            List<String> columns =
                    check.contained().values().stream().map(LookupQuery::column).toList();
            wanted.put(
                    name,
                    counted(check)
                            .map(values ->
                                    text(columns.get(0)).isin(values.keySet().toArray()))
                            .orElse(keys(columns).isNotNull()));
        });
        List<Column> rows = new ArrayList<>();
        checks.forEach((name, check) -> rows.add(when(
                wanted.get(name),
                struct(
                        lit(name).as("name"),
                        keys(check.contained().values().stream()
                                        .map(LookupQuery::column)
                                        .toList())
                                .as("keys")))));
        return each(other.where(wanted.values().stream().reduce(Column::or).orElseThrow()), rows)
                .distinct()
                .withColumn("known", lit(true));
    }

    private static Dataset<Row> each(Dataset<Row> rows, List<Column> structs) {
        return rows.select(explode(array(structs.toArray(Column[]::new))).as("one"))
                .where(col("one").isNotNull())
                .select("one.*");
    }

    /** Values of columns; null where one is missing. */
    private static Column keys(List<String> columns) {
        Column[] texts = columns.stream().map(LookupQuery::text).toArray(Column[]::new);
        Column all = lit(true);
        for (Column text : texts) {
            all = all.and(text.isNotNull());
        }
        return when(all, array(texts));
    }

    private static Column text(String column) {
        return col(Columns.quoted(column)).cast("string");
    }
}
