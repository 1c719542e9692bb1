package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Anomaly;
import dev.sluice.config.Check;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.Commit;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import dev.sluice.quality.MetricRows;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes visible, what is stopped and what is refused, on tables in memory. */
@SparkTest
final class StagedPublisherTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final TableName TABLE = new TableName("bronze.things");
    private static final Interval FIRST = Interval.parse("2024-03-01/2024-03-02", UTC);
    private static final Interval SECOND = Interval.parse("2024-03-02/2024-03-03", UTC);
    private static final Write BY_DAY = new Write.ReplaceInterval("day", List.of());
    private static final Publication.Limits OPEN = new Publication.Limits(0, 1, Optional.empty());

    @TempDir
    private Path folder;

    private final List<String> recorded = new ArrayList<>();
    private Ledger ledger = (kind, columns, added, key) -> recorded.add(kind);
    private History history;
    private SparkSession spark;
    private Tables tables;
    private Storage storage;

    @BeforeEach
    void lake(SparkSession session) {
        spark = session;
        tables = new InMemoryTables(session);
        storage = Storages.of(folder.toString(), session.sparkContext().hadoopConfiguration());
    }

    @Test
    void stoppedRowsAreKeptApartAndGoWhenTheirDayIsRepaired() {
        Publisher.Published published =
                publish(BY_DAY, OPEN, FIRST, "a", "1, 'x', ''", "2, 'y', 'bad'", "3, 'z', 'odd'");
        assertThat(published.rowsIn()).isEqualTo(3);
        assertThat(published.rowsOut()).isEqualTo(2);
        assertThat(published.quarantined()).isEqualTo(1);
        assertThat(rows(TABLE, "id")).containsExactly("[1]", "[3]");
        assertThat(rows(TABLE.quarantine(), "row", "reasons[0].reason", "reasons[0].column", "position"))
                .containsExactly("[raw 2,it is bad,v,line 2]");
        assertThat(folder.resolve("_sluice/staging")).isEmptyDirectory();

        publish(BY_DAY, OPEN, SECOND, "b", "4, 'x', 'bad'", "5, 'x', ''");
        assertThat(rows(TABLE, "id")).containsExactly("[1]", "[3]", "[5]");
        publish(BY_DAY, OPEN, FIRST, "c", "1, 'x', ''", "2, 'y', ''");
        assertThat(rows(TABLE, "id")).containsExactly("[1]", "[2]", "[5]");
        assertThat(rows(TABLE.quarantine(), "row")).containsExactly("[raw 4]");
    }

    @Test
    void tooManyStoppedRowsPublishNothingAndStayToLookAt() {
        Publication.Limits strict = new Publication.Limits(0, 0.5, Optional.empty());
        refused(
                ErrorCode.TOO_MANY_REJECTS,
                "2 of 3 rows for bronze.things would be quarantined (66.67 %), expected at most 50.00 %:"
                        + " {quarantine:bad=2}",
                () -> publish(BY_DAY, strict, FIRST, "a", "1, 'x', 'bad'", "2, 'y', 'bad'", "3, 'z', ''"));
        assertThat(rows(TABLE.quarantine(), "row")).containsExactly("[raw 1]", "[raw 2]");
        refused(
                ErrorCode.TOO_MANY_REJECTS,
                "1 of 3 rows for bronze.things would be quarantined (33.33 %), expected at most 100.00 % and 0 rows:"
                        + " {quarantine:bad=1}",
                () -> publish(
                        BY_DAY,
                        new Publication.Limits(0, 1, Optional.of(0L)),
                        FIRST,
                        "b",
                        "1, 'x', 'bad'",
                        "2, 'y', ''",
                        "3, 'z', ''"));
        refused(
                ErrorCode.INPUT_MISSING,
                "found 1 rows for bronze.things, expected at least 2",
                () -> publish(BY_DAY, new Publication.Limits(2, 1, Optional.empty()), FIRST, "c", "1, 'x', ''"));
        assertThat(tables.latest(TABLE)).isEmpty();
    }

    @Test
    void aFailedCheckPublishesNothingAndIsRecorded() {
        refused(
                ErrorCode.CHECK_FAILED,
                "once of bronze.things (id): found 2 of 3 rows share id, such as 1 in 2 rows, expected a different id in every"
                        + " row that has one",
                () -> publish(BY_DAY, OPEN, FIRST, "a", "1, 'x', ''", "1, 'y', ''", "2, 'z', ''"));
        assertThat(tables.latest(TABLE)).isEmpty();
        assertThat(recorded).containsExactly("profiles", "checks");
    }

    @Test
    void whatIsUnusualBesideEarlierDaysIsNotPublishedAndNotRemembered(@TempDir Path lake) {
        LakeRecords records = new LakeRecords(
                new DeltaRecords(spark.sparkContext().hadoopConfiguration(), lake.toString()),
                "test",
                "run",
                new Held());
        ledger = records;
        history = records;
        Map<String, Check> checks = Map.of(
                "volume",
                new Check.Size(
                        new Check.Size.Bounds(Optional.empty(), Optional.of(1L), Optional.empty()),
                        Check.TableElse.FAIL),
                "volume_as_usual",
                new Check.Usual(
                        "volume",
                        new Anomaly.RelativeChange(new Anomaly.Change(Optional.of(0.5), Optional.of(2.0))),
                        90,
                        Optional.empty(),
                        Check.TableElse.FAIL));
        List<Interval> days = Interval.parse("2024-03-01/2024-03-05", UTC).chunks(1, UTC);
        List<Integer> sizes = List.of(2, 4, 9, 3);
        for (int i = 0; i < sizes.size(); i++) {
            records.about(days.get(i));
            String[] rows = IntStream.range(0, sizes.get(i))
                    .mapToObj(id -> id + ", 'x', ''")
                    .toArray(String[]::new);
            Interval day = days.get(i);
            String key = "day " + i;
            Runnable publish = () -> publish(TABLE, checks, BY_DAY, OPEN, day, key, rows);
            if (sizes.get(i) == 9) {
                refused(
                        ErrorCode.CHECK_FAILED,
                        "volume_as_usual of bronze.things: found 9 rows; 2 earlier, the last 4 rows, expected 0.5 to 2 times the"
                                + " one before",
                        publish);
            } else {
                publish.run();
            }
        }
        assertThat(rows(TABLE, "day", "count(*) OVER (PARTITION BY day)").stream()
                        .distinct())
                .containsExactlyInAnyOrder("[2024-03-01,2]", "[2024-03-02,4]", "[2024-03-04,3]");
        List<Double> kept = new ArrayList<>();
        records.scan(MetricRows.KIND, row -> kept.add(row.getAs("value")));
        assertThat(kept).containsExactlyInAnyOrder(2.0, 4.0, 3.0);

        records.about(days.get(2));
        publish(
                TABLE,
                checks,
                BY_DAY,
                OPEN,
                days.get(2),
                "day 2",
                "1, 'x', ''",
                "2, 'x', ''",
                "3, 'x', ''",
                "4, 'x', ''",
                "5, 'x', ''");
        Set<Long> profiled = new TreeSet<>();
        records.scan("profiles", row -> {
            profiled.add(row.getAs("row_count"));
            return true;
        });
        assertThat(profiled).as("refused, and repaired").containsExactly(2L, 3L, 4L, 5L, 9L);
    }

    @Test
    void appendAddsOnceForAKeyAndMergeKeepsTheLastOfEachKey() {
        Write append = new Write.Append(List.of());
        publish(append, OPEN, FIRST, "a", "1, 'x', ''");
        publish(append, OPEN, FIRST, "a", "1, 'x', ''");
        publish(append, OPEN, SECOND, "b", "2, 'y', ''");
        assertThat(rows(TABLE, "id", "v")).containsExactly("[1,x]", "[2,y]");

        TableName merged = new TableName("bronze.merged");
        Write merge = new Write.Merge(List.of("v"), List.of());
        publish(merged, Map.of(), merge, OPEN, FIRST, "a", "1, 'b', ''", "1, 'c', ''", "1, 'a', ''", "2, 'a', ''");
        publish(merged, Map.of(), merge, OPEN, SECOND, "b", "1, 'b', ''", "2, 'b', ''", "3, 'a', ''");
        assertThat(rows(merged, "id", "v")).containsExactly("[1,c]", "[2,b]", "[3,a]");
    }

    /**
     * One job goes over the rows, and another over those that are stopped. A new table is one more, without tasks: Delta asks
     * its empty log.
     */
    @Test
    void whatAPublicationCosts() {
        tables = new DeltaTables(() -> spark, spark.sparkContext().hadoopConfiguration(), "file:" + folder);
        String[] good = {"1, 'x', ''", "2, 'y', ''"};
        String[] bad = {"1, 'x', ''", "2, 'y', 'bad'"};
        List<Integer> jobs = new ArrayList<>();
        jobs.add(jobs(FIRST, "a", good));
        jobs.add(jobs(SECOND, "b", good));
        jobs.add(jobs(FIRST, "c", good));
        jobs.add(jobs(SECOND, "d", bad));
        jobs.add(jobs(FIRST, "e", good));
        jobs.add(jobs(FIRST, "f", bad));
        assertThat(jobs)
                .as("new, another day, a day again, with the first row that is stopped, without one, with another")
                .containsExactly(2, 1, 1, 3, 1, 2);
    }

    @Test
    void whatItCostsToPublishAWholeTable() {
        tables = new DeltaTables(() -> spark, spark.sparkContext().hadoopConfiguration(), "file:" + folder);
        Write whole = new Write.Overwrite(List.of());
        publish(TABLE, Map.of(), whole, OPEN, FIRST, "a", "1, 'x', ''", "2, 'y', 'bad'");
        publish(TABLE, Map.of(), whole, OPEN, FIRST, "b", "1, 'x', ''");
        String[] again = {"3, 'z', ''"};
        assertThat(Jobs.count(spark, () -> publish(TABLE, Map.of(), whole, OPEN, SECOND, "c", again)))
                .isEqualTo(1);
        assertThat(rows(TABLE, "id")).containsExactly("[3]");
        assertThat(rows(TABLE.quarantine(), "row")).isEmpty();
    }

    private int jobs(Interval interval, String key, String... rows) {
        return Jobs.count(spark, () -> publish(TABLE, Map.of(), BY_DAY, OPEN, interval, key, rows));
    }

    @Test
    void columnsThatDeltaHasNoPlaceForAreRefusedByName() {
        Dataset<Row> rows = spark.sql(
                "SELECT 1 AS id, 2.0 AS `unit price`, named_struct('a=b', 3) AS s, array(named_struct('{', 1)) AS l");

        for (Write write : List.of(
                new Write.Overwrite(List.of()),
                new Write.Append(List.of()),
                new Write.Merge(List.of("id"), List.of()))) {
            refused(
                    ErrorCode.PLAN_INVALID,
                    "table bronze.t cannot have the columns 'unit price', 's.a=b', 'l.{': expected a name without spaces, tabs,"
                            + " line breaks and , ; { } ( ) =",
                    () -> Publication.of(new TableName("bronze.t"), rows, List.of("id"), write, FIRST, Map.of()));
        }
        refused(
                ErrorCode.PLAN_INVALID,
                "table gold.t_training cannot have the columns 'unit price': expected a name without spaces, tabs, line breaks"
                        + " and , ; { } ( ) =",
                () -> new Commit(
                        new TableName("gold.t_training"),
                        rows.select("`unit price`"),
                        new Commit.Mode.Overwrite(),
                        RunKey.of("p", "t", FIRST, "s"),
                        1,
                        List.of()));
    }

    private static void refused(ErrorCode code, String message, Runnable publish) {
        assertThatThrownBy(publish::run)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(message);
    }

    private Publisher.Published publish(
            Write write, Publication.Limits limits, Interval interval, String key, String... rows) {
        Map<String, Check> checks = Map.of("once", new Check.Unique(List.of("id"), Check.TableElse.FAIL));
        return publish(TABLE, checks, write, limits, interval, key, rows);
    }

    private Publisher.Published publish(
            TableName table,
            Map<String, Check> checks,
            Write write,
            Publication.Limits limits,
            Interval interval,
            String key,
            String... rows) {
        String day = "DATE '" + interval.dates(UTC).get(0) + "'";
        Dataset<Row> judged = spark.sql("SELECT id, v, " + day + " AS day,"
                + " transform(filter(array(why), w -> w != ''), w -> named_struct('rule', w, 'column', 'v', 'reason', 'it is ' || w,"
                + " 'action', if(w = 'odd', 'warn', 'quarantine'))) AS __reasons, 'raw ' || id AS __raw,"
                + " 'file' AS __origin, 'line ' || id AS __position, false AS __removed, " + day
                + " AS __date FROM VALUES (" + String.join("), (", rows)
                + ") AS (id, v, why)");
        StepContext context = new StepContext(
                spark,
                "test",
                UTC,
                interval,
                "run " + key,
                RunKey.of("test", table.text(), interval, key),
                new Held(),
                tables,
                storage,
                (p, c) -> {
                    throw new AssertionError("a publisher publishes by itself");
                },
                ledger,
                history,
                message -> {});
        return new StagedPublisher(new DeequChecks())
                .publish(
                        new Publication(
                                table,
                                judged,
                                List.of("id"),
                                write,
                                interval,
                                checks,
                                Optional.empty(),
                                limits,
                                true,
                                Publication.Slice.of(write)),
                        context);
    }

    private static final class Held implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }

    private List<String> rows(TableName table, String... columns) {
        return tables.read(tables.latest(table).orElseThrow()).selectExpr(columns).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }
}
