package dev.sluice.adapter.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.adapter.delta.FileCondition.Truth;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.Filter;

/** The data files of one version of a table, as the log tells of them, read in this process. */
final class VersionFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bytes of log that are read by the driver alone; with more it would be busy for longer than a second. */
    private static final long SHORT = 8 << 20;

    private final Engine engine;
    private final SnapshotImpl snapshot;

    VersionFiles(Engine engine, SnapshotImpl snapshot) {
        this.engine = engine;
        this.snapshot = snapshot;
    }

    /**
     * A data file of a version.
     *
     * @param partition texts of the values that its rows have in common, as the log has them; null is none
     * @param name of the file, and of what was deleted of its rows
     */
    record DataFile(List<String> partition, String name) {}

    /**
     * Of what a version consists.
     *
     * @param schema of its rows, in JSON
     */
    record Contents(String schema, List<String> partitionedBy, List<DataFile> files) {}

    /** The schema of its rows, in JSON. */
    String schema() {
        return snapshot.getMetadata().getSchemaString();
    }

    /** Of what the version consists. */
    Contents contents() {
        String schema = schema();
        List<String> by = VectorUtils.toJavaList(snapshot.getMetadata().getPartitionColumns());
        List<String> physical = by.stream().map(name -> physical(schema, name)).toList();
        List<DataFile> files = new ArrayList<>();
        visit(false, file -> files.add(dataFile(file, physical)));
        return new Contents(schema, by, files);
    }

    private static DataFile dataFile(LoggedFile file, List<String> partitionedBy) {
        return new DataFile(
                partitionedBy.stream()
                        // In the log an empty text is no value.
                        .map(name -> Optional.ofNullable(file.partition().get(name))
                                .filter(value -> !value.isEmpty())
                                .orElse(null))
                        .toList(),
                file.path() + file.deleted().map(rows -> " without " + rows).orElse(""));
    }

    /** The name that a column has in the log, which differs where columns have been renamed. */
    private static String physical(String schema, String column) {
        for (JsonNode field : json(schema).path("fields")) {
            if (field.path("name").asText().equals(column)) {
                return field.path("metadata")
                        .path("delta.columnMapping.physicalName")
                        .asText(column);
            }
        }
        throw new IllegalArgumentException("the schema has no column " + column + ": " + schema);
    }

    /**
     * A data file, by all that the log has of it.
     *
     * @param path as the log has it
     * @param partition texts of the values that its rows have in common, by column
     * @param deleted what names those of its rows that are deleted; empty where all are there
     * @param statistics of its columns; missing where the log has none
     */
    record LoggedFile(
            String path,
            Map<String, String> partition,
            long size,
            long modified,
            Optional<String> deleted,
            JsonNode statistics) {
        /** How many rows it has; -1 where the log does not say. */
        long rows() {
            return statistics.path("numRecords").asLong(-1);
        }
    }

    /**
     * The files all of whose rows meet a condition, where no other file has such rows.
     *
     * @param rows those of the version that meet the condition; none is read
     * @return empty where files have others too, as far as the log tells, and where the log is too long to be read here or has
     *     names of its own for the columns
     */
    Optional<List<LoggedFile>> of(Dataset<Row> rows) {
        Filter filter = (Filter) rows.queryExecution().analyzed();
        Optional<FileCondition> condition = FileCondition.of(
                filter.condition(),
                filter.child().schema(),
                VectorUtils.toJavaList(snapshot.getMetadata().getPartitionColumns()),
                rows.sparkSession().sessionState().conf().sessionLocalTimeZone());
        if (condition.isEmpty() || bytes() > SHORT || hasOtherNames()) {
            return Optional.empty();
        }
        List<LoggedFile> files = new ArrayList<>();
        boolean isClear = visit(true, file -> {
            Truth truth = condition.get().of(file.partition(), file.statistics());
            if (truth == Truth.ALL) {
                files.add(file);
            }
            return truth != Truth.UNCLEAR && file.deleted().isEmpty();
        });
        return isClear ? Optional.of(files) : Optional.empty();
    }

    private boolean hasOtherNames() {
        return !snapshot.getMetadata()
                .getConfiguration()
                .getOrDefault("delta.columnMapping.mode", "none")
                .equalsIgnoreCase("none");
    }

    private long bytes() {
        return snapshot.getLogSegment().allLogFilesUnsorted().stream()
                .mapToLong(FileStatus::getSize)
                .sum();
    }

    /** Gives the files to the visitor until it wants no more; whether it was given all. */
    private boolean visit(boolean withStatistics, Predicate<LoggedFile> visitor) {
        ScanImpl scan = (ScanImpl) snapshot.getScanBuilder(engine).build();
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, withStatistics)) {
            while (batches.hasNext()) {
                try (CloseableIterator<io.delta.kernel.data.Row> rows =
                        batches.next().getRows()) {
                    while (rows.hasNext()) {
                        if (!visitor.test(loggedFile(rows.next()))) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw DeltaLogFiles.unknown(snapshot.getLogSegment().logPath.toString(), e);
        }
    }

    private static LoggedFile loggedFile(io.delta.kernel.data.Row file) {
        io.delta.kernel.data.Row added = file.getStruct(file.getSchema().indexOf("add"));
        StructType columns = added.getSchema();
        int statistics = columns.indexOf("stats");
        return new LoggedFile(
                added.getString(columns.indexOf("path")),
                InternalScanFileUtils.getPartitionValues(file),
                added.getLong(columns.indexOf("size")),
                added.getLong(columns.indexOf("modificationTime")),
                Optional.ofNullable(InternalScanFileUtils.getDeletionVectorDescriptorFromRow(file))
                        .map(DeletionVectorDescriptor::getUniqueId),
                statistics < 0 || added.isNullAt(statistics)
                        ? MissingNode.getInstance()
                        : json(added.getString(statistics)));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
