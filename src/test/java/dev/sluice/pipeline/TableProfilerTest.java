package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Profiler;
import dev.sluice.port.Commit;
import dev.sluice.port.Maintenance;
import dev.sluice.quality.StateRows;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.Reads;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
final class TableProfilerTest {
    private static final TableName TABLE = new TableName("bronze.days");
    private static final TableName STATES = new TableName("_sluice.states.bronze_days");
    private static final Interval JANUARY = Interval.parse("2013-01-01/2013-02-01", ZoneOffset.UTC);

    /** Nested ones among them. */
    private static final int COLUMNS = 9;

    @TempDir
    private Path folder;

    private SparkSession spark;
    private String root;
    private DeltaTables tables;
    private DeltaRecords records;
    private int commits;
    private long perDay = 300;

    @BeforeEach
    void lake(SparkSession session) {
        spark = session;
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        root = "file:" + folder;
        tables = new DeltaTables(() -> session, hadoop, root);
        records = new DeltaRecords(hadoop, root);
    }

    /** Each way to change a table, and the partitions that it changes. */
    @Test
    void justWhatHasChangedIsReadAgain() {
        write(new Commit.Mode.Append(), days(0, 5));
        assertThat(read()).isEqualTo(5);
        assertThat(read()).as("nothing has changed").isZero();
        assertMergedFrom(5);
        write(new Commit.Mode.Append(), days(5, 6));
        assertThat(read()).as("one more day").isEqualTo(1);
        write(new Commit.Mode.Append(), days(2, 4));
        assertThat(read()).as("more rows of two days").isEqualTo(2);
        write(new Commit.Mode.ReplaceWhere("day = '2013-01-02'"), days(1, 2));
        assertThat(read()).as("a day replaced").isEqualTo(1);
        write(new Commit.Mode.Merge(List.of("id"), List.of("n")), days(3, 4).withColumn("n", expr("int(id % 7) + 10")));
        assertThat(read()).as("a day merged").isEqualTo(1);
        sql("DELETE FROM @ WHERE day = '2013-01-01'");
        assertThat(read()).as("a day is gone").isZero();
        sql("DELETE FROM @ WHERE day = '2013-01-03' AND n % 2 = 0");
        assertThat(read()).as("rows of a day deleted").isEqualTo(1);
        sql("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)");
        assertThat(read()).as("a setting").isZero();
        sql("DELETE FROM @ WHERE day = '2013-01-04' AND n % 2 = 0");
        assertThat(read()).as("a deletion vector").isEqualTo(1);
        sql("DELETE FROM @ WHERE day = '2013-01-04' AND n % 3 = 0");
        assertThat(read()).as("another one of the same file").isEqualTo(1);
        sql("OPTIMIZE @ WHERE day = '2013-01-03'");
        assertThat(read()).as("files joined").isBetween(0, 1);
        write(new Commit.Mode.Append(), days(4, 5).withColumn("more", lit(1)));
        assertThat(read()).as("a column more").isEqualTo(5);
        write(new Commit.Mode.Overwrite(), days(7, 9));
        assertThat(read()).as("all replaced").isEqualTo(2);
        sql("RESTORE TABLE @ TO VERSION AS OF 1");
        assertThat(read()).as("states of old versions are true again").isZero();
    }

    /** One more of 30 days costs a thirtieth. */
    @Test
    void oneMoreDayCostsADay() {
        perDay = 6_000;
        write(new Commit.Mode.Append(), days(0, 29));
        read();
        write(new Commit.Mode.Append(), days(29, 30));
        TableVersion version = version();
        tables.read(version).count(); // what Spark has to find out of a version once
        Reads all = Reads.of(spark, () -> Profiler.profile(tables.read(version)));
        Reads one = Reads.of(spark, () -> profiler().profile(version));

        assertThat(all.rows()).isGreaterThanOrEqualTo(30 * perDay);
        assertThat(one.rows()).as("and the names of files").isBetween(perDay, perDay + 100);
        assertThat(one.bytes()).isPositive().isLessThanOrEqualTo(all.bytes() * 4 / 100);
        assertThat(Jobs.count(spark, () -> profiler().profile(version)))
                .as("one job, beside those by which Delta chooses files")
                .isEqualTo(1
                        + Jobs.count(spark, () -> tables.read(version)
                                .where("day = '2013-01-30'")
                                .queryExecution()
                                .executedPlan()
                                .execute()));
        assertThat(read()).isEqualTo(1);
        assertThat(Jobs.count(spark, () -> profiler().profile(version)))
                .as("from states alone")
                .isZero();
    }

