package dev.sluice.adapter.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.port.Commit;
import dev.sluice.port.Draft;
import dev.sluice.port.Tables;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that others take the place of go, whoever finds their files and whoever writes meanwhile. */
@SparkTest
final class ReplacedFilesTest {
    private static final TableName TABLE = new TableName("bronze.days");
    private static final Commit.Mode APPEND = new Commit.Mode.Append();

    @TempDir
    private Path folder;

    private SparkSession spark;
    private Tables tables;

    @BeforeEach
    void tables(SparkSession session) {
        spark = session;
        tables = lake();
    }

    private Tables lake() {
        return new DeltaTables(() -> spark, spark.sparkContext().hadoopConfiguration(), "file:" + folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "day"})
    void daysAreReplacedByOneJob(String partition) {
        List<String> by = Stream.of(partition).filter(name -> !name.isEmpty()).toList();
        tables.commit(commit("a", APPEND, by, "1 1"));
        tables.commit(commit("b", APPEND, by, "2 2", "3 2"));
        tables.commit(commit("c", APPEND, by, "4 3"));
        assertThat(jobs(commit("d", days(2, 2), by, "5 2"))).isEqualTo(1);
        assertThat(rows()).containsExactly("1 1", "4 3", "5 2");
        assertThat(jobs(commit("e", days(1, 3), by, "6 2", "7 3"))).isEqualTo(1);
        assertThat(rows()).containsExactly("6 2", "7 3");
        tables.commit(commit("f", days(2, 2), by));
        assertThat(rows()).as("one of two days in a file").containsExactly("7 3");
        assertThat(jobs(commit("g", new Commit.Mode.Overwrite(), by, "8 9"))).isEqualTo(1);
        assertThat(rows()).containsExactly("8 9");
    }

    private int jobs(Commit commit) {
        return Jobs.count(spark, () -> tables.commit(commit));
    }

    /** A year of lines in one entry, as it were: too much to be read here. */
    @Test
    void aLongLogIsLeftToDelta() throws IOException {
        tables.commit(commit("a", APPEND, List.of(), "1 1"));
        tables.commit(commit("b", APPEND, List.of(), "2 2"));
        Files.writeString(
                folder.resolve(TABLE.path()).resolve("_delta_log/00000000000000000002.json"),
                "{\"commitInfo\":{\"timestamp\":1,\"operation\":\"" + "long ".repeat(2 << 20) + "\"}}\n");
        assertThat(jobs(commit("c", days(2, 2), List.of(), "3 2"))).isGreaterThan(1);
        assertThat(rows()).containsExactly("1 1", "3 2");
    }

    /** A column that was renamed has its old name in the log. */
    @ParameterizedTest
    @ValueSource(strings = {"", "PARTITIONED BY (date)"})
    void renamedColumnsAreLookedUpByDelta(String partition) {
        String table = "delta.`" + folder.resolve(TABLE.path()) + "`";
        spark.sql("CREATE TABLE " + table + " (id STRING, date INT) USING delta " + partition
                + " TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.minReaderVersion' = 2,"
                + " 'delta.minWriterVersion' = 5)");
        spark.sql("INSERT INTO " + table + " VALUES ('1', 1), ('2', 2)");
        spark.sql("ALTER TABLE " + table + " RENAME COLUMN date TO day");
        assertThat(tables.hasRows(tables.latest(TABLE).orElseThrow(), "day = 2"))
                .isTrue();
        assertThat(tables.hasRows(tables.latest(TABLE).orElseThrow(), "day = 3"))
                .isFalse();
    }

