package dev.sluice.adapter.deequ;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.config.Check;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.port.Judged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.RelationalGroupedDataset;
import org.apache.spark.sql.Row;

/** What checks ask of other tables: of each table all in one query. */
final class OtherTables {
    /** Stands for the value of a column where all rows are asked for. */
    static final String ALL = "";

    private final Judged judged;
    private final Map<String, Check.Contained> lookups = new LinkedHashMap<>();
    private final Map<String, Check.Agrees> aggregates = new LinkedHashMap<>();
    private final Map<String, Map<String, Strangers>> strangers = new HashMap<>();
    private final Map<String, Map<String, Double>> numbers = new HashMap<>();

    OtherTables(Judged judged) {
        this.judged = judged;
    }

    /**
     * Rows whose values the other table does not have.
     *
     * @param of rows
     * @param values those that have values
     * @param rows those of them whose values are not there
     * @param example the first such values, in their order
     */
    record Strangers(long of, long values, long rows, Optional<Groups.Group> example) {
        /** Share of the values that are there; none where there are no values. */
        OptionalDouble share() {
            return values == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) (values - rows) / values);
        }
    }

    void ask(String name, Check.Contained check) {
        lookups.put(name, check);
        strangers.put(name, new HashMap<>());
    }

    void ask(String name, Check.Agrees check) {
        aggregates.put(name, check);
        numbers.put(name, new HashMap<>());
    }

    /** Strangers among the rows of each value of a check's column; among all rows, by {@link #ALL}. None where none was asked for. */
    Map<String, Strangers> strangers(String name) {
        return strangers.getOrDefault(name, Map.of());
    }

    /** A check's number of the rows of another table that have this value; of all rows, by {@link #ALL}. */
    OptionalDouble number(String name, String value) {
        Double number = numbers.get(name).get(value);
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    /**
     * Asks all tables.
     *
     * @param ours of whose groups those of other tables are compared with
     */
    void look(Metrics ours) {
        Set<TableName> tables = new LinkedHashSet<>();
        lookups.values().forEach(check -> tables.addAll(check.tables()));
        aggregates.values().forEach(check -> tables.addAll(check.tables()));
        tables.forEach(table -> look(table, judged.others().apply(table), ours));
    }

    private void look(TableName table, Dataset<Row> other, Metrics ours) {
        List<Dataset<Row>> parts = new ArrayList<>();
        Map<String, Check.Contained> here = new LinkedHashMap<>(lookups);
        here.values().removeIf(check -> !check.table().equals(table));
        here.forEach((name, check) -> check.contained()
                .values()
                .forEach(reference -> requireColumn(name, LookupQuery.column(reference), table, other)));
        if (!here.isEmpty()) {
            parts.add(new LookupQuery(here, judged, other)
                    .answer()
                    .withColumn("result", lit(null).cast("double")));
        }
        aggregates.entrySet().stream()
                .filter(entry -> entry.getValue().with().equals(table))
                .collect(Collectors.groupingBy(
                        entry -> List.of(
                                entry.getValue().otherPer(), entry.getValue().per()),
                        LinkedHashMap::new,
                        Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new)))
                .values()
                .forEach(checks -> parts.add(numbers(checks, table, other, ours)));
        parts.stream().reduce(Dataset::union).orElseThrow().collectAsList().forEach(this::put);
        here.forEach((name, check) -> check.per()
                .ifPresent(per -> PerGroup.requireFew(per, strangers.get(name).size())));
    }

    private void put(Row row) {
        String name = row.getString(0);
        String value = row.getString(1);
        if (!lookups.containsKey(name)) {
            if (!row.isNullAt(6)) {
                numbers.get(name).put(value, row.getDouble(6));
            }
            return;
        }
        Optional<Groups.Group> example = Optional.ofNullable(row.getStruct(5))
                .map(found -> new Groups.Group(found.getList(0), found.getLong(1)));
        strangers.get(name).put(value, new Strangers(row.getLong(2), row.getLong(3), row.getLong(4), example));
    }

    /** The numbers of checks on the same groups of another table. */
    private Dataset<Row> numbers(Map<String, Check.Agrees> checks, TableName table, Dataset<Row> other, Metrics ours) {
        List<String> names = List.copyOf(checks.keySet());
        List<Column> aggregates = new ArrayList<>();
        List<Column> results = new ArrayList<>();
        checks.forEach((name, check) -> {
            String result = "n" + aggregates.size();
            aggregates.add(
                    SqlChecks.aggregate(name, check.other(), judged, other).as(result));
            results.add(struct(lit(name).as("name"), col(result).as("result")));
        });
        Column[] more = aggregates.subList(1, aggregates.size()).toArray(Column[]::new);
        Check.Agrees any = checks.get(names.get(0));
        Optional<Column> value = any.otherPer().map(per -> {
            requireColumn(names.get(0), per, table, other);
            return col(Columns.quoted(per)).cast("string");
        });
        RelationalGroupedDataset grouped = value.map(
                        known -> other.where(known.isin(values(ours, any.per().orElseThrow())))
                                .groupBy(known.as("value")))
                .orElseGet(other::groupBy);
        Column none = lit(null).cast("long");
        return grouped.agg(aggregates.get(0), more)
                .select(
                        value.map(known -> col("value")).orElse(lit(ALL)).as("value"),
                        explode(array(results.toArray(Column[]::new))).as("one"))
                .select(
                        col("one.name"),
                        col("value"),
                        none,
                        none,
                        none,
                        lit(null).cast(LookupQuery.EXAMPLE),
                        col("one.result"));
    }

    private static Object[] values(Metrics ours, String per) {
        return ours.ofEach(per).stream().map(PerGroup.Group::value).toArray();
    }

    private static void requireColumn(String name, String column, TableName table, Dataset<Row> other) {
        if (!Arrays.asList(other.columns()).contains(column)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "check " + name + " names the column " + column + " of " + table + ", which it does not have",
                    "its columns are: " + String.join(", ", other.columns()));
        }
    }
}
