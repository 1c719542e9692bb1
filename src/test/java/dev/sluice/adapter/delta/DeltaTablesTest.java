package dev.sluice.adapter.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Draft;
import dev.sluice.port.Tables;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
final class DeltaTablesTest {
    private static final TableName TABLE = new TableName("bronze.days");

    @TempDir
    private Path folder;

    private SparkSession spark;
    private DeltaTables tables;

    @BeforeEach
    void tables(SparkSession session) {
        spark = session;
        tables = new DeltaTables(() -> session, session.sparkContext().hadoopConfiguration(), "file:" + folder);
    }

    @Test
    void aKeyLandsOnce() {
        Committed first = tables.commit(append("a", 1, 2));
        Committed again = tables.commit(append("a", 3, 4));
        assertThat(first.rows()).isEqualTo(2);
        assertThat(first.earlier()).isFalse();
        assertThat(again).isEqualTo(new Committed(first.version(), 2, true));
        assertThat(tables.columns(first.version()))
                .isEqualTo(tables.read(first.version()).schema());
        assertThat(values()).containsExactly(1L, 2L);
        assertThat(tables.landed(TABLE, key("a"))).contains(first.version());
        assertThat(tables.landed(TABLE, key("b"))).isEmpty();
        assertThat(tables.landed(new TableName("no.such"), key("a"))).isEmpty();
    }

    /** Under one txnAppId with dates as versions Delta would drop the older day without a word. */
    @Test
    void anOlderDayAfterANewerOneIsNotDropped() {
        tables.commit(replace("newer", "value >= 100", 100, 101));
        Committed older = tables.commit(replace("older", "value < 100", 1, 2));
        assertThat(older.version().version()).isEqualTo(1);
        assertThat(values()).containsExactly(1L, 2L, 100L, 101L);
        tables.commit(replace("cleared", "value < 100"));
        assertThat(values()).as("a slice without rows is cleared").containsExactly(100L, 101L);
    }

    @Test
    void aLostAnswerIsFoundToHaveLanded() throws Exception {
        try (AutoCloseable armed = FaultPoint.arm(point -> {
            if (point.equals("commit.after")) {
                throw new IllegalStateException("the answer was lost");
            }
        })) {
            assertThat(armed).isNotNull();
            assertThat(tables.commit(append("a", 1)).version().version()).isZero();
        }
        assertThat(values()).containsExactly(1L);
    }

    /** Any order of the days, any day twice, and a column that appears: the same table, which is that of the fake. */
    @Test
    void mergedDaysGiveTheSameTableInAnyOrder(SparkSession session) {
        List<List<String>> days = List.of(
                List.of("a, 1, 'one'", "b, 1, 'one'", "null, 1, 'none'"),
                List.of("a, 3, 'three'", "c, 3, 'three'", "b, 1, 'another'"),
                List.of("a, 2, 'two'", "b, null, 'unknown'", "null, 2, 'some'"));
        InMemoryTables expected = new InMemoryTables(session);
        List<List<Integer>> orders = List.of(List.of(0, 1, 2), List.of(2, 0, 1, 0));
        for (int order = 0; order < orders.size(); order++) {
            TableName table = new TableName("bronze.merged" + order);
            for (int i = 0; i < orders.get(order).size(); i++) {
                Dataset<Row> rows = day(days.get(orders.get(order).get(i)));
                Commit commit = new Commit(
                        table,
                        rows,
                        new Commit.Mode.Merge(List.of("k"), List.of("seen")),
                        key(order + "/" + i),
                        1,
                        List.of());
                tables.commit(commit);
                expected.commit(commit);
                assertThat(tables.commit(commit).earlier()).isTrue();
            }
            assertThat(texts(tables, table)).containsExactlyElementsOf(texts(expected, table));
            assertThat(texts(tables, table))
                    .containsExactly("[a,3,three]", "[b,1,one]", "[c,3,three]", "[null,2,some]");
        }
        TableName table = new TableName("bronze.merged0");
        tables.commit(new Commit(
                table,
                day(List.of("a, 3, 'three'")).withColumn("added", org.apache.spark.sql.functions.lit(7)),
                new Commit.Mode.Merge(List.of("k"), List.of("seen")),
                key("evolved"),
                1,
                List.of()));
        assertThat(texts(tables, table))
                .containsExactly("[a,3,three,7]", "[b,1,one,null]", "[c,3,three,null]", "[null,2,some,null]");
    }

