package dev.sluice.adapter.delta;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.testing.Python;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
final class DeltaMaintenanceTest {
    private static final TableName TABLE = new TableName("bronze.days");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    private Path folder;

    private SparkSession spark;
    private DeltaTables tables;
    private DeltaRecords records;

    @BeforeEach
    void tables(SparkSession session) {
        spark = session;
        var hadoop = session.sparkContext().hadoopConfiguration();
        tables = new DeltaTables(() -> session, hadoop, "file:" + folder);
        records = new DeltaRecords(hadoop, "file:" + folder);
    }

    @Test
    void smallFilesAreJoinedOnceAndEveryVersionStaysReadable() {
        for (int i = 0; i < 5; i++) {
            append("day " + i, i);
        }
        Maintained expected = tables.maintain(TABLE, dryRun());
        assertThat(tables.latest(TABLE)).contains(version(4));

        Maintained done = tables.maintain(TABLE, weekly());
        assertThat(done.before().files()).isEqualTo(5);
        assertThat(done.after().files()).isEqualTo(1).isEqualTo(expected.after().files());
        assertThat(done.after().bytes()).isPositive().isLessThan(done.before().bytes());
        assertThat(done.removed()).isZero();
        assertThat(done.wholeFrom()).isEmpty();
        assertThat(values(version(5))).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(values(version(2))).containsExactly(0L, 1L, 2L);
        assertThat(log("00000000000000000005.checkpoint.parquet")).exists();

        Maintained again = tables.maintain(TABLE, weekly());
        assertThat(again).isEqualTo(new Maintained(TABLE, done.after(), done.after(), 0, OptionalLong.empty()));
        assertThat(tables.latest(TABLE)).contains(version(5));
    }

    @Test
    void filesThatNoKeptVersionHasAreRemoved() throws IOException {
        append("old", 1, 2);
        overwrite("newer", 3);
        Path orphan = Files.writeString(folder.resolve("bronze/days/part-of-a-writer-that-died.parquet"), "");
        letDaysPass(10);
        overwrite("newest", 4);

        assertThat(tables.maintain(TABLE, keep(Duration.ofDays(11))).removed()).isZero();
        assertThat(orphan).exists();

        Maintained expected = tables.maintain(TABLE, dryRun());
        assertThat(orphan).exists();
        Maintained done = tables.maintain(TABLE, weekly());
        assertThat(done.removed()).isEqualTo(2).isEqualTo(expected.removed());
        assertThat(done.wholeFrom()).hasValue(1).isEqualTo(expected.wholeFrom());
        assertThat(orphan).doesNotExist();
        assertThat(values(version(1))).containsExactly(3L);
        assertThat(values(version(2))).containsExactly(4L);
        assertThatThrownBy(() -> values(version(0))).hasMessageContaining(".parquet");
        assertThat(values(tables.latest(TABLE).orElseThrow())).containsExactly(4L);
    }

