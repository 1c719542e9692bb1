package dev.sluice.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

@Doc("Raw data: where it is, what its columns are, which rows an interval selects.")
public record Source(
        @Doc("Where and how to read.") Read read,
        @Doc(
                        "Columns that are read, at least one, by name, with their types; a CSV header is mapped by name, never by position.")
                Map<String, ColumnType> columns,
        @Doc(
                        "What to do when a CSV header and the declared columns differ. A JSON object without the field has null there; other fields are ignored.")
                @Default("{}")
                Evolve evolve,
        @Doc("Which rows an interval selects; all rows when left out.") Optional<Select> select,
        @Doc("What must be there before the source can be read.") @Default("{}") Ready ready) {
    public Source {
        columns = Ordered.copy(columns);
        Invalid.unless(!columns.isEmpty(), "columns", "expected at least one column, found none");
        if (select.isPresent()) {
            String by = select.get().by();
            Invalid.unless(
                    columns.get(by) == ColumnType.TIMESTAMP,
                    "select",
                    "expected a declared column of type timestamp to select by, found "
                            + (columns.containsKey(by) ? "another type of column" : "no column") + " '" + by + "'");
        }
    }

    @Doc("Where and how to read.")
    public record Read(
            @Doc("csv with a header, or json with one object per line; a name that ends in .gz is unpacked.")
                    @Default("csv")
                    Format format,
            @Doc("Path or glob; {yyyy-MM-dd}-style parts are replaced by each local date of the interval.") String path,
            @Doc("The text that means null.") @Name("null_value") @Default("\"\"") String nullValue,
            @Doc("Separator between the fields of a CSV line.") @Default("\",\"") String separator) {
        public Read {
            Invalid.unless(separator.length() == 1, "separator", "expected one character, found '" + separator + "'");
        }
    }

    /** File formats: CSV with a header, or JSON with one object per line. */
    public enum Format {
        CSV,
        JSON
    }

    /** Types of columns. */
    public enum ColumnType {
        STRING,
        BOOLEAN,
        INT,
        LONG,
        DOUBLE,
        DATE,
        TIMESTAMP
    }

    @Doc("What to do when a CSV header and the declared columns differ.")
    public record Evolve(
            @Doc("A column that the declaration lacks.") @Name("new") @Default("ignore") OnNew fresh,
            @Doc("A declared column that the file lacks.") @Default("fail") OnMissing missing) {}

    /** What to do with an undeclared column. */
    public enum OnNew {
        IGNORE,
        FAIL
    }

    /** What to do without a declared column. */
    public enum OnMissing {
        NULL,
        FAIL
    }

    @Doc("Which rows an interval selects.")
    public record Select(
            @Doc("Timestamp column that is compared with the interval.") String by,
            @Doc("How far before the interval rows are read again, for late arrivals.") @Default("0d")
                    Duration lookback) {}

    @Doc("What must be there before the source can be read.")
    public record Ready(
            @Doc("Rows that the interval must have.") @Name("min_rows") @Default("1") long minRows,
            @Doc("Otherwise: wait (retry later), skip (nothing to do) or fail.") @Name("else") @Default("fail")
                    Absent otherwise) {}

    /** What an absent input means. */
    public enum Absent {
        WAIT,
        SKIP,
        FAIL
    }
}
