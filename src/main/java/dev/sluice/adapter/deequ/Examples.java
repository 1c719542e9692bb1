package dev.sluice.adapter.deequ;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Check;
import dev.sluice.config.Ingest;
import dev.sluice.frame.Columns;
import dev.sluice.frame.KeyCounts;
import dev.sluice.frame.OneJob;
import dev.sluice.frame.SqlText;
import dev.sluice.port.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * What breaks checks that have failed, all named by one job: of rows that break a check the first and the last in the order of their
 * values, by the table's key; of keys a value that several rows share.
 */
final class Examples {
    private final Judged judged;
    private final Groupings groupings;
    private final Shown shown;

    Examples(Judged judged, Groupings groupings, Shown shown) {
        this.judged = judged;
        this.groupings = groupings;
        this.shown = shown;
    }

    /**
     * Rows that break one check.
     *
     * @param names columns that are told of a row
     */
    private record Broken(Column bad, List<String> names) {}

    /**
     * An example that is looked for.
     *
     * @param found aggregates that find it, each an array of texts
     * @param told it in words, from what these found
     */
    private record Example(List<Column> found, Function<List<List<String>>, String> told) {}

    /** Examples by the checks' names, to be put after what was found; nothing of a check of which nothing more can be named. */
    Map<String, String> of(Map<String, Check> failed) {
        Map<String, Example> examples = new LinkedHashMap<>();
        failed.forEach((name, check) -> example(check).ifPresent(example -> examples.put(name, example)));
        List<Column> all =
                examples.values().stream().flatMap(one -> one.found().stream()).toList();
        Map<String, String> told = new LinkedHashMap<>();
        if (!all.isEmpty()) {
            OneJob job = new OneJob(judged.rows(), judged.profile().rows());
            job.ask(
                    job.rows().agg(all.get(0), all.subList(1, all.size()).toArray(Column[]::new)),
                    rows -> tell(examples, rows.get(0), told));
            job.run();
        }
        return told;
    }

    private static void tell(Map<String, Example> examples, Row row, Map<String, String> told) {
        int at = 0;
        for (Map.Entry<String, Example> one : examples.entrySet()) {
            List<List<String>> found = new ArrayList<>();
            for (int i = 0; i < one.getValue().found().size(); i++) {
                found.add(row.getList(at + i));
            }
            told.put(one.getKey(), one.getValue().told().apply(found));
            at += found.size();
        }
    }

    private Optional<Example> example(Check check) {
        if (check.per().isPresent()) {
            return Optional.empty();
        }
        return check instanceof Check.Unique unique
                ? shared(unique)
                : broken(check).filter(rows -> !rows.names().isEmpty()).map(this::ends);
    }

    /** A value that several rows share, where only its fingerprint is known. */
    private Optional<Example> shared(Check.Unique check) {
        SortedSet<String> set = new TreeSet<>(check.unique());
        return groupings
                .repeated(set)
                .map(key -> new Example(List.of(KeyCounts.values(set, key)), found -> {
                    List<String> values =
                            found.get(0).stream().map(String::valueOf).toList();
                    return Keys.such(List.copyOf(set), new Groups.Group(values, key.rows()), shown);
                }));
    }

    /** The first and the last of rows that break a check. */
    private Example ends(Broken rows) {
        List<Column> values = new ArrayList<>();
        for (int i = 0; i < rows.names().size(); i++) {
            values.add(ordered(rows.names().get(i)).as("v" + i));
        }
        Column row = when(rows.bad(), struct(values.toArray(Column[]::new)));
        return new Example(
                List.of(texts(min(row), values.size()), texts(max(row), values.size())),
                found -> ", such as "
                        + found.stream()
                                .map(texts -> told(rows.names(), texts))
                                .distinct()
                                .collect(Collectors.joining(" and ")));
    }

    /** Which rows break a check; empty where it is not about single rows. */
    private Optional<Broken> broken(Check check) {
        if (check instanceof Check.Complete complete) {
            return Optional.of(new Broken(column(complete.complete()).isNull(), judged.key()));
        } else if (check instanceof Check.Range range) {
            Column value = column(range.range());
            Column low = range.min().map(value::lt).orElse(lit(false));
            Column high = range.max().map(value::gt).orElse(lit(false));
            return Optional.of(new Broken(low.or(high), withKey(List.of(range.range()))));
        } else if (check instanceof Check.Matches matches) {
            Column value = column(matches.column());
            return Optional.of(new Broken(
                    value.isNotNull()
                            .and(regexp_extract(value, matches.regex(), 0).equalTo("")),
                    withKey(List.of(matches.column()))));
        } else if (check instanceof Check.Expect expect) {
            String sql = expect.expect().forRun(judged.interval());
            Column holds = coalesce(expr(sql), lit(expect.nulls() == Ingest.Nulls.PASS));
            Set<String> used = SqlText.names(sql);
            return Optional.of(new Broken(
                    holds.equalTo(false),
                    withKey(judged.profile().columns().keySet().stream()
                            .filter(name -> used.contains(name.toLowerCase(Locale.ROOT)))
                            .toList())));
        }
        return Optional.empty();
    }

    private List<String> withKey(List<String> columns) {
        Set<String> all = new LinkedHashSet<>(columns);
        all.addAll(judged.key());
        return List.copyOf(all);
    }

    private static Column column(String name) {
        return col(Columns.quoted(name));
    }

    /** Of a value that has no order, its text. */
    private Column ordered(String name) {
        return judged.profile().columns().get(name).kind().hasDistinct()
                ? column(name)
                : column(name).cast("string");
    }

    private static Column texts(Column row, int values) {
        List<Column> texts = new ArrayList<>();
        for (int i = 0; i < values; i++) {
            texts.add(row.getField("v" + i).cast("string"));
        }
        return array(texts.toArray(Column[]::new));
    }

    /** {@code dep_delay = 1301.0, flight_id = HA|51}. */
    private String told(List<String> names, List<String> texts) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String value = texts.get(i);
            values.add(names.get(i) + " = " + (value == null ? "null" : shown.value(names.get(i), value)));
        }
        return String.join(", ", values);
    }
}
