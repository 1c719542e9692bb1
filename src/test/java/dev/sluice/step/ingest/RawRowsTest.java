package dev.sluice.step.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Ingest;
import dev.sluice.config.Source;
import dev.sluice.config.Source.ColumnType;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.pipeline.Publication;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of each record of a file: typed, or stopped whole with the reason. */
@SparkTest
final class RawRowsTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Map<String, ColumnType> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("id", ColumnType.LONG);
        COLUMNS.put("amount", ColumnType.DOUBLE);
        COLUMNS.put("note", ColumnType.STRING);
    }

    @TempDir
    private Path folder;

    @Test
    void packedFilesWithOtherHeadersAreMappedByName(SparkSession spark) throws IOException {
        Path packed = packed("a.csv.gz", "\uFEFFnote,ID,amount,extra\n\"a, \"\"b\"\"\",1,2.5,x\n,2,,y\n");
        Path plain = Files.writeString(folder.resolve("b.csv"), "id,amount,note\n3,4,c\n5,6\n");
        assertThat(judged(spark, Source.Format.CSV, packed, plain))
                .containsExactly(
                        "[1,2.5,a, \"b\"] []",
                        "[2,null,null] []",
                        "[3,4.0,c] []",
                        "[5,6.0,null] [malformed: the line does not have the fields of the header] 5,6");
    }

    @Test
    void jsonLinesKeepWhatStandsInTheFile(SparkSession spark) throws IOException {
        Path lines = packed(
                "a.json.gz",
                """
                {"id":1,"amount":2.5,"note":"é \\"q\\""}
                {"note":{"a":[1,2]},"id":"2","other":true}
                {"id":3.5,"amount":"many","note":null}
                {"id":4,"amount":

                [1]
                {"id":12345678901234567890,"amount":1e400,"note":"NA"}
                """);
        assertThat(judged(spark, Source.Format.JSON, lines))
                .containsExactly(
                        "[1,2.5,é \"q\"] []",
                        "[2,null,{\"a\":[1,2]}] []",
                        "[null,null,null] [malformed: the line is no JSON object] [1]",
                        "[null,null,null] [malformed: the line is no JSON object] {\"id\":4,\"amount\":",
                        "[null,null,null] [type: id: expected bigint, found '12345678901234567890', type: amount:"
                                + " expected double, found '\"Infinity\"']"
                                + " {\"id\":\"12345678901234567890\",\"amount\":\"\\\"Infinity\\\"\"}",
                        "[null,null,null] [type: id: expected bigint, found '3.5', type: amount: expected double, found"
                                + " 'many'] {\"id\":\"3.5\",\"amount\":\"many\"}");
    }

    private List<String> judged(SparkSession spark, Source.Format format, Path... files) {
        Source source = new Source(
                new Source.Read(format, folder.toString(), "NA", ","),
                COLUMNS,
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL),
                Optional.empty(),
                new Source.Ready(1, Source.Absent.FAIL));
        Ingest ingest = new Ingest(
                "s",
                Map.of(),
                List.of(),
                Map.of(),
                new Ingest.Quarantine(1, Optional.empty()),
                Optional.empty(),
                Map.of(),
                new Write.Overwrite(List.of()));
        List<org.apache.hadoop.fs.Path> paths = java.util.Arrays.stream(files)
                .map(file -> new org.apache.hadoop.fs.Path(file.toUri()))
                .toList();
        RawRows raw = format == Source.Format.CSV ? new CsvFiles(spark, "s", source) : new JsonFiles(spark, source);
        Interval day = Interval.parse("2024-03-01/2024-03-02", UTC);
        return new TypedRows(source, ingest, UTC, day)
                .of(raw.read(paths)).collectAsList().stream()
                        .map(RawRowsTest::told)
                        .sorted()
                        .toList();
    }

    private static String told(Row row) {
        List<String> reasons = row.<Row>getList(row.fieldIndex(Publication.REASONS)).stream()
                .map(reason -> reason.<String>getAs("rule") + ": " + reason.<String>getAs("reason"))
                .toList();
        String raw = row.getAs(Publication.RAW);
        return "[" + row.get(0) + "," + row.get(1) + "," + row.get(2) + "] " + reasons + (raw == null ? "" : " " + raw);
    }

    private Path packed(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
