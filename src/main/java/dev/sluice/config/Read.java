package dev.sluice.config;

import java.util.Map;
import java.util.Optional;

/** Where a source is and how it is read. */
@Family(key = "format")
@Doc("Where a source is and how it is read.")
public sealed interface Read permits Read.Files, Read.Delta, Read.Jdbc, Read.Kafka, Read.Java {

    /** Whether a run takes what arrived since the one before, in place of what belongs to its interval. */
    default boolean newOnly() {
        return false;
    }

    /** The word of the format in a pipeline file. */
    default String format() {
        return getClass().getAnnotation(Name.class).value();
    }

    /** Files below a path. */
    sealed interface Files extends Read permits Csv, Json, Parquet, Orc, Avro {
        /** Path or glob, with date patterns in braces. */
        String path();

        /** Whether the path has parts that are replaced by dates. */
        default boolean isDated() {
            return dated(path());
        }
    }

    /** CSV. */
    @Name("csv")
    @Doc("CSV files with a header, mapped by name, never by position; a name that ends in .gz is unpacked.")
    record Csv(
            @Doc(PATH) String path,
            @Doc("The text that means null.") @Name("null_value") @Default("\"\"") String nullValue,
            @Doc("Separator between the fields of a line.") @Default("\",\"") String separator,
            @Doc(
                            "Character around a value that has separators, quotes or line breaks in it; none where quotes are characters like others.")
                    @Default("'\"'")
                    String quote,
            @Doc(
                            "Whether a quoted value may go on over several lines. A file is then read by one task; else a line is a record, and one with a quote that is not closed is stopped.")
                    @Name("multi_line")
                    @Default("false")
                    boolean multiLine,
            @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Files {
        private static final String NO_QUOTE = "none";

        public Csv {
            Invalid.unless(
                    separator.length() == 1 && "\"\r\n".indexOf(separator) < 0,
                    "separator",
                    "expected one character that is no quote and no line break, found '" + separator + "'");
            Invalid.unless(
                    quote.equals(NO_QUOTE) || (quote.matches("[!-~]") && !quote.equals(separator)),
                    "quote",
                    "expected " + NO_QUOTE
                            + ", or one character of ASCII that is no blank and not the separator, found '" + quote
                            + "'");
            Invalid.unless(
                    !multiLine || !quote.equals(NO_QUOTE),
                    "multi_line",
                    "expected false with quote: " + NO_QUOTE
                            + ", since only a quoted value has line breaks, found true");
            checkPath(path, newOnly);
        }

        /** Whether values may have quotes around them. */
        public boolean isQuoted() {
            return !quote.equals(NO_QUOTE);
        }
    }

    /** JSON. */
    @Name("json")
    @Doc("JSON files with one object per line; a name that ends in .gz is unpacked.")
    record Json(
            @Doc(PATH) String path,
            @Doc("The text that means null, beside null itself.") @Name("null_value") @Default("\"\"") String nullValue,
            @Doc("Whether a file is one object, or one list of objects, over as many lines as it likes.")
                    @Name("multi_line")
                    @Default("false")
                    boolean multiLine,
            @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Files {
        public Json {
            checkPath(path, newOnly);
        }
    }

    /** Parquet. */
    @Name("parquet")
    @Doc("Parquet files, columns by name.")
    record Parquet(@Doc(PATH) String path, @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Files {
        public Parquet {
            checkPath(path, newOnly);
        }
    }

    /** ORC. */
    @Name("orc")
    @Doc("ORC files, columns by name.")
    record Orc(@Doc(PATH) String path, @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Files {
        public Orc {
            checkPath(path, newOnly);
        }
    }

    /** Avro. */
    @Name("avro")
    @Doc("Avro files, columns by name.")
    record Avro(@Doc(PATH) String path, @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Files {
        public Avro {
            checkPath(path, newOnly);
        }
    }

    /** A Delta table of somebody else. */
    @Name("delta")
    @Doc("A Delta table: its newest version, a pinned one, or what changed in it during the interval.")
    record Delta(
            @Doc("Folder of the table.") String path,
            @Doc("The version that is read; the newest one when left out.") Optional<Long> version,
            @Doc("Instead of a version: the one that was the newest at this time, such as 2013-10-01T00:00:00Z.")
                    Optional<String> timestamp,
            @Doc("Read the table's change feed: the rows that commits of the interval inserted, updated or deleted,"
                            + " with the columns _change_type, _commit_version and _commit_timestamp.")
                    @Default("false")
                    boolean changes)
            implements Read {
        public Delta {
            Invalid.unless(
                    version.isEmpty() || timestamp.isEmpty(),
                    "timestamp",
                    "expected a version or a timestamp, found both");
            Invalid.unless(
                    !changes || (version.isEmpty() && timestamp.isEmpty()),
                    "changes",
                    "expected no version and no timestamp beside changes, which are those of the interval, found one");
            timestamp.ifPresent(time -> {
                try {
                    java.time.Instant.parse(time);
                } catch (java.time.DateTimeException e) {
                    throw new Invalid(
                            "timestamp", "expected a time such as 2013-10-01T00:00:00Z, found '" + time + "'");
                }
            });
        }
    }

    /** A table of a relational database. */
    @Name("jdbc")
    @Doc("A table or view of a relational database; the interval of select is compared there, not here.")
    record Jdbc(
            @Doc("Name of a connection of kind jdbc.") String connection,
            @Doc("Name of the table or view as the database has it, with its schema where it needs one: shop.orders.")
                    String table,
            @Doc("How to read with several connections at once; with one when left out.") Optional<Split> split)
            implements Read {
        public Jdbc {
            Invalid.unless(
                    table.matches("[^.]+(\\.[^.]+)?"),
                    "table",
                    "expected TABLE or SCHEMA.TABLE, found '" + table + "'");
        }

        @Doc("How a table is read with several connections at once.")
        public record Split(
                @Doc("Numeric, date or timestamp column whose range is cut into parts of equal width.") String by,
                @Doc("Number of parts, and of connections at most.") int parts) {
            public Split {
                Invalid.unless(
                        parts >= 2 && parts <= 1000, "parts", "expected a number from 2 to 1000, found " + parts);
            }
        }
    }

    /** A topic of Kafka. */
    @Name("kafka")
    @Doc(
            "Messages of a Kafka topic, each a JSON object: those whose timestamp is in the interval. Beside the fields of the"
                    + " object a source may declare _timestamp, a timestamp, and _key, a string: those of the message.")
    record Kafka(
            @Doc("Name of a connection of kind kafka.") String connection,
            @Doc("Name of the topic.") String topic,
            @Doc(NEW_ONLY) @Name("new_only") @Default("false") boolean newOnly)
            implements Read {
        /** Column: when the message was sent, or stored, as its topic says. */
        public static final String TIMESTAMP = "_timestamp";

        /** Column: the message's key as text; null where it has none. */
        public static final String KEY = "_key";

        public Kafka {
            Invalid.unless(
                    topic.matches("[A-Za-z0-9._-]{1,249}"),
                    "topic",
                    "expected letters, digits, '.', '_' and '-', found '" + topic + "'");
        }
    }

    /** A source of one's own. */
    @Name("java")
    @Doc("A source of one's own: a class on the class path that implements dev.sluice.port.RowSource.")
    record Java(
            @Doc("Name of the class, which has a public constructor without parameters.") String uses,
            @Doc("What the class is told, by names of its own.") Map<String, String> options)
            implements Read {
        public Java {
            options = Ordered.copy(options);
        }
    }

    /** What is said of {@link Files#path}. */
    String PATH = "Path or glob; {yyyy-MM-dd}-style parts are replaced by each local date of the interval.";

    /** What is said of {@link #newOnly}. */
    String NEW_ONLY = "Take what arrived since the last run, each file or message once, whatever the interval.";

    private static boolean dated(String path) {
        return path.matches(".*\\{[yMdu_-]+\\}.*");
    }

    private static void checkPath(String path, boolean newOnly) {
        Invalid.unless(!path.isBlank(), "path", "expected a path or glob, found an empty text");
        Invalid.unless(
                !newOnly || !dated(path),
                "path",
                "expected a path without dates, since new_only takes files by their arrival, found '" + path + "'");
    }
}
