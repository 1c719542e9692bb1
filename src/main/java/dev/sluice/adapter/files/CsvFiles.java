package dev.sluice.adapter.files;

import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.RowSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV files as texts by column name. Spark maps a header by position as soon as it is given a schema, so files are grouped
 * by their header and each group is read with the schema that its header says.
 */
final class CsvFiles implements RecordFiles {
    /** What a decoder puts in the place of bytes that are not UTF-8. */
    private static final char NOT_UTF_8 = '\uFFFD';

    private final RowSource.Request request;
    private final Read.Csv csv;
    private final DeclaredColumns declared;

    CsvFiles(RowSource.Request request, Read.Csv csv, DeclaredColumns declared) {
        this.request = request;
        this.csv = csv;
        this.declared = declared;
    }

    @Override
    public Dataset<Row> read(List<Path> files) {
        Map<List<String>, List<Path>> byHeader = new LinkedHashMap<>();
        for (Path file : files) {
            header(file).ifPresent(header -> byHeader.computeIfAbsent(header, h -> new ArrayList<>())
                    .add(file));
        }
        return byHeader.entrySet().stream()
                .map(group -> read(group.getKey(), group.getValue()))
                .reduce((one, other) -> one.unionByName(other, true))
                .orElseGet(this::nothing);
    }

    private Dataset<Row> read(List<String> header, List<Path> files) {
        StructType schema = new StructType();
        for (String column : header) {
            schema = schema.add(column, DataTypes.StringType);
        }
        Dataset<Row> lines = RawFiles.reader(request)
                .schema(schema.add(RowSource.MALFORMED, DataTypes.StringType))
                .option("header", true)
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", RowSource.MALFORMED)
                // With pruning on, whether a line is malformed would depend on the columns that somebody reads.
                .option("columnPruning", false)
                // A quote within quotes is doubled (RFC 4180); Spark's own default is a backslash.
                .option("escape", "\"")
                .option("sep", csv.separator())
                .option("nullValue", csv.nullValue())
                .option("multiLine", csv.multiLine())
                .option("encoding", StandardCharsets.UTF_8.name())
                .csv(RawFiles.texts(files))
                .withColumn(RowSource.ORIGIN, functions.col("_metadata.file_path"));
        return declared.of(lines, header(files.get(0).toString()));
    }

    private Dataset<Row> nothing() {
        StructType schema = new StructType();
        for (String column : request.source().columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        return request.spark()
                .createDataFrame(
                        List.<Row>of(),
                        schema.add(RowSource.MALFORMED, DataTypes.StringType)
                                .add(RowSource.ORIGIN, DataTypes.StringType));
    }

    /** The names in the first line; empty for a file without one. */
    private Optional<List<String>> header(Path file) {
        try {
            FileSystem files = file.getFileSystem(RawFiles.hadoop(request));
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(RawFiles.open(files, file), StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                if (line == null || line.isBlank()) {
                    return Optional.empty();
                }
                String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (text.indexOf(NOT_UTF_8) >= 0 || text.indexOf('\0') >= 0) {
                    throw new SluiceException(
                            ErrorCode.INPUT_MALFORMED,
                            header(file.toString()) + " is not UTF-8",
                            "write the file in UTF-8, then run the same command again");
                }
                List<String> names = new ArrayList<>();
                for (String field : text.split(Pattern.quote(csv.separator()), -1)) {
                    names.add(unquoted(field));
                }
                refuseTwice(file.toString(), names);
                return Optional.of(List.copyOf(names));
            }
        } catch (IOException e) {
            throw RawFiles.isDenied(e)
                    ? RawFiles.unreadable(file.toString(), e)
                    : RawFiles.damaged(List.of(file), RawFiles.hadoop(request), e)
                            .orElseGet(() -> RawFiles.unreadable(file.toString(), e));
        }
    }

    /** Columns are found by name without regard to letter case, so that none may be there twice. */
    private static void refuseTwice(String file, List<String> names) {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            if (!seen.add(name)) {
                throw new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        header(file) + " names the column " + name + " twice: " + String.join(", ", names),
                        "give each column of the file a name of its own, in more than letter case");
            }
        }
    }

    private static String header(String file) {
        return file + ":1: the header";
    }

    private static String unquoted(String field) {
        String text = field.strip();
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : text;
    }
}
