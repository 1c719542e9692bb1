package dev.sluice.step.ingest;

import dev.sluice.config.Source;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV files as texts by column name. Spark maps a header by position as soon as it is given a schema, so files are grouped
 * by their header and each group is read with the schema that its header says.
 */
final class CsvFiles implements RawRows {
    private final SparkSession spark;
    private final String name;
    private final Source source;

    CsvFiles(SparkSession spark, String name, Source source) {
        this.spark = spark;
        this.name = name;
        this.source = source;
    }

    /**
     * One row per record.
     *
     * @throws SluiceException INPUT_MALFORMED when a header does not fit the declaration
     */
    @Override
    public Dataset<Row> read(List<Path> files) {
        Map<List<String>, List<String>> byHeader = new LinkedHashMap<>();
        for (Path file : files) {
            header(file).ifPresent(header -> byHeader.computeIfAbsent(header, h -> new ArrayList<>())
                    .add(file.toString()));
        }
        return byHeader.entrySet().stream()
                .map(group -> read(group.getKey(), group.getValue()))
                .reduce(Dataset::unionByName)
                .orElseGet(() -> spark.createDataFrame(
                        List.<Row>of(), RawRows.texts(source).add(FILE, DataTypes.StringType)));
    }

    private Dataset<Row> read(List<String> header, List<String> files) {
        Map<String, String> inFile = match(header, files.get(0));
        StructType schema = new StructType();
        for (String column : header) {
            schema = schema.add(column, DataTypes.StringType);
        }
        Dataset<Row> lines = spark.read()
                .schema(schema.add(MALFORMED, DataTypes.StringType))
                .option("header", true)
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", MALFORMED)
                // With pruning on, whether a line is malformed would depend on the columns that somebody reads.
                .option("columnPruning", false)
                // A quote within quotes is doubled (RFC 4180); Spark's own default is a backslash.
                .option("escape", "\"")
                .option("sep", source.read().separator())
                .option("nullValue", source.read().nullValue())
                .option("encoding", StandardCharsets.UTF_8.name())
                .csv(files.toArray(String[]::new));
        List<Column> columns = new ArrayList<>();
        source.columns()
                .keySet()
                .forEach(column -> columns.add(
                        inFile.containsKey(column)
                                ? functions
                                        .col(RawRows.quoted(inFile.get(column)))
                                        .as(column)
                                : functions.lit(null).cast(DataTypes.StringType).as(column)));
        columns.add(functions.col(MALFORMED));
        columns.add(functions.col("_metadata.file_path").as(FILE));
        return lines.select(columns.toArray(Column[]::new));
    }

    /** Declared column to column of the file; the policy of {@code evolve} where they differ. */
    private Map<String, String> match(List<String> header, String file) {
        Map<String, String> exact = new LinkedHashMap<>();
        header.forEach(column -> exact.put(column.strip(), column));
        if (exact.size() < header.size()) {
            throw malformed(file, "the header names a column twice: " + String.join(", ", header));
        }
        Map<String, String> match = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String column : source.columns().keySet()) {
            Optional<String> there = Optional.ofNullable(exact.get(column)).or(() -> header.stream()
                    .filter(candidate -> candidate.strip().equalsIgnoreCase(column))
                    .findFirst());
            there.ifPresentOrElse(c -> match.put(column, c), () -> missing.add(column));
        }
        if (!missing.isEmpty() && source.evolve().missing() == Source.OnMissing.FAIL) {
            throw malformed(
                    file,
                    "the header lacks "
                            + missing.stream()
                                    .map(column -> column
                                            + Nearest.of(column, exact.keySet())
                                                    .filter(near -> !match.containsValue(exact.get(near)))
                                                    .map(near -> " (is '" + near + "' meant?)")
                                                    .orElse(""))
                                    .collect(Collectors.joining(", ")));
        }
        List<String> fresh =
                header.stream().filter(column -> !match.containsValue(column)).toList();
        if (!fresh.isEmpty() && source.evolve().fresh() == Source.OnNew.FAIL) {
            throw malformed(file, "the header has columns that are not declared: " + String.join(", ", fresh));
        }
        return match;
    }

    /** The names in the first line; empty for a file without one. */
    private Optional<List<String>> header(Path file) {
        try {
            FileSystem files = file.getFileSystem(spark.sessionState().newHadoopConf());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(RawFiles.open(files, file), StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                if (line == null || line.isBlank()) {
                    return Optional.empty();
                }
                String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (text.indexOf(RawRows.NOT_UTF_8) >= 0 || text.indexOf('\0') >= 0) {
                    throw malformed(file.toString(), "the header is not UTF-8");
                }
                List<String> names = new ArrayList<>();
                for (String field :
                        text.split(java.util.regex.Pattern.quote(source.read().separator()), -1)) {
                    names.add(unquoted(field));
                }
                return Optional.of(List.copyOf(names));
            }
        } catch (IOException e) {
            throw RawFiles.unreadable(file.toString(), e);
        }
    }

    private static String unquoted(String field) {
        String text = field.strip();
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : text;
    }

    private SluiceException malformed(String file, String what) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                file + ":1: " + what + "; source " + name + " declares "
                        + String.join(", ", source.columns().keySet()),
                "correct the file or the declaration, or set the source's evolve policy");
    }
}
