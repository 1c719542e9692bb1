package dev.sluice.step.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.files.FileSource;
import dev.sluice.config.ColumnType;
import dev.sluice.config.Read;
import dev.sluice.core.SluiceException;
import dev.sluice.pipeline.Publication;
import dev.sluice.port.RowSource;
import dev.sluice.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad files, each with what becomes of it: good rows, stopped rows with their reasons, or a refusal that names the file. */
@SparkTest
final class BadFilesTest {
    private static final String HEADER = "id,amount,note\n";

    private static final String NOT_CLOSED =
            "a quoted value is not closed on its line; set multi_line where values have line breaks";
    private static final String QUOTE_WITHIN =
            "a quote stands in a value without quotes around it; with them, the quote within is doubled";

    @TempDir
    private Path folder;

    private static Arguments csv(String name, String content, String... expected) {
        return csv(name, bytes(content), expected);
    }

    private static Arguments csv(String name, byte[] content, String... expected) {
        return Arguments.of("csv", name, "a.csv", content, List.of(expected));
    }

    private static Arguments multiLine(String name, String content, String... expected) {
        return Arguments.of("csv multi_line", name, "a.csv", bytes(content), List.of(expected));
    }

    private static Arguments value(String type, String text, String expected) {
        return Arguments.of("csv " + type, text, "a.csv", bytes("a,b\n" + text + ",x\n"), List.of(expected));
    }

    private static Arguments json(String name, String content, String... expected) {
        return Arguments.of("json", name, "a.json", bytes(content), List.of(expected));
    }

    private static Arguments jsonMultiLine(String name, String content, String... expected) {
        return Arguments.of("json multi_line", name, "a.json", bytes(content), List.of(expected));
    }