    /** Values of any type, and such as folders have to escape. */
    @Test
    void partitionsAreToldByTheirValues() {
        List<Row> rows = new ArrayList<>();
        String[] texts = {"a/b", "a\\", "\\/=", "", "day=1", "Zürich \uD83D\uDE00", " ", null, "%20", "1.0"};
        for (int i = 0; i < 40; i++) {
            rows.add(RowFactory.create(i, texts[i % texts.length]));
        }
        Dataset<Row> generated = spark.createDataFrame(rows, StructType.fromDDL("id int, text string"));
        Map<String, String> columns = Map.of(
                "flag", "id % 3 = 0",
                "real", "CAST(id % 4 AS DOUBLE) / 3",
                "exact", "CAST(id % 3 AS DECIMAL(20, 3))",
                "at", "timestamp_micros(1356998400000001 + 3600000000 * (id % 2))",
                "date", "date_add(DATE '0001-01-01', id % 2)",
                "odd", "if(id % 2 = 0, null, id % 3)",
                "sign.`/", "text");
        for (List<String> by :
                List.of(List.of("flag", "real"), List.of("at", "date", "exact"), List.of("odd", "sign.`/"))) {
            TableName table = new TableName("bronze.by_" + commits);
            Dataset<Row> wide = generated;
            for (String column : by) {
                wide = wide.withColumn(column, expr(columns.get(column)));
            }
            tables.commit(new Commit(table, wide, new Commit.Mode.Append(), key(), 1, by));
            TableVersion version = new TableVersion(table, 0);
            TableProfiler.Profiled profiled = profiler().profile(version);
            assertThat(profiled.read())
                    .as(by.toString())
                    .isEqualTo(profiled.partitions())
                    .isGreaterThan(5);
            assertSame(profiled.profile(), Profiler.profile(tables.read(version)));
            String known = tables.partitions(version).files().lastKey();
            assertThat(Profiler.groups(tables.read(version), by, Map.of(known, "one"))
                            .get("one")
                            .rows())
                    .as(known)
                    .isPositive();
        }
    }

    @Test
    void partitionsThatAreTooManyShareStates() {
        write(new Commit.Mode.Append(), days(0, 20));
        TableProfiler few =
                new TableProfiler(tables, ledger(), 4 * tables.read(version()).columns().length);
        keep(few.profile(version()));
        assertThat(states()).hasSize(4 * COLUMNS);
        write(new Commit.Mode.Append(), days(20, 21));
        TableProfiler.Profiled profiled = few.profile(version());

        assertThat(profiled.partitions()).isEqualTo(21);
        assertThat(profiled.read()).isBetween(1, 20);
        assertSame(profiled.profile(), Profiler.profile(tables.read(version())));
        assertThat(few.profile(version(), "day", List.of(LocalDate.parse("2013-01-02"))))
                .as("a state of several days says nothing of one")
                .isEmpty();
    }

    @Test
    void theRowsOfSomeDatesAreWholePartitions() {
        write(new Commit.Mode.Append(), days(0, 5));
        List<LocalDate> dates =
                List.of(LocalDate.parse("2013-01-02"), LocalDate.parse("2013-01-03"), LocalDate.parse("2014-01-01"));
        assertThat(profiler().profile(version(), "day", dates))
                .as("a text is no date")
                .isEmpty();
        sql("CREATE TABLE @_dated USING delta PARTITIONED BY (date) AS SELECT *, DATE(day) AS date FROM @");
        TableVersion dated = new TableVersion(new TableName("bronze.days_dated"), 0);
        assertThat(profiler().profile(dated, "day", dates))
                .as("not partitioned by it")
                .isEmpty();
        TableProfiler.Profiled profiled =
                profiler().profile(dated, "date", dates).orElseThrow();

        assertThat(profiled.read()).isEqualTo(2);
        assertSame(
                profiled.profile(),
                Profiler.profile(tables.read(dated).where("date IN (DATE '2013-01-02', DATE '2013-01-03')")));
    }