    /** What a rewrite replaces is needed by earlier versions for a week more. */
    @Test
    void whatWasJoinedIsRemovedWhenItsTimeIsOver() throws IOException {
        append("a", 1);
        append("b", 2);
        tables.maintain(TABLE, Maintenance.JOIN);
        letDaysPass(10);
        append("c", 3);
        assertThat(tables.maintain(TABLE, Maintenance.JOIN).removed()).isZero();
        assertThat(values(version(1))).containsExactly(1L, 2L);
        Maintained done = tables.maintain(TABLE, weekly());
        assertThat(done.removed()).isEqualTo(2);
        assertThat(done.wholeFrom()).hasValue(2);
        assertThat(values(version(2))).containsExactly(1L, 2L);
        assertThat(values(version(3))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void filesOfDifferentPartitionsStayApart() {
        for (int i = 0; i < 3; i++) {
            tables.commit(new Commit(
                    TABLE,
                    spark.range(10).selectExpr("id", "id % 2 as half"),
                    new Commit.Mode.Append(),
                    key("day " + i),
                    1,
                    List.of("half")));
        }
        Maintained expected = tables.maintain(TABLE, joinDryRun());
        Maintained done = tables.maintain(TABLE, Maintenance.JOIN);
        assertThat(done.after().files()).isEqualTo(2).isEqualTo(expected.after().files());
        assertThat(tables.read(version(3)).count()).isEqualTo(30);
    }

    @Test
    void nearValuesAreBroughtTogether() {
        Dataset<Row> shuffled = spark.range(0, 40_000, 1, 4).selectExpr("hash(id) as place", "uuid() as text");
        tables.commit(new Commit(TABLE, shuffled, new Commit.Mode.Append(), key("a"), 1, List.of()));
        assertThat(filesWithPlace(0)).isEqualTo(4);

        Maintenance byPlace = new Maintenance(500_000, List.of("place"), Optional.empty(), false);
        Maintained expected =
                tables.maintain(TABLE, new Maintenance(500_000, List.of("place"), Optional.empty(), true));
        Maintained done = tables.maintain(TABLE, byPlace);
        assertThat(done.after().files())
                .isGreaterThan(2)
                .isEqualTo(expected.after().files());
        assertThat(filesWithPlace(0)).isEqualTo(1);
        assertThat(tables.read(version(1)).count()).isEqualTo(40_000);
    }

    private long filesWithPlace(int place) {
        return tables.read(tables.latest(TABLE).orElseThrow())
                .groupBy(input_file_name())
                .agg(min("place").as("first"), max("place").as("last"))
                .where(col("first").leq(place).and(col("last").geq(place)))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.before", "maintain.vacuumed"})
    void endedAnywhereItLeavesATableThatCanBeReadAndGoesOn(String point) throws Exception {
        append("old", 1, 2);
        overwrite("newer", 3);
        letDaysPass(10);
        append("newest", 4);
        try (AutoCloseable armed = FaultPoint.arm(name -> {
            if (name.equals(point)) {
                throw new IllegalStateException("ended at " + point);
            }
        })) {
            assertThat(armed).isNotNull();
            assertThatThrownBy(() -> tables.maintain(TABLE, weekly())).hasStackTraceContaining("ended at " + point);
        }
        assertThat(values(tables.latest(TABLE).orElseThrow())).containsExactly(3L, 4L);

        assertThat(tables.maintain(TABLE, weekly()).after().files()).isEqualTo(1);
        assertThat(values(tables.latest(TABLE).orElseThrow())).containsExactly(3L, 4L);
        assertThat(values(version(1))).containsExactly(3L);
    }

    @Test
    void rowsThatAnotherWriterAppendsMeanwhileStay() throws Exception {
        append("a", 1);
        append("b", 2);
        AtomicBoolean first = new AtomicBoolean(true);
        try (AutoCloseable armed = FaultPoint.arm(point -> {
            if (point.equals("log.before") && first.getAndSet(false)) {
                append("meanwhile", 3);
            }
        })) {
            assertThat(armed).isNotNull();
            assertThat(tables.maintain(TABLE, Maintenance.JOIN).after().files()).isEqualTo(2);
        }
        assertThat(values(tables.latest(TABLE).orElseThrow())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void recordsThatNoSparkWroteAreJoinedToo() {
        TableName steps = new TableName("_sluice.steps");
        StructType columns = new StructType().add("n", DataTypes.LongType);
        for (long i = 0; i < 4; i++) {
            records.append(steps, columns, List.of(RowFactory.create(i)), key("step " + i));
        }
        assertThat(tables.maintain(steps, Maintenance.JOIN).after().files()).isEqualTo(1);
        assertThat(records.files(steps)).isEqualTo(1);
        records.append(steps, columns, List.of(RowFactory.create(4L)), key("step 4"));
        records.append(steps, columns, List.of(RowFactory.create(2L)), key("step 2"));
        long[] sum = new long[2];
        records.scan(steps, row -> {
            sum[0]++;
            sum[1] += row.<Long>getAs("n");
            return true;
        });
        assertThat(sum).containsExactly(5, 10);
    }

    @Tag("it")
    @Test
    void readersInPythonOpenWhatWasMaintained() throws IOException {
        append("old", 1, 2);
        overwrite("newer", 3);
        letDaysPass(10);
        append("newest", 4, 5);
        assertThat(tables.maintain(TABLE, weekly()).removed()).isPositive();
        TableName steps = new TableName("_sluice.steps");
        StructType columns = new StructType().add("n", DataTypes.LongType);
        for (long i = 0; i < 4; i++) {
            records.append(steps, columns, List.of(RowFactory.create(i)), key("step " + i));
        }
        tables.maintain(steps, weekly());
        assertThat(rowsInPython(TABLE, steps))
                .isEqualTo(Map.of("bronze.days", List.of(3, 3), "_sluice.steps", List.of(4, 4)));
    }

    /** As counted by deltalake and by DuckDB. */
    private Map<String, List<Integer>> rowsInPython(TableName... names) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Python.interpreter().toString(), "src/test/resources/python/read_tables.py", folder.toString()));
        List.of(names).forEach(name -> command.add(name.text()));
        Process python = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, List<Integer>> rows = new HashMap<>();
        new ObjectMapper()
                .readTree(python.getInputStream().readAllBytes())
                .fields()
                .forEachRemaining(table -> rows.put(
                        table.getKey(),
                        List.of(
                                table.getValue().path("rows").asInt(),
                                table.getValue().path("duckdb").asInt())));
        return rows;
    }

    /** To Delta another table's files are files of this one that no version has. */
    @Test
    void nothingIsRemovedWhereAnotherTableLies() throws IOException {
        TableName outer = new TableName("bronze");
        append("inner", 1);
        tables.commit(commit(outer, "outer", new Commit.Mode.Append(), 2));
        letDaysPass(10);
        assertThatThrownBy(() -> tables.maintain(outer, weekly()))
                .isInstanceOf(SluiceException.class)
                .hasMessage("another table lies in the folder of bronze: file:" + folder + "/bronze/days");
        assertThat(values(version(0))).containsExactly(1L);
        assertThat(tables.maintain(outer, Maintenance.JOIN).removed()).isZero();
    }

    @Test
    void whatCannotBeIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> tables.maintain(TABLE, weekly()))
                .isInstanceOf(SluiceException.class)
                .hasMessage("table bronze.days does not exist at file:" + folder + "/bronze/days");
        tables.commit(new Commit(
                TABLE,
                spark.range(4).selectExpr("id", "id % 2 as half"),
                new Commit.Mode.Append(),
                key("a"),
                1,
                List.of("half")));
        assertThatThrownBy(() -> tables.maintain(TABLE, zorder("di")))
                .hasMessage("table bronze.days has no column 'di'; did you mean id?")
                .extracting(e -> ((SluiceException) e).hint())
                .isEqualTo("columns: id, half");
        assertThatThrownBy(() -> tables.maintain(TABLE, zorder("half")))
                .hasMessage("table bronze.days is partitioned by half, so that its values are apart already");
        assertThatThrownBy(() -> keep(Duration.ofDays(6)))
                .hasMessage("files are kept for at least PT168H, found PT144H");
    }

