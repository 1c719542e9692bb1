package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static dev.sluice.adapter.deequ.Constraints.none;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Check;
import dev.sluice.frame.Columns;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.Judged;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.immutable.List$;

/**
 * Whether values, of one column or of several together, occur in another table: asked of the other table where the profile has counted
 * the values, else by one join. A row in which one of the columns is null does not count.
 */
record Lookups(Check.Contained check, Judged judged, Shown shown) implements Question {
    @Override
    public Verdict answer(Metrics metrics) {
        List<String> columns = List.copyOf(check.contained().keySet());
        List<String> others = List.copyOf(check.contained().values());
        String where = others.size() == 1
                ? others.get(0)
                : check.table() + " as "
                        + Words.tuple(others.stream()
                                .map(other -> other.substring(other.lastIndexOf('.') + 1))
                                .toList());
        String expected =
                (check.min() == 1 ? "all values" : "at least " + Words.percent(check.min()) + " of the values")
                        + " to occur in " + where;
        String named = String.join(", ", columns);
        if (judged.profile().rows() == 0) {
            return new Verdict(
                    holds(OptionalDouble.empty(), expected, named),
                    named,
                    OptionalDouble.empty(),
                    "no rows",
                    expected,
                    Source.TABLES);
        }
        Strangers strangers = strangers(columns);
        double share = strangers.values == 0 ? 1 : (double) (strangers.values - strangers.rows) / strangers.values;
        return new Verdict(
                holds(OptionalDouble.of(share), expected, named),
                named,
                OptionalDouble.of(share),
                strangers
                        .example
                        .map(example -> Words.rows(strangers.rows) + " of " + Words.count(strangers.values)
                                + " with a value that does not, such as " + quoted(columns, example.values())
                                + " in " + Words.rows(example.rows()))
                        .orElse("all of " + Words.count(strangers.values)),
                expected,
                Source.TABLES);
    }

    private String quoted(List<String> columns, List<String> values) {
        return columns.size() == 1
                ? "'" + shown.value(columns.get(0), values.get(0)) + "'"
                : shown.tuple(columns, values);
    }

    private boolean holds(OptionalDouble share, String condition, String columns) {
        return Constraints.holdFor(
                empty -> empty.satisfies(
                        condition, columns, is(found -> found >= check.min()), none(), List$.MODULE$.empty(), none()),
                share);
    }

    /**
     * Rows whose values the other table does not have.
     *
     * @param values rows that have values
     * @param rows those of them whose values are not there
     * @param example the first such values, in their order
     */
    private record Strangers(long values, long rows, Optional<Groups.Group> example) {}

    private Strangers strangers(List<String> columns) {
        ColumnProfile first = judged.profile().columns().get(columns.get(0));
        boolean plain = columns.size() == 1 && (first.kind() == ColumnKind.TEXT || first.kind() == ColumnKind.WHOLE);
        return plain && first.distinct().orElseThrow() instanceof Distinct.Counted counted
                ? asked(counted.frequencies(), first.rows() - first.nulls())
                : joined(columns);
    }

    private Strangers asked(Map<String, Long> frequencies, long values) {
        Map<String, Long> strangers = new TreeMap<>(frequencies);
        other().where(col("v0").isin(frequencies.keySet().toArray()))
                .distinct()
                .collectAsList()
                .forEach(row -> strangers.remove(row.getString(0)));
        return new Strangers(
                values,
                strangers.values().stream().mapToLong(Long::longValue).sum(),
                strangers.entrySet().stream()
                        .findFirst()
                        .map(one -> new Groups.Group(List.of(one.getKey()), one.getValue())));
    }

    private Strangers joined(List<String> columns) {
        List<Column> keys = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            keys.add(col("v" + i));
        }
        List<String> names = keys.stream().map(Column::toString).toList();
        Column[] all = keys.toArray(Column[]::new);
        Column isStranger = col("known").isNull();
        List<Column> example = new ArrayList<>(keys);
        example.add(col("n"));
        Row row = texts(judged.rows(), columns)
                .na()
                .drop()
                .groupBy(all)
                .agg(count(lit(1)).as("n"))
                .join(other().distinct().withColumn("known", lit(true)), Constraints.seq(names), "left")
                .agg(
                        coalesce(sum("n"), lit(0L)),
                        coalesce(sum(when(isStranger, col("n"))), lit(0L)),
                        min(when(isStranger, struct(example.toArray(Column[]::new)))))
                .head();
        Optional<Groups.Group> first = Optional.ofNullable(row.getStruct(2))
                .map(found -> new Groups.Group(
                        names.stream().map(name -> found.<String>getAs(name)).toList(), found.<Long>getAs("n")));
        return new Strangers(row.getLong(0), row.getLong(1), first);
    }

    /** The known values as texts {@code v0}, {@code v1}, … */
    private Dataset<Row> other() {
        return texts(
                judged.others().apply(check.table()),
                check.contained().values().stream()
                        .map(reference -> reference.substring(reference.lastIndexOf('.') + 1))
                        .toList());
    }

    private static Dataset<Row> texts(Dataset<Row> rows, List<String> columns) {
        List<Column> texts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            texts.add(col(Columns.quoted(columns.get(i))).cast("string").as("v" + i));
        }
        return rows.select(texts.toArray(Column[]::new));
    }
}