    private static byte[] bytes(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] packed(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(bytes(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> files() {
        byte[] half = packed((HEADER + "1,2,x\n").repeat(3000));
        String deep = "[".repeat(1000) + "]".repeat(1000);
        return Stream.of(
                csv("empty", ""),
                csv("header only", HEADER),
                csv(
                        "no header",
                        "1,2.5,x\n2,3.5,y\n",
                        "refused: FILE:1: the header lacks id, amount, note; source s declares id, amount, note"),
                csv("byte order mark", "\uFEFF" + HEADER + "1,2.5,x\n", "1|2.5|x"),
                csv(
                        "UTF-16",
                        (HEADER + "1,2.5,x\n").getBytes(StandardCharsets.UTF_16),
                        "refused: FILE:1: the header is not UTF-8"),
                csv(
                        "latin-1",
                        (HEADER + "1,2.5,caf\u00e9\n2,1,ok\n").getBytes(StandardCharsets.ISO_8859_1),
                        "2|1.0|ok",
                        "[the line is not UTF-8] {\"id\":\"1\",\"amount\":\"2.5\",\"note\":\"caf\ufffd\"}"),
                csv("CRLF", (HEADER + "1,2.5,x\n2,3.5,y\n").replace("\n", "\r\n"), "1|2.5|x", "2|3.5|y"),
                csv("CR alone", (HEADER + "1,2.5,x\n2,3.5,y\n").replace("\n", "\r"), "1|2.5|x", "2|3.5|y"),
                csv(
                        "a quote never closed",
                        HEADER + "1,2.5,\"x\n2,3.5,y\n",
                        "2|3.5|y",
                        "[" + NOT_CLOSED + "] 1,2.5,\"x"),
                multiLine(
                        "a quote never closed",
                        HEADER + "1,2.5,\"x\n2,3.5,y\n3,4,\"\"\n",
                        "2|3.5|y",
                        "3|4.0|null",
                        "[a quoted value is never closed] 1,2.5,\"x"),
                multiLine(
                        "a quote never closed before others",
                        HEADER + "1,2.5,\"x\n2,3.5,\"y\n\"\n3,4,\"a\nb\"\n4,5,z\n",
                        "2|3.5|y\n",
                        "3|4.0|a\nb",
                        "4|5.0|z",
                        "[text follows a closing quote; a quote within a quoted value is doubled] 1,2.5,\"x"),
                csv(
                        "a line break in a value",
                        HEADER + "1,2.5,\"x\ny\"\n2,3.5,y\n",
                        "2|3.5|y",
                        "[" + QUOTE_WITHIN + "] y\"",
                        "[" + NOT_CLOSED + "] 1,2.5,\"x"),
                csv(
                        "a value of lines that look like records",
                        HEADER + "1,2.5,\"x\n2,3.5,y\n\n3,4.5,z\"\n4,5.5,w\n",
                        "4|5.5|w",
                        "[" + QUOTE_WITHIN + "] 3,4.5,z\"",
                        "[" + NOT_CLOSED + "] 1,2.5,\"x",
                        "[the line is within a quoted value of the lines around it; set multi_line where values have line"
                                + " breaks] 2,3.5,y"),
                csv(
                        "quotes",
                        HEADER + "1,2.5,\"x\"y\n2,3.5,x\"y\n3,4.5,\"x,\"\"y\"\"\" \n4,5.5, \"x\"\n5,6,\"\"\"\"\n",
                        "3|4.5|x,\"y\"",
                        "5|6.0|\"",
                        "[" + QUOTE_WITHIN + "] 2,3.5,x\"y",
                        "[" + QUOTE_WITHIN + "] 4,5.5, \"x\"",
                        "[text follows a closing quote; a quote within a quoted value is doubled] 1,2.5,\"x\"y"),
                csv("a header with quotes", "\"id\", amount ,\"note\"\n1,2.5,x\n", "1|2.5|x"),
                multiLine("a header of lines", "id,\"a\nb\",amount,note\n1,c,2.5,x\n", "1|2.5|x"),
                csv(
                        "a header of lines",
                        "id,\"a\nb\",amount,note\n1,c,2.5,x\n",
                        "refused: FILE:1: the header cannot be taken apart: " + NOT_CLOSED),
                csv("blank lines", "\n \n" + HEADER + "\n1,2.5,x\n \t\n2,3.5,y\n\n", "1|2.5|x", "2|3.5|y"),
                csv("no line end", HEADER + "1,2.5,x\n2,3.5,y", "1|2.5|x", "2|3.5|y"),
                csv("NUL bytes", HEADER + "1,2.5,x\0y\n", "1|2.5|x\0y"),
                multiLine("a line break in a value", HEADER + "1,2.5,\"x\ny\"\n2,3.5,y\n", "1|2.5|x\ny", "2|3.5|y"),
                csv(
                        "more and fewer fields",
                        HEADER + "1,2.5\n2,3.5,y,z\n3,4,ok\n",
                        "3|4.0|ok",
                        "[expected 3 fields as the header has, found 2] 1,2.5",
                        "[expected 3 fields as the header has, found 4] 2,3.5,y,z"),
                csv("other order and case", "NOTE,Id,extra,amount\nx,1,e,2.5\n", "1|2.5|x"),
                csv(
                        "the same name twice",
                        "id,amount,note,id\n1,2.5,x,3\n",
                        "refused: FILE:1: the header names the column id twice: id, amount, note, id"),
                csv(
                        "names that differ in case alone",
                        "ID,amount,note,Id\n1,2.5,x,3\n",
                        "refused: FILE:1: the header names the column Id twice: ID, amount, note, Id"),
                csv(
                        "a cell of 2 MB",
                        HEADER + "1,2.5," + "x".repeat(2_000_000) + "\n2,3.5,y\n",
                        "1|2.5|2000000 characters",
                        "2|3.5|y"),
                Arguments.of(
                        "csv",
                        "half an archive",
                        "a.csv.gz",
                        Arrays.copyOf(half, half.length / 2),
                        List.of("refused: FILE cannot be unpacked: Unexpected end of input stream")),
                Arguments.of(
                        "csv",
                        "no archive",
                        "a.csv.gz",
                        bytes(HEADER + "1,2,x\n"),
                        List.of("refused: FILE cannot be unpacked: not a gzip file")),
                value("double", "1e400", "[a: expected double, found '1e400'] {\"a\":\"1e400\"}"),
                value("double", "NaN", "NaN"),
                value("double", "\"1,234.5\"", "[a: expected double, found '1,234.5'] {\"a\":\"1,234.5\"}"),
                value("int", "\u0663", "[a: expected int, found '\u0663'] {\"a\":\"\u0663\"}"),
                value("date", "2023-02-31", "[a: expected date, found '2023-02-31'] {\"a\":\"2023-02-31\"}"),
                value("date", "2400-02-29", "2400-02-29"),
                value("date", "99-01-01", "[a: expected date, found '99-01-01'] {\"a\":\"99-01-01\"}"),
                value(
                        "timestamp",
                        "2023-01-01T00:00:00+14:60",
                        "[a: expected timestamp, found '2023-01-01T00:00:00+14:60'] {\"a\":\"2023-01-01T00:00:00+14:60\"}"),
                value("int", "2147483648", "[a: expected int, found '2147483648'] {\"a\":\"2147483648\"}"),
                value("int", "1.5", "[a: expected int, found '1.5'] {\"a\":\"1.5\"}"),
                value("decimal(5,2)", "1.005", "[a: expected decimal(5,2), found '1.005'] {\"a\":\"1.005\"}"),
                value("decimal(5,2)", "1.5", "1.50"),
                value("decimal(5,2)", "1e2", "100.00"),
                value("decimal(5,2)", "1000", "[a: expected decimal(5,2), found '1000'] {\"a\":\"1000\"}"),
                value("boolean", "yes", "true"),
                value("boolean", "maybe", "[a: expected boolean, found 'maybe'] {\"a\":\"maybe\"}"),
                value("string", "\" \"", " "),
                value("string", "\"\"", "null"),
                value("string", "", "null"),
                value("int", "\" 7 \"", "7"),
                json("a list", "[{\"id\":1,\"amount\":2.5,\"note\":\"x\"}]\n", "1|2.5|x"),
                json(
                        "over several lines",
                        "{\"id\":1,\n\"amount\":2.5}\n",
                        "[the record is no JSON object] \"amount\":2.5}",
                        "[the record is no JSON object] {\"id\":1,"),
                json(
                        "lists",
                        "[{\"id\":1},{\"id\":2}]\n[]\n[{\"id\":3},4]\n[{\"id\":5}\n",
                        "1|null|null",
                        "2|null|null",
                        "[the record is no JSON object] []",
                        "[the record is no JSON object] [{\"id\":3},4]",
                        "[the record is no JSON object] [{\"id\":5}"),
                json(
                        "CRLF, blanks and a byte order mark",
                        "\uFEFF{\"id\":1}\r\n \r\n\r\n{\"id\":2\n",
                        "1|null|null",
                        "[the record is no JSON object] {\"id\":2"),
                jsonMultiLine("over several lines", "{\"id\":1,\n\"amount\":2.5}\n", "1|2.5|null"),
                json(
                        "several objects on a line",
                        "{\"id\":1} {\"id\":2}\n{\"id\":3},\n{\"id\":4}]\n[{\"id\":5},null]\nnull\n7\n",
                        "[something follows the JSON object or list] {\"id\":1} {\"id\":2}",
                        "[something follows the JSON object or list] {\"id\":3},",
                        "[something follows the JSON object or list] {\"id\":4}]",
                        "[the record is no JSON object] 7",
                        "[the record is no JSON object] [{\"id\":5},null]",
                        "[the record is no JSON object] null"),
                jsonMultiLine("a list", "[{\"id\":1,\"amount\":2.5},\n {\"id\":2}]", "1|2.5|null", "2|null|null"),
                jsonMultiLine("an empty list", " [\n]\n"),
                jsonMultiLine("nothing", "\n \n"),
                jsonMultiLine(
                        "a bad place",
                        "\n[{\"id\":1},\n{\"id\":2,,}]\n",
                        "[the record is no JSON object at line 2, column 10] [{\"id\":1},\n{\"id\":2,,}]"),
                jsonMultiLine(
                        "a line for each object",
                        "{\"id\":1}\n{\"id\":2}\n",
                        "[something follows the JSON object or list at line 2, column 1] {\"id\":1}\n{\"id\":2}"),
                jsonMultiLine(
                        "cut off",
                        "[{\"id\":1},\n{\"id\"",
                        "[the record is no JSON object at line 2, column 6] [{\"id\":1},\n{\"id\""),
                jsonMultiLine("a number", "7", "[the record is no JSON object] 7"),
                json(
                        "NaN",
                        "{\"id\":1,\"amount\":NaN}\n",
                        "[amount: expected double, found '\"NaN\"'] {\"id\":\"1\",\"amount\":\"\\\"NaN\\\"\"}"),
                json("the same key twice", "{\"id\":1,\"id\":2}\n", "2|null|null"),
                json(
                        "other types",
                        "{\"id\":\"1\",\"amount\":\"2.5\",\"note\":7}\n{\"id\":true,\"note\":[1]}\n",
                        "1|2.5|7",
                        "[id: expected int, found 'true'] {\"id\":\"true\",\"note\":\"[1]\"}"),
                json(
                        "1000 deep",
                        "{\"id\":1,\"note\":" + deep + "}\n",
                        "[the record is no JSON object] 2016 characters"),
                json(
                        "another kind",
                        HEADER + "1,2,x\n",
                        "[the record is no JSON object] 1,2,x",
                        "[the record is no JSON object] id,amount,note"),
                Arguments.of(
                        "parquet",
                        "empty",
                        "a.parquet",
                        new byte[0],
                        List.of(
                                "refused: FILE is no whole parquet file: FILE is not a Parquet file (length is too low: 0)")),
                Arguments.of(
                        "parquet",
                        "no footer",
                        "a.parquet",
                        bytes("PAR1" + "x".repeat(100)),
                        List.of(
                                "refused: FILE is no whole parquet file: FILE is not a Parquet file. Expected magic number at tail, but found [120, 120, 120, 120]")),
                Arguments.of(
                        "orc",
                        "another kind",
                        "a.orc",
                        bytes("x".repeat(100)),
                        List.of("refused: FILE is no whole orc file: Malformed ORC file FILE. Invalid postscript.")),
                Arguments.of(
                        "avro",
                        "another kind",
                        "a.avro",
                        bytes("x".repeat(100)),
                        List.of("refused: FILE is no whole avro file: Not an Avro data file.")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("files")
    void becomes(String how, String name, String file, byte[] content, List<String> expected, SparkSession spark)
            throws IOException {
        Path written = Files.write(folder.resolve(file), content);
        assertThat(judged(how, written, spark)).isEqualTo(expected);
    }

    private static List<String> judged(String how, Path file, SparkSession spark) {
        List<String> words = List.of(how.split(" ", -1));
        boolean multiLine = how.endsWith("multi_line");
        String path = file.toString();
        Read.Files read =
                switch (words.get(0)) {
                    case "csv" -> new Read.Csv(path, "", ",", "\"", multiLine, false);
                    case "json" -> new Read.Json(path, "", multiLine, false);
                    case "parquet" -> new Read.Parquet(path, false);
                    case "orc" -> new Read.Orc(path, false);
                    default -> new Read.Avro(path, false);
                };
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        if (words.size() > 1 && !multiLine) {
            columns.put("a", new ColumnType(words.get(1)));
        } else {
            columns.put("id", ColumnType.INT);
            columns.put("amount", ColumnType.DOUBLE);
            columns.put("note", ColumnType.STRING);
        }
        RowSource.Request request = Things.request(spark, read, columns);
        FileSource files = new FileSource(read);
        Optional<RowSource.Found> found = Optional.empty();
        try {
            found = Optional.of(files.read(request));
            return Things.judged(request, found.get()).collectAsList().stream()
                    .map(row -> told(row, columns.size()))
                    .sorted()
                    .toList();
        } catch (Exception e) { // Spark throws checked ones that no signature names
            Throwable known = e instanceof SluiceException
                    ? e
                    : files.blame(request, found, e).<Throwable>map(x -> x).orElse(e);
            if (known instanceof SluiceException sluice) {
                assertThat(sluice.code()).isEqualTo(dev.sluice.core.ErrorCode.INPUT_MALFORMED);
            }
            return List.of("refused: " + known.getMessage().replace("file:" + file, "FILE"));
        }
    }

    private static String told(Row row, int columns) {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            values.append(i == 0 ? "" : "|").append(shown(String.valueOf(row.get(i))));
        }
        List<String> reasons = row.<Row>getList(row.fieldIndex(Publication.REASONS)).stream()
                .map(reason -> reason.<String>getAs("reason"))
                .toList();
        return reasons.isEmpty() ? values.toString() : reasons + " " + shown(row.getAs(Publication.RAW));
    }

    private static String shown(String text) {
        return text.length() > 200 ? text.length() + " characters" : text;
    }
}