    /** Makes all that is there as old as if it had been written so many days earlier. */
    private void letDaysPass(int days) throws IOException {
        long millis = Duration.ofDays(days).toMillis();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                FileTime then = Files.getLastModifiedTime(file);
                if (file.toString().endsWith(".json")) {
                    String text = Files.readString(file);
                    Files.writeString(
                            file,
                            java.util.regex.Pattern.compile("\"deletionTimestamp\":(\\d+)")
                                    .matcher(text)
                                    .replaceAll(found ->
                                            "\"deletionTimestamp\":" + (Long.parseLong(found.group(1)) - millis)));
                }
                Files.setLastModifiedTime(file, FileTime.fromMillis(then.toMillis() - millis));
            }
        }
        DeltaLog.clearCache();
    }

    private Path log(String name) {
        return folder.resolve("bronze/days/_delta_log").resolve(name);
    }

    private static Maintenance weekly() {
        return keep(WEEK);
    }

    private static Maintenance keep(Duration time) {
        return new Maintenance(1 << 20, List.of(), Optional.of(time), false);
    }

    private static Maintenance dryRun() {
        return new Maintenance(1 << 20, List.of(), Optional.of(WEEK), true);
    }

    private static Maintenance joinDryRun() {
        return new Maintenance(1 << 20, List.of(), Optional.empty(), true);
    }

    private static Maintenance zorder(String column) {
        return new Maintenance(1 << 20, List.of(column), Optional.empty(), false);
    }

    private void append(String key, long... values) {
        tables.commit(commit(TABLE, key, new Commit.Mode.Append(), values));
    }

    private void overwrite(String key, long... values) {
        tables.commit(commit(TABLE, key, new Commit.Mode.Overwrite(), values));
    }

    private Commit commit(TableName table, String key, Commit.Mode mode, long... values) {
        Dataset<Row> rows = spark.createDataset(
                        java.util.Arrays.stream(values).boxed().toList(), Encoders.LONG())
                .toDF()
                .coalesce(1);
        return new Commit(table, rows, mode, key(key), 1, List.of());
    }

    private static TableVersion version(long version) {
        return new TableVersion(TABLE, version);
    }

    private static RunKey key(String text) {
        return new RunKey("0".repeat(32)).of(text);
    }

    private List<Long> values(TableVersion version) {
        return tables.read(version).orderBy("value").as(Encoders.LONG()).collectAsList();
    }
}
