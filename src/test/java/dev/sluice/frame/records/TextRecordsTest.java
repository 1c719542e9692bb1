package dev.sluice.frame.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.port.RowSource;
import dev.sluice.testing.SparkTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class TextRecordsTest {
    private static final String[] PARTS = {
        "a", "b c", " ", "\t", ",", ";", "\"", "\"\"", "\u00e9", "\u20ac", "\uD83D\uDE00", "\0", "NA", "0"
    };
    private static final String[] BREAKS = {"\n", "\r\n", "\r"};

    @TempDir
    private Path folder;

    private final Random random = new Random(11);

    @Test
    void tablesComeBackAsTheyWereWrittenHoweverTheyAreSplit(SparkSession spark) throws Exception {
        for (int i = 0; i < 40; i++) {
            boolean multiLine = random.nextBoolean();
            boolean packed = random.nextInt(4) == 0;
            Dialect dialect = new Dialect(random.nextBoolean() ? "," : "\u20ac", "\"", "NA", multiLine);
            List<List<String>> table = table(multiLine);
            byte[] written = written(table, dialect);
            Path file = write("t" + i + (packed ? ".csv.gz" : ".csv"), written, packed);
            spark.conf().set("spark.sql.files.maxPartitionBytes", 8L + random.nextInt(200));

            Dataset<Row> rows = TextRecords.csv(
                    spark.read(),
                    dialect,
                    Header.of(new ByteArrayInputStream(written), dialect).orElseThrow(),
                    List.of(file.toString()));

            if (written.length > 1_000) {
                assertThat(rows.javaRDD().getNumPartitions() > 1).isEqualTo(!packed && !multiLine);
            }
            int columns = table.get(0).size();
            List<List<String>> found = rows.collectAsList().stream()
                    .map(row -> texts(row, columns))
                    .sorted(Comparator.comparingInt(row -> Integer.parseInt(row.get(0))))
                    .toList();
            assertThat(found)
                    .as(() -> new String(written, StandardCharsets.UTF_8))
                    .isEqualTo(table.subList(1, table.size()));
        }
    }

    @Test
    void aRecordTellsWhereItStands(SparkSession spark) throws Exception {
        byte[] bytes = utf8("id,note\n\n" + "1,x\n\n2,\u00e9,z\n".repeat(20));
        spark.conf().set("spark.sql.files.maxPartitionBytes", 64);
        Path plain = write("a [1] {b}.csv", bytes, false);
        Path packed = write("a.csv.gz", bytes, true);
        int atBytes = 0;
        for (Row row : csv(spark, bytes, plain).collectAsList()) {
            String[] place = row.<String>getAs(RowSource.POSITION).split(" ", -1);
            int at = Integer.parseInt(place[1]);
            if (place[0].equals("byte")) {
                atBytes++;
                assertThat(bytes[at - 1]).isEqualTo((byte) '\n');
                assertThat(bytes[at]).isEqualTo((byte) (row.isNullAt(0) ? '2' : '1'));
            } else {
                assertThat((at - 3) % 3).isEqualTo(row.isNullAt(0) ? 2 : 0);
                assertThat(at).isLessThan(20);
            }
            assertThat(row.<String>getAs(RowSource.ORIGIN)).isEqualTo("file:" + plain);
        }
        assertThat(atBytes).isBetween(20, 38);

        assertThat(csv(spark, bytes, packed).collectAsList())
                .hasSize(40)
                .extracting(row -> row.<String>getAs(RowSource.POSITION))
                .startsWith("line 3", "line 5", "line 6", "line 8")
                .endsWith("line 60", "line 62");
        assertThat(csv(spark, bytes, plain)
                        .selectExpr(RowSource.WHY, RowSource.MALFORMED)
                        .distinct()
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("[null,null]", "[expected 2 fields as the header has, found 3,2,\u00e9,z]");
    }

    @Test
    void aDocumentTellsWhichElementOrLineItIs(SparkSession spark) throws Exception {
        spark.conf().set("spark.sql.files.maxPartitionBytes", 7);
        Path list = write("list.json", utf8("\n[{\"id\": 1},\n\n {\"id\": 2,\n \"note\": \"x\"}]\n"), false);
        Path packed = write("one.json.gz", utf8("{\"id\":\n3}"), true);
        Path bad = write("bad.json", utf8("\n[{\"id\": 4},\n\n {\"id\" 5}]\n"), false);
        List<String> files = Stream.of(list, packed, bad).map(Path::toString).toList();
        assertThat(TextRecords.json(spark.read(), true, List.of("id", "note"), files)
                        .select("id", "note", RowSource.POSITION, RowSource.WHY)
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder(
                        "[1,null,element 1,null]",
                        "[2,x,element 2,null]",
                        "[3,null,element 1,null]",
                        "[null,null,line 4,the record is no JSON object at line 3, column 9]");
    }

    @Test
    void linesOfJsonAreReadOnceHoweverTheyAreSplit(SparkSession spark) throws Exception {
        StringBuilder text = new StringBuilder("\uFEFF");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            boolean bad = random.nextInt(5) == 0;
            String line = bad ? "{\"id\": " + i : "{\"id\": " + i + ",\r\t\"note\": \"\u00e9\\r\"}";
            text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
            expected.add(bad ? "[null,null," + line + "]" : "[" + i + ",\u00e9\r,null]");
        }
        byte[] bytes = utf8(text.toString());
        Path file = write("a.json", bytes, false);
        for (int size : new int[] {7, 30, 200, 100_000}) {
            spark.conf().set("spark.sql.files.maxPartitionBytes", size);
            assertThat(TextRecords.json(spark.read(), false, List.of("id", "note"), List.of(file.toString()))
                            .select("id", "note", RowSource.MALFORMED)
                            .collectAsList())
                    .extracting(Row::toString)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Dataset<Row> csv(SparkSession spark, byte[] bytes, Path file) throws Exception {
        Dialect dialect = new Dialect(",", "\"", "", false);
        Header header = Header.of(new ByteArrayInputStream(bytes), dialect).orElseThrow();
        return TextRecords.csv(spark.read(), dialect, header, List.of(file.toString()));
    }

    /** Names, then rows that begin with their number. */
    private List<List<String>> table(boolean multiLine) {
        int columns = 1 + random.nextInt(4);
        List<List<String>> table = new ArrayList<>();
        for (int row = -1; row < random.nextInt(80); row++) {
            List<String> values = new ArrayList<>(List.of(row < 0 ? "id" : Integer.toString(row)));
            for (int column = 1; column < columns; column++) {
                values.add(row < 0 ? "n" + column + value(multiLine).replace('\0', '0') : value(multiLine));
            }
            table.add(values);
        }
        return table;
    }

    /** Never null: that is what comes back for it. */
    private String value(boolean multiLine) {
        StringBuilder value = new StringBuilder();
        for (int size = random.nextInt(5); size > 0; size--) {
            value.append(
                    multiLine && random.nextInt(6) == 0
                            ? BREAKS[random.nextInt(BREAKS.length)]
                            : PARTS[random.nextInt(PARTS.length)]);
        }
        return value.toString();
    }

    private byte[] written(List<List<String>> table, Dialect dialect) {
        String lineEnd = BREAKS[random.nextInt(BREAKS.length)];
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
        for (List<String> row : table) {
            for (int i = 0; i < row.size(); i++) {
                String value = row.get(i);
                boolean isPlain =
                        !value.isEmpty() && value.matches("[^\"\r\n]*") && !value.contains(dialect.separator());
                text.append(i == 0 ? "" : dialect.separator());
                text.append(
                        isPlain && (row != table.get(0) || value.strip().equals(value)) && random.nextBoolean()
                                ? value
                                : "\"" + value.replace("\"", "\"\"") + "\"" + " ".repeat(random.nextInt(2)));
            }
            text.append(row == table.get(table.size() - 1) && random.nextBoolean() ? "" : lineEnd);
            text.append(random.nextInt(10) == 0 ? lineEnd : "");
        }
        return utf8(text.toString());
    }

    private static List<String> texts(Row row, int columns) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            texts.add(row.isNullAt(i) ? "NA" : row.getString(i));
        }
        return texts;
    }

    private Path write(String name, byte[] bytes, boolean packed) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out =
                packed ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
            out.write(bytes);
        }
        return file;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
