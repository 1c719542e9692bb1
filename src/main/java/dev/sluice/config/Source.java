package dev.sluice.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

@Doc("Raw data: where it is, what its columns are, which rows an interval selects.")
public record Source(
        @Doc("Where and how to read.") Read read,
        @Doc(
                        "Columns that are read, at least one, by name, with their types. Texts, as in CSV and JSON, are parsed; a text that is not of the type stops its row.")
                Map<String, ColumnType> columns,
        @Doc(
                        "What to do when the columns that are there differ from the declared ones. In JSON, a field that an object lacks is null.")
                @Default("{}")
                Evolve evolve,
        @Doc("Which rows an interval selects; all rows when left out.") Optional<Select> select,
        @Doc("What must be there before the source can be read.") @Default("{}") Ready ready) {
    public Source {
        columns = Ordered.copy(columns);
        Invalid.unless(!columns.isEmpty(), "columns", "expected at least one column, found none");
        Invalid.unless(
                select.isEmpty() || !read.newOnly(),
                "select",
                "expected no select beside new_only, which takes rows by their arrival and not by their time, found one");
        Invalid.unless(
                evolve.fresh() == OnNew.IGNORE || !(read instanceof Read.Json || read instanceof Read.Kafka),
                "evolve",
                "expected new: ignore, since each JSON object has the fields it likes, found new: "
                        + evolve.fresh().name().toLowerCase(Locale.ROOT));
        if (read instanceof Read.Kafka) {
            checkKafka(columns, select);
        }
        if (select.isPresent()) {
            String by = select.get().by();
            Invalid.unless(
                    ColumnType.TIMESTAMP.equals(columns.get(by)),
                    "select",
                    "expected a declared column of type timestamp to select by, found "
                            + (columns.containsKey(by) ? "another type of column" : "no column") + " '" + by + "'");
        }
    }

    private static void checkKafka(Map<String, ColumnType> columns, Optional<Select> select) {
        columns.forEach((column, type) -> Invalid.unless(
                (!column.equals(Read.Kafka.TIMESTAMP) || type.equals(ColumnType.TIMESTAMP))
                        && (!column.equals(Read.Kafka.KEY) || type.equals(ColumnType.STRING)),
                "columns",
                "expected _timestamp of type timestamp and _key of type string, which are those of the message, found "
                        + column + ": " + type));
        Invalid.unless(
                select.isEmpty() || select.get().by().equals(Read.Kafka.TIMESTAMP),
                "select",
                "expected by: _timestamp, the time by which messages are found, since by another one those that came"
                        + " late would be in no interval, found by: "
                        + select.map(Select::by).orElse(""));
    }

    /** Whether it gives the rows of an interval, and not all that it has. */
    public boolean ofInterval() {
        return select.isPresent()
                || (read instanceof Read.Files files && files.isDated())
                || (read instanceof Read.Kafka && !read.newOnly())
                || (read instanceof Read.Delta delta && delta.changes());
    }

    @Doc("What to do when the columns that are there differ from the declared ones.")
    public record Evolve(
            @Doc("A column that the declaration lacks: leave it out, add it to the table, or refuse the input.")
                    @Name("new")
                    @Default("ignore")
                    OnNew fresh,
            @Doc("A declared column that is not there.") @Default("fail") OnMissing missing,
            @Doc(
                            "A column whose type, in the source or in the table of earlier runs, is narrower than the declared one, such as int where long is declared: widen it, or refuse.")
                    @Default("widen")
                    OnType type) {}

    /** What to do with a column of a narrower type. */
    public enum OnType {
        WIDEN,
        FAIL
    }

    /** What to do with an undeclared column. */
    public enum OnNew {
        IGNORE,
        ADD,
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
