package dev.sluice.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Doc(
        "A table made from a source: trim, cast, rename, fill, derive, rules (quarantine), dedupe, checks on what is about to be published, publish; in this order, whatever the order in the file.")
public record Ingest(
        @Doc("Name of the source.") String from,
        @Doc("Text columns of the source whose blanks at both ends are taken away.") List<String> trim,
        @Doc("Text columns of the source that are parsed by a format of their own.") Map<String, Cast> cast,
        @Doc("Columns of the source that get another name: OLD: NEW. All that follows uses the new one.")
                Map<String, String> rename,
        @Doc("Columns whose nulls become a value, written as a text of the column's type.") Map<String, String> fill,
        @Doc("New columns, each a Spark SQL expression over the source's columns and the ones before it.")
                Map<String, Sql> derive,
        @Doc("Columns that identify a row.") List<String> key,
        @Doc("What is true of one good row, by rule name.") Map<String, Rule> rows,
        @Doc("Which of several good rows with the same values stays; all of them when left out.")
                Optional<Dedupe> dedupe,
        @Doc("Limits of the quarantine.") @Default("{}") Quarantine quarantine,
        @Doc("Contract file (types, presence, domains, ranges), relative to the pipeline file.")
                Optional<String> contract,
        @Doc("What is true of the table, by check name; decided before anyone can see the rows.")
                Map<String, Check> checks,
        @Doc("How rows are written.") Write write) {
    public Ingest {
        trim = List.copyOf(trim);
        cast = Ordered.copy(cast);
        rename = Ordered.copy(rename);
        fill = Ordered.copy(fill);
        derive = Ordered.copy(derive);
        key = List.copyOf(key);
        rows = Ordered.copy(rows);
        checks = Ordered.copy(checks);
    }

    /** The same table whatever is done with its quarantine later. */
    public Ingest withoutKeep() {
        Quarantine limits = new Quarantine(quarantine.maxRatio(), quarantine.maxRows(), Duration.ZERO);
        return new Ingest(from, trim, cast, rename, fill, derive, key, rows, dedupe, limits, contract, checks, write);
    }

    /** The name that a column of the source has after {@link #rename}. */
    public String renamed(String column) {
        return rename.getOrDefault(column, column);
    }

    @Doc("How a text column is parsed; a text that does not fit stops its row.")
    public record Cast(
            @Doc("The type it becomes: date, timestamp or decimal(precision,scale).") ColumnType to,
            @Doc(
                            "Spark's datetime pattern such as dd.MM.yyyy HH:mm, or number format such as 9G999D99, as to_timestamp and to_number take them.")
                    String format,
            @Doc("The zone of times without one.") @Default("UTC") ZoneId zone) {
        public Cast {
            Invalid.unless(
                    to.equals(ColumnType.DATE)
                            || to.equals(ColumnType.TIMESTAMP)
                            || to.text().startsWith("decimal"),
                    "to",
                    "expected date, timestamp or decimal(precision,scale), found " + to
                            + "; declare the column of this type in the source instead");
            Invalid.unless(!format.isBlank(), "format", "expected a format, found an empty text");
        }
    }

    @Doc("Which of several good rows with the same values stays. The others are counted as removed.")
    public record Dedupe(
            @Doc("Columns, at least one, that tell which rows are the same.") List<String> by,
            @Doc(
                            "The first or the last in the order stays; or fail, where nothing is published when there are several.")
                    Keep keep,
            @Doc("Columns of the order. Rows that are equal in them are ordered by all their columns.")
                    @Name("order_by")
                    List<String> orderBy) {
        public Dedupe {
            by = List.copyOf(by);
            orderBy = List.copyOf(orderBy);
            Invalid.unless(!by.isEmpty(), "by", "expected at least one column, found none");
            Invalid.unless(
                    keep == Keep.FAIL || !orderBy.isEmpty(),
                    "order_by",
                    "expected at least one column that tells first from last, found none");
        }
    }

    /** Which of several same rows stays. */
    public enum Keep {
        FIRST,
        LAST,
        FAIL
    }

    @Doc("What is true of one good row.")
    public record Rule(
            @Doc("Condition of a good row.") Sql expect,
            @Doc("What a NULL answer means.") @Default("fail") Nulls nulls,
            @Doc("What happens to a row that breaks it.") @Name("else") @Default("quarantine") RowElse otherwise) {}

    /** What an unknown verdict means. */
    public enum Nulls {
        PASS,
        FAIL
    }

    /** What happens to a row that breaks a rule. */
    public enum RowElse {
        QUARANTINE,
        WARN,
        FAIL
    }

    @Doc("Limits of the quarantine.")
    public record Quarantine(
            @Doc("Largest share of rows that may be quarantined; above it nothing is published.")
                    @Name("max_ratio")
                    @Default("1.0")
                    double maxRatio,
            @Doc("Largest number of rows of an interval that may be quarantined; above it nothing is published.")
                    @Name("max_rows")
                    Optional<Long> maxRows,
            @Doc(
                            "How long stopped rows are kept: sluice quarantine purge removes those that were first stopped longer ago.")
                    @Default("90d")
                    Duration keep) {
        public Quarantine {
            Invalid.unless(
                    maxRows.orElse(0L) >= 0, "max_rows", "expected a number of rows, found " + maxRows.orElse(0L));
            Invalid.unless(
                    maxRatio >= 0 && maxRatio <= 1, "max_ratio", "expected a share from 0 to 1, found " + maxRatio);
        }
    }
}
