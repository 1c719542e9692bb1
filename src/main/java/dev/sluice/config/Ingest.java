package dev.sluice.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

@Doc("A table made from a source: derive, rules (quarantine), checks on what is about to be published, publish.")
public record Ingest(
        @Doc("Name of the source.") String from,
        @Doc("New columns, each a Spark SQL expression over the source's columns and the ones before it.")
                Map<String, Sql> derive,
        @Doc("Columns that identify a row.") List<String> key,
        @Doc("What is true of one good row, by rule name.") Map<String, Rule> rows,
        @Doc("Limits of the quarantine.") @Default("{}") Quarantine quarantine,
        @Doc("Contract file (types, presence, domains, ranges), relative to the pipeline file.")
                Optional<String> contract,
        @Doc("What is true of the table, by check name; decided before anyone can see the rows.")
                Map<String, Check> checks,
        @Doc("How rows are written.") Write write) {
    public Ingest {
        derive = Ordered.copy(derive);
        key = List.copyOf(key);
        rows = Ordered.copy(rows);
        checks = Ordered.copy(checks);
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
                    Optional<Long> maxRows) {
        public Quarantine {
            Invalid.unless(
                    maxRows.orElse(0L) >= 0, "max_rows", "expected a number of rows, found " + maxRows.orElse(0L));
            Invalid.unless(
                    maxRatio >= 0 && maxRatio <= 1, "max_ratio", "expected a share from 0 to 1, found " + maxRatio);
        }
    }
}