    @Test
    void stateThatCannotBeReadIsMadeAnew() {
        write(new Commit.Mode.Append(), days(0, 3));
        TableProfiler.Profiled profiled = profiler().profile(version());
        int state = StateRows.COLUMNS.fieldIndex("state");
        keep(new TableProfiler.Profiled(
                profiled.profile(),
                3,
                3,
                profiled.states().stream()
                        .map(row -> row.getAs(2).equals("day=2013-01-02") ? with(row, state, "U0xQUgk=") : row)
                        .toList()));

        assertThat(read()).isEqualTo(1);
        assertThat(read()).as("of two that are there, the one that is right").isZero();
    }

    @Test
    void maintenanceKeepsTheStatesOfTheNewestVersion() {
        write(new Commit.Mode.Append(), days(0, 4));
        read();
        write(new Commit.Mode.ReplaceWhere("day = '2013-01-02'"), days(1, 2));
        read();
        sql("DELETE FROM @ WHERE day = '2013-01-01'");
        assertThat(states()).hasSize(5 * COLUMNS);
        maintain();

        assertThat(states()).hasSize(3 * COLUMNS);
        assertThat(read()).isZero();
        long version = tables.latest(STATES).orElseThrow().version();
        maintain();
        assertThat(tables.latest(STATES).orElseThrow().version())
                .as("nothing is left to do")
                .isEqualTo(version);
        write(new Commit.Mode.Append(), days(8, 9));
        assertThat(read()).as("states are added to what Spark wrote").isEqualTo(1);
        assertThat(states()).hasSize(4 * COLUMNS);
    }

    @Test
    void aTableWithoutPartitionsIsOne() {
        tables.commit(new Commit(TABLE, days(0, 2), new Commit.Mode.Append(), key(), 1, List.of()));
        assertThat(tables.partitions(version()).files()).containsOnlyKeys("");
        assertThat(read()).isEqualTo(1);
        assertThat(read()).isZero();
        sql("DELETE FROM @");
        assertThat(read()).as("no file, no row").isZero();
        assertThatThrownBy(() -> profiler().profile(new TableVersion(TABLE, 9)))
                .hasMessageStartingWith("version 9 of the table at ")
                .extracting(e -> ((SluiceException) e).code())
                .isEqualTo(ErrorCode.INPUT_MISSING);
    }

    private void maintain() {
        new Maintainer("test", tables, Storages.of(root, new Configuration(false)))
                .maintain("weekly", Map.of(STATES, Maintenance.JOIN), one -> {});
    }

    /** Profiles the newest version, compares with a fresh profile, keeps the states, and says how many partitions were read. */
    private int read() {
        TableProfiler.Profiled profiled = profiler().profile(version());
        assertSame(profiled.profile(), Profiler.profile(tables.read(version())));
        keep(profiled);
        return profiled.read();
    }

    /** Of partitions of one file each: exactly what their own profiles say together. */
    private void assertMergedFrom(int partitions) {
        Dataset<Row> rows = tables.read(version());
        Profiler.Merge merge = new Profiler.Merge(rows.schema());
        for (int day = 1; day <= partitions; day++) {
            merge.add(Profiler.profile(rows.where("day = '2013-01-0" + day + "'")));
        }
        assertThat(profiler().profile(version()).profile()).isEqualTo(merge.build());
    }

    private void keep(TableProfiler.Profiled profiled) {
        ledger().append(TableProfiler.kind(TABLE), StateRows.COLUMNS, profiled.states(), key());
    }

    private TableProfiler profiler() {
        return new TableProfiler(tables, ledger());
    }

    /** Of another run each time. */
    private LakeRecords ledger() {
        LakeRecords ledger = new LakeRecords(records, "test", "run", new Alone());
        ledger.about(JANUARY);
        return ledger;
    }

    private List<Row> states() {
        List<Row> rows = new ArrayList<>();
        records.scan(STATES, row -> rows.add(row));
        return rows;
    }

    private TableVersion version() {
        return tables.latest(TABLE).orElseThrow();
    }

    private void write(Commit.Mode mode, Dataset<Row> rows) {
        tables.commit(new Commit(TABLE, rows, mode, key(), 1, List.of("day")));
    }

