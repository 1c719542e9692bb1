package dev.sluice.step.ingest;

import dev.sluice.core.TableName;
import dev.sluice.pipeline.StepContext;
import dev.sluice.port.SourceFile;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The record of the files that a table was made of, {@code _sluice.files}; the files themselves stay as they are. */
final class FilesRead {
    private static final String KIND = "files";
    private static final StructType COLUMNS = new StructType()
            .add("table", DataTypes.StringType)
            .add("path", DataTypes.StringType)
            .add("size", DataTypes.LongType)
            .add("modified", DataTypes.TimestampType)
            .add("etag", DataTypes.StringType)
            .add("read", DataTypes.TimestampType);

    private static final int NAMED = 5;

    private final TableName table;
    private final StepContext context;

    FilesRead(TableName table, StepContext context) {
        this.table = table;
        this.context = context;
    }

    void add(List<SourceFile> files) {
        Timestamp now = Timestamp.from(Instant.now());
        List<Row> rows = files.stream()
                .map(file -> RowFactory.create(
                        table.text(),
                        file.path(),
                        file.size(),
                        Timestamp.from(file.modified()),
                        file.etag().orElse(null),
                        now))
                .toList();
        context.ledger().append(KIND, COLUMNS, rows, context.key().of(KIND));
    }

    /** The files that are no longer as they were when the table was last made of them, in words; empty when there is none. */
    Optional<String> changed(List<SourceFile> files) {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Map<String, SourceFile> now = files.stream().collect(Collectors.toMap(SourceFile::path, file -> file));
        Map<String, Row> before = new HashMap<>();
        context.history().scan(KIND, row -> {
            if (row.getAs("table").equals(table.text()) && now.containsKey(row.<String>getAs("path"))) {
                before.merge(
                        row.getAs("path"),
                        row,
                        (one, other) -> one.<Timestamp>getAs("read").before(other.getAs("read")) ? other : one);
            }
            return true;
        });
        List<String> changed = before.entrySet().stream()
                .filter(entry -> !same(now.get(entry.getKey()), entry.getValue()))
                .map(entry -> told(now.get(entry.getKey()), entry.getValue()))
                .sorted()
                .toList();
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(changed.stream().limit(NAMED).collect(Collectors.joining("; "))
                + (changed.size() > NAMED ? " and " + (changed.size() - NAMED) + " more" : ""));
    }

    private static boolean same(SourceFile file, Row row) {
        String etag = row.getAs("etag");
        if (etag != null && file.etag().isPresent()) {
            return etag.equals(file.etag().get());
        }
        return file.size() == row.<Long>getAs("size")
                && file.modified().equals(row.<Timestamp>getAs("modified").toInstant());
    }

    private static String told(SourceFile file, Row row) {
        return String.format(
                Locale.ROOT,
                "%s changed after run %s read it (%,d bytes of %s, now %,d of %s)",
                file.path(),
                row.<String>getAs("run_id"),
                row.<Long>getAs("size"),
                row.<Timestamp>getAs("modified").toInstant(),
                file.size(),
                file.modified());
    }
}
