package dev.sluice.adapter.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Tables;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
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
