package dev.sluice.adapter.files;

import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.RowSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.orc.OrcFile;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Files that carry their own schema. Spark takes that of one file for all, so files are grouped by the schema at their head
 * or foot, which also finds the file that has none.
 */
final class TypedFiles implements RecordFiles {
    private final RowSource.Request request;
    private final Read.Files read;
    private final DeclaredColumns declared;

    TypedFiles(RowSource.Request request, Read.Files read, DeclaredColumns declared) {
        this.request = request;
        this.read = read;
        this.declared = declared;
    }

    @Override
    public Dataset<Row> read(List<Path> files) {
        Configuration hadoop = RawFiles.hadoop(request);
        List<String> schemas =
                files.parallelStream().map(file -> schema(file, hadoop)).toList();
        Map<String, List<Path>> bySchema = new LinkedHashMap<>();
        IntStream.range(0, files.size())
                .forEach(i -> bySchema.computeIfAbsent(schemas.get(i), schema -> new ArrayList<>())
                        .add(files.get(i)));
        return bySchema.values().stream()
                .map(this::group)
                .reduce((one, other) -> one.unionByName(other, true))
                .orElseThrow();
    }

    private Dataset<Row> group(List<Path> files) {
        Dataset<Row> rows = RawFiles.reader(request)
                .format(read.format())
                // Parquet has checksums of its pages and by default looks at none: a flipped bit would be another
                // value.
                .option("parquet.page.verify-checksum.enabled", true)
                .load(RawFiles.texts(files).toArray(String[]::new))
                .withColumn(RowSource.ORIGIN, functions.col("_metadata.file_path"));
        return declared.of(rows, files.get(0).toString());
    }

    /** The schema that a file says it has, as text. */
    private String schema(Path file, Configuration hadoop) {
        try {
            if (read instanceof Read.Parquet) {
                try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
                    return reader.getFileMetaData().getSchema().toString();
                }
            }
            if (read instanceof Read.Orc) {
                try (var reader = OrcFile.createReader(file, OrcFile.readerOptions(hadoop))) {
                    return reader.getSchema().toString();
                }
            }
            try (DataFileReader<GenericRecord> reader =
                    new DataFileReader<>(new FsInput(file, hadoop), new GenericDatumReader<>())) {
                return reader.getSchema().toString();
            }
        } catch (FileNotFoundException e) {
            throw RawFiles.unreadable(file.toString(), e);
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException io && RawFiles.isDenied(io)) {
                throw RawFiles.unreadable(file.toString(), io);
            }
            if (e instanceof ParquetCryptoRuntimeException) {
                throw new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        file + " is encrypted: " + e.getMessage(),
                        "read a file that is not, or give Spark the keys (parquet.crypto.factory.class)",
                        e);
            }
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    file + " is no whole " + read.format() + " file: " + e.getMessage(),
                    "the file is damaged or of another kind: replace it, then run the same command again",
                    e);
        }
    }
}