    private Dataset<Row> day(List<String> rows) {
        return spark.sql(rows.stream()
                .map(row -> row.startsWith("null") ? row : "'" + row.charAt(0) + "'" + row.substring(1))
                .collect(java.util.stream.Collectors.joining(
                        "), (", "SELECT string(k) AS k, int(seen) AS seen, v FROM VALUES (", ") AS (k, seen, v)")));
    }

    private static List<String> texts(Tables tables, TableName table) {
        return tables.read(tables.latest(table).orElseThrow()).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    @Test
    void rowsOutsideOfTheSliceAreRefusedWithWhatToDo() {
        assertThatThrownBy(() -> tables.commit(replace("a", "value < 100", 1, 200)))
                .isInstanceOf(SluiceException.class)
                .hasMessage("rows for bronze.days lie outside of the dates that are replaced (value < 100)");
        assertThat(tables.latest(TABLE)).isEmpty();
    }

    @Test
    void aPinnedVersionStays() {
        Committed first = tables.commit(append("a", 1));
        tables.commit(append("b", 2));
        assertThat(tables.read(first.version()).count()).isEqualTo(1);
        assertThat(tables.latest(TABLE).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void aDraftIsSeenByNobodyUntilItIsCommitted() {
        Draft draft = tables.draft(append("a", 1, 2, 3)).orElseThrow();
        assertThat(tables.latest(TABLE)).isEmpty();
        assertThat(draft.count()).isEqualTo(3);
        assertThat(draft.rows().as(Encoders.LONG()).collectAsList()).containsExactlyInAnyOrder(1L, 2L, 3L);
        Committed committed = draft.commit();
        assertThat(committed.rows()).isEqualTo(3);
        assertThat(values()).containsExactly(1L, 2L, 3L);
        assertThat(draft.commit()).isEqualTo(new Committed(committed.version(), 3, true));
        assertThat(values()).as("the files are the table's by now").containsExactly(1L, 2L, 3L);
        Row written = DeltaTable.forPath(spark, "file:" + folder.resolve(TABLE.path()))
                .history(1)
                .selectExpr("operation", "operationMetrics['numOutputRows']", "userMetadata")
                .head();
        assertThat(written.getString(0) + " " + written.getString(1)).isEqualTo("WRITE 3");
        assertThat(written.getString(2)).contains(key("a").text());
    }

    @Test
    void aDiscardedDraftLeavesNothing() {
        tables.draft(append("a", 1, 2)).orElseThrow().discard();
        assertThat(folder.resolve(TABLE.path())).doesNotExist();
        tables.commit(append("b", 1));
        tables.draft(replace("c", "value < 100", 5)).orElseThrow().discard();
        assertThat(values()).containsExactly(1L);
        assertThat(folder.resolve(TABLE.path()).toFile().list((in, name) -> name.endsWith(".parquet")))
                .hasSize(1);
    }

    /** As a driver that lost its lease and the one that took over. */
    @RepeatedTest(3)
    void oneKeyThatTwoWritersCommitAtOnceLandsOnce() throws Exception {
        tables.commit(append("first", 0));
        DeltaTables others =
                new DeltaTables(() -> spark.newSession(), spark.sparkContext().hadoopConfiguration(), "file:" + folder);
        Draft one = tables.draft(append("a", 1, 2)).orElseThrow();
        Draft other = others.draft(append("a", 1, 2)).orElseThrow();
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            List<Committed> done = new ArrayList<>();
            for (Future<Committed> result : both.invokeAll(List.<Callable<Committed>>of(one::commit, other::commit))) {
                done.add(result.get());
            }
            assertThat(done).extracting(Committed::version).containsOnly(new TableVersion(TABLE, 1));
        } finally {
            both.shutdown();
        }
        assertThat(values()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void filesOfAPartitionedTableAreInItsPartitionsWhoeverAsks() {
        Dataset<Row> rows = spark.range(6).selectExpr("id AS value", "id % 2 AS part");
        tables.commit(new Commit(TABLE, rows, new Commit.Mode.Append(), key("a"), 1, List.of("part")));
        tables.commit(new Commit(
                TABLE, rows.where("part = 1"), new Commit.Mode.ReplaceWhere("part = 1"), key("b"), 1, List.of()));
        tables.commit(new Commit(
                TABLE, rows.where("value = 3"), new Commit.Mode.ReplaceWhere("value = 3"), key("c"), 1, List.of()));
        assertThat(texts(tables, TABLE)).containsExactly("[0,0]", "[1,1]", "[2,0]", "[3,1]", "[4,0]", "[5,1]");
        assertThat(tables.read(tables.latest(TABLE).orElseThrow()).inputFiles())
                .allMatch(file -> file.contains("/part="));
    }

    /** Files that we write know nothing of what a table may ask for, such as a change feed. */
    @Test
    void aTableWithSettingsOfItsOwnTakesRowsFromDeltaAlone() {
        tables.commit(append("a", 1, 100));
        spark.sql("ALTER TABLE delta.`file:" + folder.resolve(TABLE.path())
                + "` SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')");
        assertThat(tables.draft(replace("b", "value < 100", 2))).isEmpty();
        Committed committed = tables.commit(replace("b", "value < 100", 2));
        assertThat(tables.commit(replace("b", "value < 100", 3)))
                .isEqualTo(new Committed(committed.version(), committed.rows(), true));
        assertThat(values()).containsExactly(2L, 100L);
        assertThat(spark.read()
                        .format("delta")
                        .option("readChangeFeed", true)
                        .option("startingVersion", committed.version().version())
                        .load("file:" + folder.resolve(TABLE.path()))
                        .selectExpr("value || ' ' || _change_type")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactlyInAnyOrder("1 delete", "2 insert");
    }

    /** Spark finds a column by its name in any letter case, other readers by the exact one. */
    @Test
    void filesHaveTheNamesOfTheirTable() {
        tables.commit(append("a", 1));
        tables.commit(
                new Commit(TABLE, spark.range(2, 3).toDF("VALUE"), new Commit.Mode.Append(), key("b"), 1, List.of()));
        assertThat(values()).containsExactly(1L, 2L);
        for (String file : tables.read(tables.latest(TABLE).orElseThrow()).inputFiles()) {
            assertThat(spark.read().parquet(file).columns()).containsExactly("value");
        }
    }

    @Test
    void columnsThatDeltaComputesAreLeftToIt() {
        DeltaTable.create(spark)
                .location("file:" + folder.resolve(TABLE.path()))
                .addColumn("value", "long")
                .addColumn(DeltaTable.columnBuilder(spark, "twice")
                        .dataType("long")
                        .generatedAlwaysAs("value * 2")
                        .build())
                .execute();
        assertThat(tables.draft(append("a", 4))).isEmpty();
        tables.commit(append("a", 4));
        assertThat(texts(tables, TABLE)).containsExactly("[4,8]");
    }

    /** Run keys that landed are known without a job, also those of commits that others made meanwhile. */
    @Test
    void anAppendIsOneJob() {
        tables.commit(append("a", 1));
        DeltaTables others = new DeltaTables(() -> spark, spark.sparkContext().hadoopConfiguration(), "file:" + folder);
        others.commit(append("b", 2));
        assertThat(Jobs.count(spark, () -> tables.commit(append("c", 3)))).isEqualTo(1);
        assertThat(tables.commit(append("b", 2)).earlier()).isTrue();
        assertThat(values()).containsExactly(1L, 2L, 3L);
    }

    /** Also of the run that writes the checkpoint, which stands for all commits before it. */
    @Test
    void theCheckpointOfFiftyCommitsCostsNoJob() throws Exception {
        tables.commit(replace("0", "value < 1", 0));
        for (int i = 1; i < 50; i++) {
            tables.commit(append(Integer.toString(i), i));
        }
        assertThat(Jobs.count(spark, () -> tables.commit(append("50", 50)))).isEqualTo(1);
        assertThat(logged("%020d.checkpoint.parquet", 50)).exists();
        for (int version = 0; version < 50; version++) {
            Files.delete(logged("%020d.json", version));
        }
        DeltaLog.clearCache();
        tables(spark); // which remembers no keys
        assertThat(tables.commit(append("7", 7)).earlier()).isTrue();
        tables.commit(append("51", 51));
        assertThat(values())
                .containsExactlyElementsOf(LongStream.rangeClosed(0, 51).boxed().toList());
    }

    private Path logged(String file, long version) {
        return folder.resolve(TABLE.path()).resolve("_delta_log").resolve(String.format(Locale.ROOT, file, version));
    }

    @Test
    void aTableMadeAnewForgetsTheKeysOfTheOld() throws Exception {
        tables.commit(append("a", 1));
        FileUtils.deleteDirectory(folder.resolve(TABLE.path()).toFile());
        DeltaLog.clearCache();
        assertThat(tables.commit(append("a", 2)).earlier()).isFalse();
        assertThat(values()).containsExactly(2L);
    }

    @Test
    void aDroppedTableIsNoneAndMayBeMadeAnew() throws Exception {
        tables.drop(TABLE);
        tables.commit(append("a", 1));
        TableName within = new TableName(TABLE + ".within");
        tables.commit(
                new Commit(within, spark.range(3).toDF("value"), new Commit.Mode.Append(), key("w"), 1, List.of()));
        assertThatThrownBy(() -> tables.drop(TABLE))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("another table lies in the folder of bronze.days: ");
        assertThat(values()).containsExactly(1L);

        tables.drop(within);
        assertThat(tables.latest(within)).isEmpty();
        try (AutoCloseable armed = FaultPoint.arm(DeltaTablesTest::dieWithoutLog)) {
            assertThat(armed).isNotNull();
            assertThatThrownBy(() -> tables.drop(TABLE)).hasMessage("died");
        }
        assertThat(tables.latest(TABLE)).as("files without a log are no table").isEmpty();
        assertThat(folder.resolve(TABLE.path())).isNotEmptyDirectory();
        tables.drop(TABLE);
        assertThat(folder.resolve(TABLE.path())).doesNotExist();

        assertThat(tables.commit(append("a", 2)).earlier()).isFalse();
        assertThat(values()).containsExactly(2L);
    }

    private static void dieWithoutLog(String point) {
        if (point.equals("drop.log")) {
            throw new IllegalStateException("died");
        }
    }

    private Commit append(String key, long... values) {
        return commit(key, new Commit.Mode.Append(), values);
    }

    private Commit replace(String key, String predicate, long... values) {
        return commit(key, new Commit.Mode.ReplaceWhere(predicate), values);
    }

    private Commit commit(String key, Commit.Mode mode, long... values) {
        Dataset<Row> rows = spark.createDataset(
                        java.util.Arrays.stream(values).boxed().toList(), Encoders.LONG())
                .toDF();
        return new Commit(TABLE, rows, mode, key(key), 1, List.of());
    }

    private static RunKey key(String text) {
        return new RunKey("0".repeat(32)).of(text);
    }

    private List<Long> values() {
        return tables.read(tables.latest(TABLE).orElseThrow())
                .orderBy("value")
                .as(Encoders.LONG())
                .collectAsList();
    }
}
