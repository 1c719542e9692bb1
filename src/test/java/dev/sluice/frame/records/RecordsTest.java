package dev.sluice.frame.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Any bytes, cut anywhere, against a reader that is too simple to be wrong. */
class RecordsTest {
    private static final Dialect[] DIALECTS = {
        new Dialect(",", "\"", "", false),
        new Dialect(",", "\"", "", true),
        new Dialect(";", "\"", "NA", false),
        new Dialect("\t", "\"", "", true),
        new Dialect("\u00a7", "\"", "", false),
        new Dialect("\u20ac", "\"", "-", true),
        new Dialect(",", "'", "", false),
        new Dialect("\t", "|", "NA", true),
        new Dialect(",", "", "", false),
        new Dialect("\u20ac", "", "NA", false)
    };

    private final Random random = new Random(7);

    @Test
    void anyBytesAreReadAsTheyShouldBeWhereverTheyAreCut() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            Dialect dialect = DIALECTS[random.nextInt(DIALECTS.length)];
            byte[] file = bytes(dialect);
            int expected = 1 + random.nextInt(3);
            List<String> obvious = texts(new ObviousCsv(file, dialect, expected).read());
            assertThat(texts(read(file, dialect, expected, 0, file.length)))
                    .as(() -> dialect + " " + new String(file, StandardCharsets.ISO_8859_1))
                    .isEqualTo(obvious);
            if (!dialect.multiLine() && file.length > 1) {
                int cut = 1 + random.nextInt(file.length - 1);
                List<ObviousCsv.Found> parts = new ArrayList<>(read(file, dialect, expected, 0, cut));
                parts.addAll(read(file, dialect, expected, cut, file.length));
                assertThat(withoutLines(texts(parts))).isEqualTo(withoutLines(obvious));
            }
        }
    }

    @Test
    void aPartKnowsOfTheQuotesBeforeIt() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Dialect dialect = DIALECTS[0];
        while (file.size() < 3 * CsvRecord.MOST_BROKEN) {
            file.write(bytes(dialect));
            file.write((random.nextInt(9) == 0 ? "a,\"b\n" + "c,d\n".repeat(random.nextInt(9_000)) + "\",e\n" : "f,g\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        byte[] bytes = file.toByteArray();
        List<String> whole = texts(read(bytes, dialect, 3, 0, bytes.length));
        for (int i = 0; i < 3; i++) {
            int[] cuts = IntStream.concat(
                            IntStream.of(0, bytes.length), random.ints(random.nextInt(9), 0, bytes.length))
                    .sorted()
                    .toArray();
            List<ObviousCsv.Found> parts = new ArrayList<>();
            for (int k = 0; k + 1 < cuts.length; k++) {
                parts.addAll(read(bytes, dialect, 3, cuts[k], cuts[k + 1]));
            }
            assertThat(withoutLines(texts(parts))).isEqualTo(withoutLines(whole));
        }
    }

    /** A part that begins within a file does not know how many lines come before it. */
    private static List<String> withoutLines(List<String> found) {
        return found.stream().map(text -> text.substring(text.indexOf('@'))).toList();
    }

    @Test
    void anyBytesAreAHeaderOrRefused() throws Exception {
        int headers = 0;
        for (int i = 0; i < 20_000; i++) {
            Dialect dialect = DIALECTS[random.nextInt(DIALECTS.length)];
            byte[] file = bytes(dialect);
            try {
                if (Header.of(new ByteArrayInputStream(file), dialect).isPresent()) {
                    headers++;
                }
            } catch (Header.Malformed e) {
                assertThat(e).hasMessageMatching("(is not UTF-8|cannot be taken apart: .*)");
            }
        }
        assertThat(headers).isGreaterThan(1_000);
    }

    @Test
    void aHeaderTellsWhereItsRecordsBegin() throws Exception {
        String file = "\uFEFF\r\n \r\n a ,\"b\r\nc\",\"d,\"\"e\"\"\" \r\n1,2,3\r\n";
        Dialect dialect = new Dialect(",", "\"", "", true);
        Header header = Header.of(new ByteArrayInputStream(utf8(file)), dialect).orElseThrow();
        assertThat(header.names()).containsExactly("a", "b\r\nc", "d,\"e\"");
        assertThat(header.bytes()).isEqualTo(utf8(file).length - 7);
        assertThat(header.lines()).isEqualTo(4);
    }

    @Test
    void aQuoteThatIsNeverClosedTakesNothingWithIt() throws Exception {
        byte[] file = utf8("a,\"b\n" + "c,d\n".repeat(200_000));
        List<ObviousCsv.Found> found = read(file, new Dialect(",", "\"", "", true), 2, 0, file.length);
        assertThat(found).hasSize(200_001);
        assertThat(found.get(0)).hasToString("1@0 malformed a,\"b");
        assertThat(found.get(200_000).line()).isEqualTo(200_001);
    }

    /** Few kinds of bytes, so that what is special meets. */
    private byte[] bytes(Dialect dialect) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String[] parts = {
            "\"", dialect.quote(), "\n", "\r", "\r\n", dialect.separator(), dialect.separator(), " ", "\t", "a", "NA"
        };
        for (int size = random.nextInt(24); size > 0; size--) {
            int part = random.nextInt(parts.length + 2);
            if (part < parts.length) {
                bytes.writeBytes(utf8(parts[part]));
            } else {
                bytes.write(random.nextInt(256));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<ObviousCsv.Found> found) {
        return found.stream().map(ObviousCsv.Found::toString).toList();
    }

    private static List<ObviousCsv.Found> read(byte[] file, Dialect dialect, int expected, long start, long end)
            throws IOException {
        StructType fields = new StructType();
        for (int i = 0; i < expected; i++) {
            fields = fields.add("f" + i, DataTypes.StringType);
        }
        Layout layout = Layout.of(new Header(List.of(), 0, 0), dialect);
        List<ObviousCsv.Found> found = new ArrayList<>();
        try (Records records = Records.of(offset -> from(file, offset), layout, fields, start, end)) {
            while (records.next()) {
                Lines lines = records.lines();
                List<String> values = null;
                if (records.shape().why() == null) {
                    values = new ArrayList<>();
                    for (int i = 0; i < expected; i++) {
                        values.add(latin(records.shape().field(i)));
                    }
                }
                found.add(new ObviousCsv.Found(lines.offset(), lines.line(), latin(lines.slice()), values));
            }
        }
        return found;
    }

    private static String latin(Slice text) {
        return text == null ? null : new String(text.bytes(), text.begin(), text.length(), StandardCharsets.ISO_8859_1);
    }

    private static InputStream from(byte[] file, long offset) {
        return new ByteArrayInputStream(file, (int) offset, file.length - (int) offset);
    }
}
