package dev.sluice.step.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.delta.DeltaSource;
import dev.sluice.adapter.files.FileSource;
import dev.sluice.config.ColumnType;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources whose values have types: what is damaged is refused by name, what is only unusual is read. */
@SparkTest
final class TypedSourcesTest {
    @TempDir
    private Path folder;

    @Test
    void timesInTheOldFormOfParquetAreReadAsTheyWere(SparkSession spark) throws IOException {
        SparkSession old = spark.newSession();
        old.conf().set("spark.sql.parquet.outputTimestampType", "INT96");
        old.conf().set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
        Path file = parquet(
                old.sql("SELECT TIMESTAMP '2024-03-10T02:30:00.123456Z' AS at, 1 AS id UNION ALL"
                        + " SELECT TIMESTAMP '1970-01-01T00:00:00Z', 2 UNION ALL SELECT null, 3"),
                Map.of());
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
            assertThat(reader.getFileMetaData().getSchema().toString()).contains("int96 at");
        }
        assertThat(read(spark, new Read.Parquet(file.toString(), false), "id", "int", "at", "timestamp"))
                .containsExactly("1|1710037800123456", "2|0", "3|null");
    }

    @Test
    void aNestedColumnIsLeftOutUnlessItIsDeclared(SparkSession spark) throws IOException {
        Path file = parquet(
                spark.sql("SELECT 1 AS id, named_struct('a', 1) AS note UNION ALL"
                        + " SELECT 2, null UNION ALL SELECT 3, named_struct('a', null)"),
                Map.of());
        Read read = new Read.Parquet(file.toString(), false);
        assertThat(read(spark, read, "id", "int")).containsExactly("1", "2", "3");
        assertThat(read(spark, read, "id", "int", "note", "string"))
                .containsExactly(
                        "INPUT_MALFORMED: file:" + file
                                + " has note as struct<a:int>, which string does not hold without loss; source s declares id, note");
    }

    @Test
    void aTextIsAsItsFileHasIt(SparkSession spark) throws IOException {
        Path file = parquet(spark.sql("SELECT 1 AS id, 'caf\uFFFD' AS note"), Map.of());
        assertThat(read(spark, new Read.Parquet(file.toString(), false), "id", "int", "note", "string"))
                .containsExactly("1|caf\uFFFD");
    }

    /** By default Parquet's readers look at no checksum, and the value would be another one. */
    @Test
    void aFlippedBitIsNotReadAsAnotherValue(SparkSession spark) throws IOException {
        Path file = parquet(
                spark.range(0, 4000, 1, 1).selectExpr("id"),
                Map.of("compression", "none", "parquet.enable.dictionary", "false"));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        assertThat(read(spark, new Read.Parquet(file.toString(), false), "id", "long"))
                .containsExactly("INPUT_MALFORMED: file:" + file
                        + " cannot be read: could not verify page integrity, CRC checksum verification failed");
    }

    @Test
    void anEncryptedFileIsCalledSo(SparkSession spark) throws IOException {
        Path file = folder.resolve("secret.parquet");
        MessageType type = MessageTypeParser.parseMessageType("message m { required int32 id; }");
        try (ParquetWriter<org.apache.parquet.example.data.Group> writer = ExampleParquetWriter.builder(
                        new org.apache.hadoop.fs.Path(file.toUri()))
                .withConf(new Configuration())
                .withType(type)
                .withEncryption(FileEncryptionProperties.builder("0123456789012345".getBytes(StandardCharsets.UTF_8))
                        .build())
                .build()) {
            SimpleGroup group = new SimpleGroup(type);
            group.add("id", 1);
            writer.write(group);
        }
        assertThat(read(spark, new Read.Parquet(file.toString(), false), "id", "int"))
                .containsExactly("INPUT_MALFORMED: file:" + file
                        + " is encrypted: Trying to read file with encrypted footer. No keys available");
    }

    @Test
    void aFileThatIsGoneFromADeltaTableIsNamed(SparkSession spark) throws IOException {
        Path table = folder.resolve("table");
        spark.range(0, 10, 1, 1).write().format("delta").save(table.toString());
        Path file;
        try (Stream<Path> files = Files.list(table)) {
            file = files.filter(f -> f.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(file);
        List<String> refused =
                read(spark, new Read.Delta(table.toString(), Optional.empty(), Optional.empty(), false), "id", "long");
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0))
                .startsWith("INPUT_MALFORMED: a file of the Delta table at " + table + " is gone: ")
                .contains(file.getFileName().toString());
    }

    private Path parquet(Dataset<Row> rows, Map<String, String> options) throws IOException {
        Path written = folder.resolve("written");
        rows.coalesce(1).write().options(options).parquet(written.toString());
        try (Stream<Path> files = Files.list(written)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The rows' values, or the code and message of the refusal. */
    private static List<String> read(SparkSession spark, Read read, String... columns) {
        Map<String, ColumnType> declared = new LinkedHashMap<>();
        for (int i = 0; i < columns.length; i += 2) {
            declared.put(columns[i], new ColumnType(columns[i + 1]));
        }
        RowSource.Request request = Things.request(spark, read, declared);
        RowSource source =
                read instanceof Read.Delta delta ? new DeltaSource(delta) : new FileSource((Read.Files) read);
        Optional<RowSource.Found> found = Optional.empty();
        try {
            found = Optional.of(source.read(request));
            String[] values = declared.entrySet().stream()
                    .map(column -> column.getValue().text().equals("timestamp")
                            ? "unix_micros(" + column.getKey() + ")"
                            : column.getKey())
                    .toArray(String[]::new);
            return Things.judged(request, found.get()).selectExpr(values).collectAsList().stream()
                    .map(row -> row.mkString("|"))
                    .sorted()
                    .toList();
        } catch (Exception e) { // Spark throws checked ones that no signature names
            SluiceException refused = e instanceof SluiceException known
                    ? known
                    : source.blame(request, found, e).orElseThrow(() -> new AssertionError("nothing is blamed", e));
            assertThat(refused.code()).isEqualTo(ErrorCode.INPUT_MALFORMED);
            return List.of(refused.code() + ": " + refused.getMessage());
        }
    }
}