    /** Whatever another writer commits between our look at the log and our entry, the table is as if one came after the other. */
    @ParameterizedTest
    @ValueSource(strings = {"", "day"})
    void whatAnotherWriterDoesMeanwhileIsSeen(String partition) throws Exception {
        List<String> by = Stream.of(partition).filter(name -> !name.isEmpty()).toList();
        tables.commit(commit("a", APPEND, by, "1 1"));
        tables.commit(commit("b", APPEND, by, "2 2"));
        meanwhile(commit("c", days(2, 2), by, "3 2"), commit("d", days(2, 2), by, "4 2"));
        assertThat(rows()).as("the same day replaced").containsExactly("1 1", "3 2");
        meanwhile(commit("e", days(2, 2), by, "5 2"), commit("f", APPEND, by, "6 2"));
        assertThat(rows()).as("a row added to the day").containsExactly("1 1", "5 2");
        meanwhile(commit("g", days(2, 2), by, "7 2"), commit("h", days(1, 1), by, "8 1"));
        assertThat(rows()).as("another day replaced").containsExactly("7 2", "8 1");
        meanwhile(commit("i", days(3, 3), by, "9 3"), commit("j", APPEND, by, "10 3"));
        assertThat(rows()).as("rows added where there were none").containsExactly("7 2", "8 1", "9 3");
        meanwhile(commit("k", new Commit.Mode.Overwrite(), by, "11 1"), commit("l", APPEND, by, "12 2"));
        assertThat(rows()).as("a row added to a table that is replaced").containsExactly("11 1");
        meanwhile(commit("m", APPEND, by, "13 2"), commit("n", new Commit.Mode.Overwrite(), by, "14 1"));
        assertThat(rows()).as("the table replaced under an append").containsExactly("13 2", "14 1");
        Commit wider = commit("p", APPEND, by, "15 2");
        meanwhile(
                commit("o", days(2, 2), by, "16 2"),
                new Commit(
                        TABLE, wider.rows().withColumn("more", functions.lit(1)), APPEND, wider.key(), 1, List.of()));
        assertThat(rows()).as("a column more").containsExactly("14 1", "16 2");
        assertThat(DeltaTable.forPath(spark, "file:" + folder.resolve(TABLE.path()))
                        .history()
                        .count())
                .as("each commit is a version")
                .isEqualTo(16);
    }

    /** Days that are apart do not disturb each other: neither writer has to begin again. */
    @Test
    void anotherPartitionIsNoConflict() throws Exception {
        List<String> by = List.of("day");
        tables.commit(commit("a", APPEND, by, "1 1", "2 2"));
        List<String> tries = meanwhile(commit("b", days(1, 1), by, "3 1"), commit("c", days(2, 2), by, "4 2"));
        assertThat(rows()).containsExactly("3 1", "4 2");
        assertThat(tries).containsExactly("commit.before", "commit.before");
    }

    /** Makes a commit while another one is about to be written to the log; the tries of both. */
    private List<String> meanwhile(Commit ours, Commit theirs) throws Exception {
        Draft draft = tables.draft(ours).orElseThrow();
        Draft other = lake().draft(theirs).orElseThrow();
        AtomicBoolean first = new AtomicBoolean(true);
        List<String> tries = new ArrayList<>();
        try (AutoCloseable armed = FaultPoint.arm(point -> {
            if (point.equals("commit.before")) {
                tries.add(point);
            }
            if (point.equals("log.before") && first.getAndSet(false)) {
                other.commit();
            }
        })) {
            assertThat(armed).isNotNull();
            draft.commit();
        }
        return tries;
    }

    /** Any days in any files, partitioned or not, replaced by any: the table is that of the fake. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anyDaysMayBeReplaced(int seed) {
        Random random = new Random(seed);
        List<String> by = random.nextBoolean() ? List.of() : List.of("day");
        Tables fake = new InMemoryTables(spark);
        for (int i = 0; i < 7; i++) {
            int from = 1 + random.nextInt(6);
            int to = from + random.nextInt(3);
            List<String> rows = IntStream.range(0, random.nextInt(5))
                    .mapToObj(n -> n + " " + (from + random.nextInt(1 + to - from)))
                    .toList();
            Commit commit = commit(seed + "/" + i, days(from, to), by, rows.toArray(String[]::new));
            tables.commit(commit);
            fake.commit(commit);
            assertThat(rows(tables)).as("seed %d, commit %d", seed, i).isEqualTo(rows(fake));
            String slice = "day = " + date(1 + random.nextInt(8));
            assertThat(tables.hasRows(tables.latest(TABLE).orElseThrow(), slice))
                    .isEqualTo(fake.hasRows(fake.latest(TABLE).orElseThrow(), slice));
        }
    }

    private static Commit.Mode days(int from, int to) {
        return new Commit.Mode.ReplaceWhere("day >= " + date(from) + " AND day <= " + date(to));
    }

    private static String date(int day) {
        return "DATE '2024-01-0" + day + "'";
    }

    /** @param rows each a value and the day that it is of */
    private Commit commit(String key, Commit.Mode mode, List<String> by, String... rows) {
        Dataset<Row> all = spark.createDataset(List.of(rows), Encoders.STRING())
                .selectExpr("int(split(value, ' ')[0]) AS value", "to_date('2024-01-0' || split(value, ' ')[1]) AS day")
                .coalesce(1);
        return new Commit(TABLE, all, mode, new RunKey("0".repeat(32)).of(key), 1, by);
    }

    private List<String> rows() {
        return rows(tables);
    }

    private static List<String> rows(Tables tables) {
        return tables
                .read(tables.latest(TABLE).orElseThrow())
                .selectExpr("value || ' ' || day(day)")
                .as(Encoders.STRING())
                .collectAsList()
                .stream()
                .sorted()
                .toList();
    }
}
