package dev.sluice.adapter.deequ;

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
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * Rows that break checks which have failed: of each check the first and the last in the order of their values, named by the key, all
 * in one job.
 */
final class Examples {
    private final Judged judged;
    private final Shown shown;

    Examples(Judged judged, Shown shown) {
        this.judged = judged;
        this.shown = shown;
    }

    /**
     * Rows that break one check.
     *
     * @param names columns that are told of a row
     */
    private record Broken(Column bad, List<String> names) {}

    /** Examples by the checks' names, to be put after what was found; nothing of a check that can name no rows. */
    Map<String, String> of(Map<String, Check> failed) {
        Map<String, Broken> broken = new LinkedHashMap<>();
        failed.forEach((name, check) ->
                broken(check).filter(rows -> !rows.names().isEmpty()).ifPresent(rows -> broken.put(name, rows)));
        if (broken.isEmpty()) {
            return Map.of();
        }
        List<Column> ends = new ArrayList<>();
        broken.values().forEach(rows -> {
            List<Column> values = new ArrayList<>();
            for (int i = 0; i < rows.names().size(); i++) {
                values.add(ordered(rows.names().get(i)).as("v" + i));
            }
            Column row = when(rows.bad(), struct(values.toArray(Column[]::new)));
            ends.add(texts(min(row), rows.names().size()));
            ends.add(texts(max(row), rows.names().size()));
        });
        Row found = judged.rows()
                .agg(ends.get(0), ends.subList(1, ends.size()).toArray(Column[]::new))
                .head();
        Map<String, String> examples = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, Broken> entry : broken.entrySet()) {
            Set<String> rows = new LinkedHashSet<>();
            rows.add(told(entry.getValue().names(), found.getStruct(at)));
            rows.add(told(entry.getValue().names(), found.getStruct(at + 1)));
            examples.put(entry.getKey(), ", such as " + String.join(" and ", rows));
            at += 2;
        }
        return examples;
    }

    /** Which rows break a check; empty where it is not about single rows. */
    private Optional<Broken> broken(Check check) {
        if (check.per().isPresent()) {
            return Optional.empty();
        } else if (check instanceof Check.Complete complete) {
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
        return struct(texts.toArray(Column[]::new));
    }

    /** {@code dep_delay = 1301.0, flight_id = HA|51}. */
    private String told(List<String> names, Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String value = row.getString(i);
            values.add(names.get(i) + " = " + (value == null ? "null" : shown.value(names.get(i), value)));
        }
        return String.join(", ", values);
    }
}
