package dev.sluice.config;

import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is true of a table; each is decided by Deequ's own constraint of that meaning. */
@Family
@Doc("What is true of a table.")
public sealed interface Check
        permits Check.Size,
                Check.Unique,
                Check.Complete,
                Check.Contained,
                Check.Range,
                Check.Expect,
                Check.Matches,
                Check.ReadsAs,
                Check.Fresh,
                Check.Agrees,
                Check.Usual,
                Measure {
    /** What happens when it is not true. */
    TableElse otherwise();

    /** The columns of the table that it names, by the key that names them. */
    Map<String, Collection<String>> columns();

    /** The other tables that it looks into. */
    default Set<TableName> tables() {
        return Set.of();
    }

    /** Column whose every value's rows are judged by themselves; empty where all rows are judged together. */
    default Optional<String> per() {
        return Optional.empty();
    }

    /** A group of fewer rows is not judged. */
    default Optional<Long> minRows() {
        return Optional.empty();
    }

    /** Whether its answer is one number, measured of all rows together: such a number has a history. */
    default boolean isNumberOfAllRows() {
        return false;
    }

    /** What happens when a check is not true. */
    enum TableElse {
        WARN,
        FAIL
    }

    @Doc("Number of rows, of the whole slice or of each group.")
    record Size(
            @Doc("Bounds of the number of rows.") Bounds size,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        @Doc("Bounds of a number of rows.")
        public record Bounds(
                @Doc("Column whose every value's rows are counted.") Optional<String> per,
                @Doc("Fewest rows.") Optional<Long> min,
                @Doc("Most rows.") Optional<Long> max) {
            public Bounds {
                Invalid.unless(min.isPresent() || max.isPresent(), "", "expected min, max or both, found neither");
            }
        }

        @Override
        public boolean isNumberOfAllRows() {
            return size.per().isEmpty();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("size/per", size.per().stream().toList());
        }
    }

    @Doc("These columns together are different in every row, or in every row of each group.")
    record Unique(
            @Doc("Columns, at least one.") List<String> unique,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Unique {
            unique = List.copyOf(unique);
            Invalid.unless(!unique.isEmpty(), "unique", "expected at least one column, found none");
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Unique(List<String> unique, TableElse otherwise) {
            this(unique, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("unique", unique, "per", per.stream().toList());
        }
    }

    @Doc("Share of rows in which the column is not null.")
    record Complete(
            @Doc("Column.") String complete,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Complete {
            CheckRules.share("min", min);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Complete(String complete, double min, TableElse otherwise) {
            this(complete, min, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public boolean isNumberOfAllRows() {
            return per.isEmpty();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("complete", List.of(complete), "per", per.stream().toList());
        }
    }

    @Doc(
            "Share of rows whose value occurs in a column of another table; nulls do not count. Several columns are looked up together.")
    record Contained(
            @Doc("Column of this table: TABLE.COLUMN that holds the known values; all of one table.")
                    Map<String, String> contained,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Contained {
            contained = Ordered.copy(contained);
            Invalid.unless(!contained.isEmpty(), "contained", "expected COLUMN: TABLE.COLUMN, found none");
            Set<String> tables = contained.values().stream()
                    .map(column -> column.substring(0, Math.max(0, column.lastIndexOf('.'))))
                    .collect(Collectors.toSet());
            Invalid.unless(
                    tables.size() == 1, "contained", "expected columns of one table, found some of " + tables.size());
            CheckRules.share("min", min);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Contained(Map<String, String> contained, double min, TableElse otherwise) {
            this(contained, min, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            Map<String, Collection<String>> columns = new LinkedHashMap<>();
            contained.keySet().forEach(column -> columns.put(Place.child("contained", column), List.of(column)));
            columns.put("per", per.stream().toList());
            return columns;
        }

        @Override
        public Set<TableName> tables() {
            return Set.of(table());
        }

        /** The table that has the known values. */
        public TableName table() {
            String first = contained.values().iterator().next();
            return new TableName(first.substring(0, first.lastIndexOf('.')));
        }
    }

    @Doc("All values of a column lie between bounds; nulls do not count.")
    record Range(
            @Doc("Column.") String range,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Range {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Range(String range, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(range, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("range", List.of(range), "per", per.stream().toList());
        }
    }

    @Doc("Share of rows that meet a condition.")
    record Expect(
            @Doc("Condition of one row.") Sql expect,
            @Doc("What a NULL answer means: fail, the row does not meet it; pass, the row does not count.")
                    @Default("fail")
                    Ingest.Nulls nulls,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Expect {
            CheckRules.share("min", min);
            CheckRules.groups(per, minRows);
        }

        @Override
        public boolean isNumberOfAllRows() {
            return per.isEmpty();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("per", per.stream().toList());
        }
    }

    @Doc("Share of values in which a regular expression is found; nulls do not count.")
    record Matches(
            @Doc("Column: regular expression as Java has them. It is looked for anywhere: ^ and $ are the ends.")
                    Map<String, String> matches,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Matches {
            matches = Ordered.copy(matches);
            CheckRules.one("matches", matches.keySet(), "COLUMN: REGULAR EXPRESSION");
            CheckRules.regex("matches", matches.values().iterator().next());
            CheckRules.share("min", min);
            CheckRules.groups(per, minRows);
        }

        /** The column. */
        public String column() {
            return matches.keySet().iterator().next();
        }

        /** The regular expression. */
        public String regex() {
            return matches.values().iterator().next();
        }

        @Override
        public boolean isNumberOfAllRows() {
            return per.isEmpty();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of(
                    Place.child("matches", column()),
                    List.of(column()),
                    "per",
                    per.stream().toList());
        }
    }

    @Doc("Share of values of a column that read as a type; nulls do not count.")
    record ReadsAs(
            @Doc("Column: what its values, as text, are.") @Name("reads_as") Map<String, Reading> readsAs,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public ReadsAs {
            readsAs = Ordered.copy(readsAs);
            CheckRules.one("reads_as", readsAs.keySet(), "COLUMN: TYPE");
            CheckRules.share("min", min);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public ReadsAs(Map<String, Reading> readsAs, double min, TableElse otherwise) {
            this(readsAs, min, Optional.empty(), Optional.empty(), otherwise);
        }

        /** What a text reads as, by Deequ's regular expressions. */
        public enum Reading {
            /** Digits, perhaps with a sign. */
            INTEGER,
            /** Digits with a point, an exponent or both. */
            FRACTION,
            /** Either of them. */
            NUMBER,
            /** {@code true} or {@code false}. */
            BOOLEAN,
            /** None of the others. */
            TEXT
        }

        /** The column. */
        public String column() {
            return readsAs.keySet().iterator().next();
        }

        /** What its values read as. */
        public Reading reading() {
            return readsAs.values().iterator().next();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of(
                    Place.child("reads_as", column()),
                    List.of(column()),
                    "per",
                    per.stream().toList());
        }
    }

    @Doc(
            "The newest date or time of a column is not long before the end of the run's interval; a date lasts until its end in the zone of the clock.")
    record Fresh(
            @Doc("Column of dates or timestamps.") String fresh,
            @Doc("So long before the end of the interval it may be.") Duration within,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Fresh {
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Fresh(String fresh, Duration within, TableElse otherwise) {
            this(fresh, within, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("fresh", List.of(fresh), "per", per.stream().toList());
        }
    }

    @Doc(
            "An aggregate of the table over the same, or another one, of another table: 1 where they agree. count(*) compares the numbers of rows.")
    record Agrees(
            @Doc("Aggregate over the rows that are judged, such as sum(amount) or count(*).") Sql agrees,
            @Doc("The other table, as it is published.") TableName with,
            @Doc("Aggregate over its rows; the same when left out.") Optional<Sql> as,
            @Doc("Smallest ratio.") @Default("1.0") double min,
            @Doc("Largest ratio.") @Default("1.0") double max,
            @Doc(
                            "Column whose every value's rows are compared by themselves, with those of the other table that have the same value.")
                    Optional<String> per,
            @Doc("Column of the other table that has these values; the same when left out.") @Name("with_per")
                    Optional<String> withPer,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Agrees {
            CheckRules.ordered(Optional.of(min), Optional.of(max));
            CheckRules.groups(per, minRows);
            Invalid.unless(
                    withPer.isEmpty() || per.isPresent(), "with_per", "expected per beside with_per, found it alone");
        }

        /** Of all rows together. */
        public Agrees(Sql agrees, TableName with, Optional<Sql> as, double min, double max, TableElse otherwise) {
            this(agrees, with, as, min, max, Optional.empty(), Optional.empty(), Optional.empty(), otherwise);
        }

        /** The aggregate of the other table. */
        public Sql other() {
            return as.orElse(agrees);
        }

        /** The column of the other table whose values are those of {@code per}. */
        public Optional<String> otherPer() {
            return withPer.or(this::per);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("per", per.stream().toList());
        }

        @Override
        public Set<TableName> tables() {
            return Set.of(with);
        }
    }

    @Doc(
            "The number of another check is not unusual beside those of earlier intervals that were as long. With too few of these it is not judged.")
    record Usual(
            @Doc("The other check of the table: one whose answer is one number of all rows.") String usual,
            @Doc("What is unusual.") Anomaly by,
            @Doc("So many of the newest earlier numbers are looked at.") @Default("90") int last,
            @Doc(
                            "With fewer it is not judged; when left out 1 for a change, 7 for a normal, two seasons for holt_winters.")
                    @Name("at_least")
                    Optional<Integer> atLeast,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Usual {
            Invalid.unless(
                    atLeast.stream().allMatch(least -> least >= by.fewest()),
                    "at_least",
                    () -> "expected at least " + by.fewest() + ", found " + atLeast.orElseThrow());
            int least = atLeast.orElse(by.enough());
            Invalid.unless(last >= least, "last", "expected at least " + least + ", found " + last);
        }

        /** Fewest earlier numbers by which it is judged. */
        public int least() {
            return atLeast.orElse(by.enough());
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of();
        }
    }
}
