package dev.sluice.port;

import dev.sluice.config.Source;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableVersion;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where rows come from. Whatever the source is, its rows are typed, judged, counted and published in the same way; a source
 * only finds them. A pipeline names a source of its own by {@code read: {format: java, uses: CLASS}}; that class is public
 * and has a public constructor without parameters.
 */
public interface RowSource {
    /** Text of a record that could not be taken apart, in which case its columns are null; null for all others. */
    String MALFORMED = "__malformed";

    /** Text: why a record is {@link #MALFORMED}; null where that is not known more exactly than by the kind of source. */
    String WHY = "__why";

    /** Text: that bytes of a row's text are not UTF-8, so that U+FFFD stands in their place; null where all are. */
    String ENCODING = "__encoding";

    /** Text: where a row came from, such as a file's path. */
    String ORIGIN = "__origin";

    /** Text: where in it the row stands, such as {@code line 17} or {@code offset 42}; null where that is not known. */
    String POSITION = "__position";

    /**
     * Finds the rows of an interval. Nothing need be read before the rows are; asked again for the same interval of an
     * unchanged source, it finds the same rows.
     *
     * @throws SluiceException INPUT_MISSING when there is nothing yet to read; INPUT_MALFORMED when what is there cannot be
     *     read as declared
     */
    Found read(Request request);

    /** The files that are there for an interval, before any of them is read; empty where the source has none. */
    default List<SourceFile> files(Request request) {
        return List.of();
    }

    /**
     * What of the source explains that reading has failed; empty when nothing of it does.
     *
     * @param found what was being read; empty where that is not known
     */
    default Optional<SluiceException> blame(Request request, Optional<Found> found, Exception failure) {
        return Optional.empty();
    }

    /**
     * What is asked for.
     *
     * @param name the source's name in the pipeline
     * @param covers the interval, lookback included
     * @param zone the zone of local dates
     */
    record Request(SparkSession spark, String name, Source source, Interval covers, ZoneId zone) {}

    /**
     * What was found.
     *
     * @param rows columns as the source has them. A column of text is parsed as the declared type; another one must be of that
     *     type or a narrower one. May have {@link #MALFORMED}, {@link #WHY}, {@link #ENCODING}, {@link #ORIGIN} and
     *     {@link #POSITION}. Rows outside of the
     *     interval are left out later by {@code select}.
     * @param files the files they are in; empty where the source has none
     * @param tables the versions of tables they are in
     * @param facts short texts for the record of the run
     */
    record Found(Dataset<Row> rows, List<SourceFile> files, List<TableVersion> tables, Map<String, String> facts) {
        public Found {
            files = List.copyOf(files);
            tables = List.copyOf(tables);
            facts = java.util.Collections.unmodifiableMap(new TreeMap<>(facts));
        }

        /** Rows of a source without files and tables. */
        public static Found of(Dataset<Row> rows, Map<String, String> facts) {
            return new Found(rows, List.of(), List.of(), facts);
        }
    }
}
