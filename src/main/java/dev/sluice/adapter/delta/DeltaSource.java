package dev.sluice.adapter.delta;

import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import io.delta.tables.DeltaTable;
import java.io.FileNotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** A Delta table that somebody else writes: one version of it, or what changed in it. */
public final class DeltaSource implements RowSource {
    private final Read.Delta read;

    /** A table. */
    public DeltaSource(Read.Delta read) {
        this.read = read;
    }

    @Override
    public Found read(Request request) {
        DataFrameReader reader = request.spark().read().format("delta");
        NavigableMap<Long, Instant> versions = versions(request);
        if (read.changes()) {
            return changes(request, reader, versions);
        }
        long version = read.version().orElseGet(() -> version(request, versions));
        if (version > versions.lastKey()) {
            throw missing(request, "version " + version + ", the newest one is " + versions.lastKey());
        }
        Dataset<Row> rows = reader.option("versionAsOf", version).load(read.path());
        return Found.of(located(rows), Map.of("source_version", Long.toString(version)));
    }

    /** The version that was the newest at the declared time, or is it now. */
    private long version(Request request, NavigableMap<Long, Instant> versions) {
        if (read.timestamp().isEmpty()) {
            return versions.lastKey();
        }
        Instant time = Instant.parse(read.timestamp().get());
        if (time.isAfter(versions.lastEntry().getValue()) && time.isAfter(Instant.now())) {
            throw missing(request, "time " + time + ", which has not come yet");
        }
        return versions.entrySet().stream()
                .filter(version -> !version.getValue().isAfter(time))
                .mapToLong(Map.Entry::getKey)
                .max()
                .orElseThrow(() -> missing(
                        request,
                        "version of " + time + ", the log begins with "
                                + versions.firstEntry().getValue()));
    }

    private Found changes(Request request, DataFrameReader reader, NavigableMap<Long, Instant> versions) {
        Interval covers = request.covers();
        if (versions.firstKey() > 0 && versions.firstEntry().getValue().isAfter(covers.from())) {
            throw missing(
                    request,
                    "change of before " + versions.firstEntry().getValue() + ", whose log is cleaned away, but the"
                            + " interval begins " + covers.from());
        }
        List<Long> inside = versions.entrySet().stream()
                .filter(version -> covers.contains(version.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (inside.isEmpty()) {
            throw missing(request, "commit between " + covers.from() + " and " + covers.to());
        }
        long first = inside.get(0);
        long last = inside.get(inside.size() - 1);
        try {
            Dataset<Row> rows = reader.option("readChangeFeed", true)
                    .option("startingVersion", first)
                    .option("endingVersion", last)
                    .load(read.path());
            return Found.of(located(rows), Map.of("source_version", first + "-" + last));
        } catch (RuntimeException e) {
            if (String.valueOf(e.getMessage()).contains("DELTA_MISSING_CHANGE_DATA")) {
                throw new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        "the Delta table at " + read.path() + " has no change feed for its versions " + first + " to "
                                + last + ", which source " + request.name() + " reads",
                        "have its owner set delta.enableChangeDataFeed, or read a version instead of changes",
                        e);
            }
            throw e;
        }
    }

    private Dataset<Row> located(Dataset<Row> rows) {
        return rows.withColumn(ORIGIN, functions.lit(read.path()));
    }

    /** The versions that the log still has, and when they were made. */
    private NavigableMap<Long, Instant> versions(Request request) {
        NavigableMap<Long, Instant> versions = new TreeMap<>();
        try {
            DeltaTable.forPath(request.spark(), read.path())
                    .history()
                    .select(functions.col("version"), functions.unix_millis(functions.col("timestamp")))
                    .collectAsList()
                    .forEach(row -> versions.put(row.getLong(0), Instant.ofEpochMilli(row.getLong(1))));
        } catch (Exception e) { // a checked one that no signature names
            if (e instanceof AnalysisException
                    && String.valueOf(e.getMessage()).contains("DELTA_MISSING_DELTA_TABLE")) {
                throw missing(request, "Delta table at " + read.path());
            }
            throw e;
        }
        if (versions.isEmpty()) {
            throw missing(request, "Delta table at " + read.path());
        }
        return versions;
    }

    private SluiceException missing(Request request, String what) {
        return new SluiceException(
                ErrorCode.INPUT_MISSING,
                "no " + what + " for source " + request.name() + " (" + read.path() + ")",
                "check the source's path, version and time, or wait for its writer");
    }

    @Override
    public Optional<SluiceException> blame(Request request, Optional<Found> found, Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof FileNotFoundException
                    || String.valueOf(t.getMessage()).contains("DELTA_FILE_NOT_FOUND")) {
                return Optional.of(new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        "a file of the Delta table at " + read.path() + " is gone: "
                                + String.valueOf(t.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        "its owner has to restore the file or the table; or read a version that does not need it",
                        failure));
            }
        }
        return Optional.empty();
    }
}
