package dev.sluice.step.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.files.FileSource;
import dev.sluice.config.ColumnType;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.pipeline.Publication;
import dev.sluice.port.RowSource;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        packed("a.csv.gz", "\uFEFFnote,ID,amount,extra\n\"a, \"\"b\"\"\",1,2.5,x\n,2,,y\n");
        Files.writeString(folder.resolve("b.csv"), "id,amount,note\n3,4,c\n5,6\n");
        assertThat(judged(spark, csv("*")))
                .containsExactly(
                        "[1,2.5,a, \"b\"] []",
                        "[2,null,null] []",
                        "[3,4.0,c] []",
                        "[null,null,null] [malformed: expected 3 fields as the header has, found 2] 5,6");
    }

    @Test
    void jsonLinesKeepWhatStandsInTheFile(SparkSession spark) throws IOException {
        packed(
                "a.json.gz",
                """
                {"id":1,"amount":2.5,"note":"é \\"q\\""}
                {"note":{"a":[1,2]},"id":"2","other":true}
                {"id":3.5,"amount":"many","note":null}
                {"id":4,"amount":

                [1]
                {"id":12345678901234567890,"amount":1e400,"note":"NA"}
                """);
        assertThat(judged(spark, json("*")))
                .containsExactly(
                        "[1,2.5,é \"q\"] []",
                        "[2,null,{\"a\":[1,2]}] []",
                        "[null,null,null] [malformed: the record is no JSON object] [1]",
                        "[null,null,null] [malformed: the record is no JSON object] {\"id\":4,\"amount\":",
                        "[null,null,null] [type: id: expected bigint, found '12345678901234567890', type: amount:"
                                + " expected double, found '\"Infinity\"']"
                                + " {\"id\":\"12345678901234567890\",\"amount\":\"\\\"Infinity\\\"\"}",
                        "[null,null,null] [type: id: expected bigint, found '3.5', type: amount: expected double, found"
                                + " 'many'] {\"id\":\"3.5\",\"amount\":\"many\"}");
    }

    @Test
    void whatIsWrongInACsvLineIsSaid(SparkSession spark) throws IOException {
        Path file = folder.resolve("a.csv");
        Files.write(
                file,
                List.of(
                        "id,amount,note",
                        "1,1e400,overflow",
                        "99999999999999999999,1,too long",
                        "2, 2.5 ,blanks",
                        "3,NaN,is a number here",
                        "4,\"1,234.5\",thousands",
                        "5,\u0663,other digits",
                        "6,6,\"\"",
                        "7,7,caf\u00e9",
                        "8,8,\"never closed",
                        "9,9,a,b",
                        "12,12,\uFFFD from elsewhere",
                        ",,",
                        "10,10,r\re"),
                StandardCharsets.UTF_8);
        Files.write(
                file,
                "11,11,caf\u00e9 in latin-1\n".getBytes(StandardCharsets.ISO_8859_1),
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(judged(spark, csv("a.csv")))
                .containsExactly(
                        "[1,Infinity,overflow] [type: amount: expected double, found '1e400']"
                                + " {\"id\":\"1\",\"amount\":\"1e400\",\"note\":\"overflow\"}",
                        "[10,10.0,r] []",
                        "[11,11.0,caf\uFFFD in latin-1] [encoding: the line is not UTF-8]"
                                + " {\"id\":\"11\",\"amount\":\"11\",\"note\":\"caf\uFFFD in latin-1\"}",
                        "[12,12.0,\uFFFD from elsewhere] []",
                        "[2,2.5,blanks] []",
                        "[3,NaN,is a number here] []",
                        "[4,null,thousands] [type: amount: expected double, found '1,234.5']"
                                + " {\"id\":\"4\",\"amount\":\"1,234.5\",\"note\":\"thousands\"}",
                        "[5,null,other digits] [type: amount: expected double, found '\u0663']"
                                + " {\"id\":\"5\",\"amount\":\"\u0663\",\"note\":\"other digits\"}",
                        "[6,6.0,] []",
                        "[7,7.0,caf\u00e9] []",
                        "[null,1.0,too long] [type: id: expected bigint, found '99999999999999999999']"
                                + " {\"id\":\"99999999999999999999\",\"amount\":\"1\",\"note\":\"too long\"}",
                        "[null,null,null] []",
                        "[null,null,null] [malformed: a quoted value is not closed on its line; set multi_line where values"
                                + " have line breaks] 8,8,\"never closed",
                        "[null,null,null] [malformed: expected 3 fields as the header has, found 1] e",
                        "[null,null,null] [malformed: expected 3 fields as the header has, found 4] 9,9,a,b");
    }

    @Test
    void whatIsNotUtf8StopsARowThatHasIt(SparkSession spark) throws IOException {
        Files.write(
                folder.resolve("a.csv"),
                "id,amount,note,other\n1,1,\u00e9,x\n2,2,x,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(judged(spark, csv("a.csv")))
                .as("nobody asked for the other column")
                .containsExactly(
                        "[1,1.0,\uFFFD] [encoding: the line is not UTF-8]"
                                + " {\"id\":\"1\",\"amount\":\"1\",\"note\":\"\uFFFD\"}",
                        "[2,2.0,x] []");
        Files.write(
                folder.resolve("a.json"),
                """
                {"id":1,"note":"\u00e9"}
                {"id":2,"note":"x","other":"\u00e9"}
                {"id":3,"note":"\\ufffd"}
                """
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(judged(spark, json("a.json")))
                .containsExactly(
                        "[1,null,\uFFFD] [encoding: the line is not UTF-8] {\"id\":\"1\",\"note\":\"\uFFFD\"}",
                        "[2,null,x] []",
                        "[3,null,\uFFFD] []");
    }

    @Test
    void anotherEncodingAndADamagedFileAreRefused(SparkSession spark) throws IOException {
        Path wide = Files.writeString(folder.resolve("w.csv"), "id,amount,note\n1,2,x\n", StandardCharsets.UTF_16);
        assertThatThrownBy(() -> judged(spark, csv("w.csv")))
                .isInstanceOf(SluiceException.class)
                .hasMessage(wide.toUri().toString().replace("///", "/") + ":1: the header is not UTF-8");

        Path whole = packed("whole.json.gz", "{\"id\":1}\n".repeat(5000));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.json.gz"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> judged(spark, json("*.gz")))
                .satisfies(e -> assertThat(blamed(spark, json("*.gz"), (Exception) e))
                        .hasValueSatisfying(known -> assertThat(known)
                                .hasMessage("file:" + cut + " cannot be unpacked: Unexpected end of input stream")
                                .extracting(SluiceException::code)
                                .isEqualTo(ErrorCode.INPUT_MALFORMED)));
        assertThat(blamed(spark, json("whole.json.gz"), new IOException("of something else")))
                .isEmpty();
    }

    private Read.Csv csv(String glob) {
        return new Read.Csv(folder + "/" + glob, "NA", ",", "\"", false, false);
    }

    private Read.Json json(String glob) {
        return new Read.Json(folder + "/" + glob, "NA", false, false);
    }

    private static Optional<SluiceException> blamed(SparkSession spark, Read.Files read, Exception failure) {
        FileSource files = new FileSource(read);
        RowSource.Request request = Things.request(spark, read, COLUMNS);
        return files.blame(request, Optional.of(files.read(request)), failure);
    }

    private static List<String> judged(SparkSession spark, Read.Files read) {
        RowSource.Request request = Things.request(spark, read, COLUMNS);
        return Things.judged(request, new FileSource(read).read(request)).collectAsList().stream()
                .map(RawRowsTest::told)
                .sorted()
                .toList();
    }

    private static String told(Row row) {
        List<String> reasons = row.<Row>getList(row.fieldIndex(Publication.REASONS)).stream()
                .map(reason -> reason.<String>getAs("rule") + ": " + reason.<String>getAs("reason"))
                .toList();
        String raw = row.getAs(Publication.RAW);
        return "[" + row.get(0) + "," + row.get(1) + "," + row.get(2) + "] " + reasons
                + (reasons.isEmpty() ? "" : " " + raw);
    }

    private Path packed(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