    private RunKey key() {
        return RunKey.of("test", "commit " + commits++);
    }

    private void sql(String statement) {
        spark.sql(statement.replaceAll("@(\\w*)", "delta.`" + root + "/bronze/days$1`"));
    }

    /** Many and few different values, nulls and NaN, of each day as many rows. */
    private Dataset<Row> days(int from, int to) {
        return spark.range(perDay * from, perDay * to, 1, 1)
                .selectExpr(
                        "id",
                        "string(date_add(DATE '2013-01-01', int(id div " + perDay + "))) AS day",
                        "int(pmod(hash(id), 7)) AS n",
                        "if(id % 17 = 0, null, if(id % 31 = 0, double('NaN'), hash(id) / 3)) AS x",
                        "if(id % 5 = 0, null, concat('text ', pmod(hash(id, 2), 900))) AS text",
                        "named_struct('a', int(id % 3), 'b', array(id)) AS within");
    }

    private static final class Alone implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }

    private static Row with(Row row, int column, Object value) {
        Object[] values = new Object[row.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == column ? value : row.get(i);
        }
        return RowFactory.create(values);
    }

    /** Equal in all that is exact; estimates as near as they say. */
    private static void assertSame(TableProfile found, TableProfile expected) {
        assertThat(found.rows()).isEqualTo(expected.rows());
        assertThat(found.columns().keySet())
                .containsExactlyElementsOf(expected.columns().keySet());
        assertThat(found.nested().keySet())
                .containsExactlyElementsOf(expected.nested().keySet());
        found.columns()
                .forEach((name, column) -> assertSame(column, expected.columns().get(name)));
        found.nested()
                .forEach((name, column) -> assertSame(column, expected.nested().get(name)));
    }

    private static void assertSame(ColumnProfile found, ColumnProfile expected) {
        assertThat(found.type()).isEqualTo(expected.type());
        assertThat(found.rows()).isEqualTo(expected.rows());
        assertThat(found.nulls()).isEqualTo(expected.nulls());
        assertThat(found.extent()).isEqualTo(expected.extent());
        assertThat(found.lengths()).isEqualTo(expected.lengths());
        assertThat(found.forms()).isEqualTo(expected.forms());
        found.distinct()
                .ifPresent(distinct -> assertSame(distinct, expected.distinct().orElseThrow()));
        found.numbers()
                .ifPresent(numbers -> assertSame(numbers, expected.numbers().orElseThrow()));
    }

    private static void assertSame(Distinct found, Distinct expected) {
        if (expected instanceof Distinct.Counted) {
            assertThat(found).isEqualTo(expected);
            return;
        }
        assertThat(((Distinct.Estimated) found).sketch()).isEqualTo(((Distinct.Estimated) expected).sketch());
        Set<String> values = new TreeSet<>(found.frequencies().keySet());
        values.addAll(expected.frequencies().keySet());
        for (String value : values) {
            long here = found.frequencies().getOrDefault(value, 0L);
            long there = expected.frequencies().getOrDefault(value, 0L);
            assertThat(here).isBetween(there - found.error(), there + expected.error());
        }
    }

    private static void assertSame(Numbers found, Numbers expected) {
        assertThat(List.of(found.nans(), found.infinities(), found.zeros(), found.negatives(), found.count()))
                .isEqualTo(List.of(
                        expected.nans(),
                        expected.infinities(),
                        expected.zeros(),
                        expected.negatives(),
                        expected.count()));
        assertThat(Double.valueOf(found.min())).isEqualTo(Double.valueOf(expected.min()));
        assertThat(Double.valueOf(found.max())).isEqualTo(Double.valueOf(expected.max()));
        if (expected.count() > 0) {
            assertThat(found.sd()).isCloseTo(expected.sd(), within(1e-9 * expected.sd()));
            for (double share : new double[] {0.1, 0.5, 0.9}) {
                double value = found.quantiles().quantile(share);
                double error =
                        found.quantiles().rankError() + expected.quantiles().rankError() + 1e-9;
                assertThat(expected.quantiles().rank(Math.nextDown(value))).isLessThanOrEqualTo(share + error);
                assertThat(expected.quantiles().rank(value)).isGreaterThanOrEqualTo(share - error);
            }
        }
    }
}
