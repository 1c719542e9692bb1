package dev.sluice.cli;

import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.port.RecordTables;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** Looks into the quarantine of a table, with no more rows in memory than are shown. */
final class StoppedRows {
    private static final Comparator<Row> BY_DATE = Comparator.<Row, Date>comparing(row -> row.getAs("data_date"))
            .thenComparing(row -> row.<String>getAs("row"));

    private final RecordTables tables;
    private final TableName quarantine;

    /** The rows that were meant for a table and are in its quarantine. */
    StoppedRows(RecordTables tables, TableName table) {
        this.tables = tables;
        this.quarantine = table.quarantine();
    }

    /** The first rows by date, and how many there are in all. */
    record First(List<Row> rows, long all) {}

    First first(int limit, Predicate<Row> wanted) {
        PriorityQueue<Row> kept = new PriorityQueue<>(BY_DATE.reversed());
        long[] all = new long[1];
        tables.scan(quarantine, row -> {
            if (wanted.test(row)) {
                all[0]++;
                kept.add(row);
                if (kept.size() > limit) {
                    kept.remove();
                }
            }
            return true;
        });
        List<Row> rows = new ArrayList<>(kept);
        rows.sort(BY_DATE);
        return new First(rows, all[0]);
    }

    /** What one rule stopped. */
    record Stopped(long rows, Date first, Date last) {
        private Stopped and(Stopped other) {
            return new Stopped(
                    rows + other.rows,
                    first.before(other.first) ? first : other.first,
                    last.after(other.last) ? last : other.last);
        }
    }

    Map<String, Stopped> byRule() {
        Map<String, Stopped> rules = new TreeMap<>();
        tables.scan(quarantine, row -> {
            Date date = row.getAs("data_date");
            rules(row).forEach(rule -> rules.merge(rule, new Stopped(1, date, date), Stopped::and));
            return true;
        });
        return rules;
    }

    /** The intervals whose runs stopped rows, oldest first. */
    List<Interval> intervals() {
        Set<Interval> intervals =
                new TreeSet<>(Comparator.comparing(Interval::from).thenComparing(Interval::to));
        tables.scan(quarantine, row -> {
            intervals.add(new Interval(
                    row.<Timestamp>getAs("interval_from").toInstant(),
                    row.<Timestamp>getAs("interval_to").toInstant()));
            return true;
        });
        return List.copyOf(intervals);
    }

    static List<String> rules(Row row) {
        return row.getList(row.fieldIndex("rules"));
    }

    /** Why a row was stopped: {@code rule: reason} for each. */
    static List<String> reasons(Row row) {
        return row.<Row>getList(row.fieldIndex("reasons")).stream()
                .map(reason -> reason.getAs("rule") + ": " + reason.getAs("reason"))
                .toList();
    }
}
