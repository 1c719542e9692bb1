package dev.sluice.pipeline;

import dev.sluice.config.Check;
import dev.sluice.config.Contract;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.port.ColumnNames;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that are to become visible, and what must be true of them before.
 *
 * @param rows the rows; where they have the column {@link #REASONS} they also have {@link #RAW}, {@link #ORIGIN}, {@link
 *     #POSITION}, {@link #DATE} and {@link #REMOVED}, and rows that are stopped go to the table's quarantine; the published
 *     rows have none of these
 * @param key columns that identify a row; needed where the table keeps history
 * @param covers the span of data time that the rows are all of, lookback included
 * @param checks what must be true of the published rows, by name
 * @param contract what their columns promise
 * @param limits of what may be missing or stopped
 * @param widens whether columns of the table whose type is narrower than the rows' are widened, by a commit before
 * @param slice the rows of the quarantine that the stopped ones take the place of
 */
public record Publication(
        TableName table,
        Dataset<Row> rows,
        List<String> key,
        Write write,
        Interval covers,
        Map<String, Check> checks,
        Optional<Contract> contract,
        Limits limits,
        boolean widens,
        Slice slice) {
    /**
     * Why a row is stopped or warned of: {@code array<struct<rule string, column string, reason string, action string>>},
     * the column being null where no single one is to blame, the action {@code quarantine}, {@code fail} or {@code warn};
     * empty for a good row.
     */
    public static final String REASONS = "__reasons";

    /** The row as it came, as text. */
    public static final String RAW = "__raw";

    /** The file or table it came from. */
    public static final String ORIGIN = "__origin";

    /** The place in it; null where that is not known. */
    public static final String POSITION = "__position";

    /** Whether a good row is left out all the same, by a declared rule. */
    public static final String REMOVED = "__removed";

    /** Whether a row is stopped, in SQL; Spark interprets exists, so that good rows are spared it. */
    public static final String IS_STOPPED = "size(__reasons) > 0 AND exists(__reasons, r -> r.action != 'warn')";

    /** The local date it belongs to; never null. */
    public static final String DATE = "__date";

    public Publication {
        key = List.copyOf(key);
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
        ColumnNames.requireStorable(table, rows.schema());
    }

    /** Rows of which none is stopped. */
    public static Publication of(
            TableName table,
            Dataset<Row> rows,
            List<String> key,
            Write write,
            Interval covers,
            Map<String, Check> checks) {
        return new Publication(
                table,
                rows,
                key,
                write,
                covers,
                checks,
                Optional.empty(),
                new Limits(0, 0, Optional.empty()),
                false,
                Slice.of(write));
    }

    /** Whether a date column holds one of the local dates of the span, in SQL. */
    String dates(String column, ZoneId zone) {
        List<LocalDate> dates = covers.dates(zone);
        return Columns.quoted(column) + " >= DATE '" + dates.get(0) + "' AND " + Columns.quoted(column) + " <= DATE '"
                + dates.get(dates.size() - 1) + "'";
    }

    /** Whether rows may be stopped. */
    boolean hasReasons() {
        return List.of(rows.columns()).contains(REASONS);
    }

    /** Rows of a quarantine that one publication wrote, and that the next one of the same replaces. */
    public enum Slice {
        /** All of them. */
        TABLE,
        /** Those of the local dates of the span. */
        DATES,
        /** Those that runs of exactly this interval wrote. */
        INTERVAL,
        /** Those with this run key. */
        KEY;

        /** As the table's own rows are replaced. */
        public static Slice of(Write write) {
            if (write instanceof Write.Overwrite) {
                return TABLE;
            }
            return write instanceof Write.ReplaceInterval ? DATES : INTERVAL;
        }
    }

    /**
     * Limits of what may be missing or stopped.
     *
     * @param minRows with fewer rows nothing is published
     * @param maxQuarantined largest share of the rows that may be stopped
     * @param maxRows largest number of rows that may be stopped
     */
    public record Limits(long minRows, double maxQuarantined, Optional<Long> maxRows) {}
}
