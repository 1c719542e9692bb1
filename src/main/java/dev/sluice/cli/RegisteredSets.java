package dev.sluice.cli;

import dev.sluice.config.Step;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.Lineage;
import dev.sluice.port.RecordTables;
import dev.sluice.step.features.SetRegistry;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** What the registry of a lake says of feature sets: those of all its pipelines. */
final class RegisteredSets {
    private RegisteredSets() {}

    /**
     * A version of a set, and what was materialised of it.
     *
     * @param newest the row of the interval that was materialised last
     * @param from start of the first interval
     * @param to end of the last interval
     * @param dropped whether its rows are gone
     */
    record Version(Row newest, Timestamp from, Timestamp to, boolean dropped) {
        String set() {
            return newest.getAs("set");
        }

        String version() {
            return newest.getAs("version");
        }

        String pipeline() {
            return newest.getAs("pipeline");
        }

        TableName table() {
            return new TableName(newest.getAs("table"));
        }

        Optional<String> text(String column) {
            return Optional.ofNullable(newest.getAs(column));
        }

        List<String> texts(String column) {
            return newest.getList(newest.fieldIndex(column));
        }

        /** Names and types. */
        Map<String, String> columns() {
            Map<String, String> columns = new LinkedHashMap<>();
            newest.<Row>getList(newest.fieldIndex("columns")).forEach(c -> columns.put(c.getString(0), c.getString(1)));
            return columns;
        }

        private long wrote() {
            String wrote = newest.getAs("wrote");
            return Long.parseLong(wrote.substring(wrote.lastIndexOf('@') + 1));
        }

        Interval span() {
            return new Interval(from.toInstant(), to.toInstant());
        }

        /** With another interval of it; what was made anew does not count what was dropped before. */
        private Version and(Version other) {
            if (dropped != other.dropped) {
                return dropped ? other : this;
            }
            return new Version(
                    other.wrote() > wrote() ? other.newest : newest,
                    from.before(other.from) ? from : other.from,
                    to.after(other.to) ? to : other.to,
                    dropped);
        }
    }

    /** All versions, by set; of a set by the table. */
    static List<Version> of(RecordTables tables, Lineage lineage) {
        Map<TableName, Version> versions = new LinkedHashMap<>();
        tables.scan(new TableName("_sluice." + SetRegistry.KIND), row -> {
            boolean dropped = lineage.isDropped(
                    row.getAs("pipeline"),
                    Step.FEATURES.word() + "/" + row.getAs("table"),
                    new RunKey(row.getAs("run_key")));
            Version one = new Version(row, row.getAs("interval_from"), row.getAs("interval_to"), dropped);
            versions.merge(one.table(), one, Version::and);
            return true;
        });
        List<Version> all = new ArrayList<>(versions.values());
        all.sort(Comparator.comparing(Version::set).thenComparing(Version::table));
        return all;
    }
}
