package dev.sluice.adapter.files;

import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.ArrivingSource;
import dev.sluice.port.SourceFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Files below a path or glob, of one format. */
public final class FileSource implements ArrivingSource {
    /** What Spark's listing of files looks like. */
    private static final StructType LISTING = new StructType()
            .add("path", DataTypes.StringType)
            .add("modificationTime", DataTypes.TimestampType)
            .add("length", DataTypes.LongType)
            .add("content", DataTypes.BinaryType);

    private static final int FILES_PER_BATCH = 1000;

    private final Read.Files read;

    /** Files of a source. */
    public FileSource(Read.Files read) {
        this.read = read;
    }

    @Override
    public List<SourceFile> files(Request request) {
        return RawFiles.find(globs(request), RawFiles.hadoop(request));
    }

    private List<String> globs(Request request) {
        return new DatedPath(read.path()).expand(request.covers().dates(request.zone()));
    }

    @Override
    public Found read(Request request) {
        List<SourceFile> files = files(request);
        if (files.isEmpty()) {
            List<String> globs = globs(request);
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "no file at "
                            + (globs.size() == 1 ? globs.get(0) : globs.get(0) + " … " + globs.get(globs.size() - 1))
                            + " for source " + request.name(),
                    "check the path of the source, or wait for the files of this interval");
        }
        return found(request, files);
    }

    /** The files are listed by Spark and read by us: it would map a header by position, and read each by one schema. */
    @Override
    public Dataset<Row> arrivals(Request request) {
        return request.spark()
                .readStream()
                .format("binaryFile")
                .schema(LISTING)
                .option("maxFilesPerTrigger", FILES_PER_BATCH)
                // By default a file much older than the newest one seen is never read.
                .option("maxFileAge", "36500d")
                .load(read.path())
                .select("path");
    }

    @Override
    public Found read(Request request, Dataset<Row> batch) {
        List<Path> paths = batch.collectAsList().stream()
                .map(row -> new Path(row.getString(0)))
                .sorted()
                .toList();
        return found(request, RawFiles.describe(paths, RawFiles.hadoop(request)));
    }

    private Found found(Request request, List<SourceFile> files) {
        List<Path> paths = files.stream().map(file -> new Path(file.path())).toList();
        DeclaredColumns declared = new DeclaredColumns(request.name(), request.source());
        return new Found(
                records(request, declared).read(paths),
                files,
                List.of(),
                Map.of("files", Integer.toString(files.size())));
    }

    private RecordFiles records(Request request, DeclaredColumns declared) {
        if (read instanceof Read.Csv csv) {
            return new CsvFiles(request, csv, declared);
        }
        if (read instanceof Read.Json json) {
            return new JsonFiles(request, json, declared);
        }
        return new TypedFiles(request, read, declared);
    }

    @Override
    public Optional<SluiceException> blame(Request request, Optional<Found> found, Exception failure) {
        return RawFiles.damaged(
                found.stream()
                        .flatMap(f -> f.files().stream())
                        .map(file -> new Path(file.path()))
                        .toList(),
                RawFiles.hadoop(request),
                failure);
    }
}
