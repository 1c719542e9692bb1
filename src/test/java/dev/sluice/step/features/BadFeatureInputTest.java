package dev.sluice.step.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.FeatureSet;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tables that are not as one hopes make of features: a defined result, or an error that says what was found. */
@SparkTest
final class BadFeatureInputTest {
    private static final String SET =
            """
            format: 1
            pipeline: s
            connections: {lake: {kind: delta, root: /lake}}
            clock: {}
            feature_sets:
              s:
                table: gold.s
                spine: {from: bronze.asked, key: [id], as_of: at, keep: [day]}
                lookups: [{from: bronze.zones, keys: {zone: zone}, take: {size: size}, missing: flag}]
                as_of_joins: [{from: bronze.paid, keys: {rider: rider}, time: at, known_at: at, take: {last: fare}}]
                windows: [{from: bronze.paid, by: [rider], time: at, known_at: at, over: 30d, take: {n: count(*), spent: sum(fare)}}]
                write: {mode: replace_interval, by: day}
            """;

    private static final String ASKED =
            "select id, rider, zone, cast(at as timestamp) at, cast(at as date) day from values %s"
                    + " as t(id, rider, zone, at)";
    private static final String PAID =
            "select rider, cast(at as timestamp) at, fare from values %s as t(rider, at, fare)";

    @TempDir
    private Path folder;

    private SparkSession spark;
    private TemporaryLake lake;

    @BeforeEach
    void tables(SparkSession session) {
        spark = session;
        lake = new TemporaryLake(session, folder);
        asked("(1L, 'a', 1, '2026-03-02 10:00:00'), (2L, 'b', 1, '2026-03-02 11:00:00')");
        paid("('a', '2026-03-01 10:00:00', 5D), ('a', '2026-03-02 09:00:00', 7D)");
        lake.put("bronze.zones", spark.sql("select * from values (1, 10D), (2, 20D) as t(zone, size)"));
    }

    @Test
    void aKeyColumnThatIsNotThereIsNamed() {
        lake.put("bronze.paid", spark.sql("select 'a' as driver, timestamp'2026-03-01' as at, 5D as fare"));
        refused("rider");
        paid("('a', '2026-03-01 10:00:00', 5D)");
        lake.put("bronze.zones", spark.sql("select 1 as area, 10D as size"));
        refused("zone");
        lake.put(
                "bronze.asked",
                spark.sql("select 1L as id, 1 as zone, timestamp'2026-03-02' as at, date'2026-03-02' as day"));
        refused("rider");
    }

    @Test
    void aKeyThatHasBecomeAnotherTypeIsRefused() {
        lake.put("bronze.paid", spark.sql("select 7 as rider, timestamp'2026-03-01' as at, 5D as fare"));
        refused("rider", "string", "int");
        paid("('a', '2026-03-01 10:00:00', 5D)");
        lake.put("bronze.zones", spark.sql("select '1' as zone, 10D as size"));
        refused("zone", "int", "string");
    }

    @Test
    void aTimeWithoutZoneIsRefusedWithWhatToDo() {
        lake.put("bronze.paid", spark.sql("select 'a' as rider, timestamp_ntz'2026-03-01' as at, 5D as fare"));
        refused("timestamp_ntz");
        paid("('a', '2026-03-01 10:00:00', 5D)");
        lake.put(
                "bronze.asked",
                spark.sql(
                        "select 1L as id, 'a' rider, 1 zone, timestamp_ntz'2026-03-02' as at, date'2026-03-02' as day"));
        refused("timestamp_ntz");
    }

    @Test
    void theOrderOfEventsIsNoMatterAndARepeatedOneCountsTwice() throws IOException {
        paid("('a', '2026-03-02 09:00:00', 7D), ('a', '2026-03-01 10:00:00', 5D), ('a', '2026-03-01 10:00:00', 5D)");
        assertThat(features()).containsExactly("1 10.0 0.0 7.0 3.0 17.0", "2 10.0 0.0 null 0.0 null");
    }

    @Test
    void timesBefore1970AndAfter2200AreTimes() throws IOException {
        asked(
                "(1L, 'a', 1, '2026-03-02 10:00:00'), (2L, 'a', 1, '1969-12-31 23:59:59.5'), (3L, 'a', 1, '2345-06-07 00:00:00'),"
                        + " (4L, 'a', 1, '0099-06-07 00:00:00')");
        paid(
                "('a', '1969-12-31 23:59:59.25', 1D), ('a', '1969-12-31 23:59:59.75', 2D), ('a', '2345-06-06 00:00:00', 4D),"
                        + " ('a', '0099-06-06 00:00:00', 8D)");
        assertThat(features("0001-01-01/2026-03-03"))
                .containsExactly("1 10.0 0.0 2.0 0.0 null", "2 10.0 0.0 1.0 1.0 1.0", "4 10.0 0.0 8.0 1.0 8.0");
        assertThat(features("2345-06-07/2345-06-08")).contains("3 10.0 0.0 4.0 1.0 4.0");
    }

    @Test
    void eventsThatAreAllLaterThanTheDecisionsGiveNothing() throws IOException {
        paid("('a', '2026-03-02 10:00:00.000001', 5D), ('b', '2026-03-05 00:00:00', 5D)");
        assertThat(features()).containsExactly("1 10.0 0.0 null 0.0 null", "2 10.0 0.0 null 0.0 null");
    }

    @Test
    void aSpineWithoutRowsIsATableWithoutRows() throws IOException {
        lake.put("bronze.asked", spark.table("asked").limit(0));
        assertThat(features()).isEmpty();
    }

    @Test
    void aTableWithoutRowsGivesNothingAndSaysSo() throws IOException {
        lake.put("bronze.paid", spark.table("paid").limit(0));
        lake.put("bronze.zones", spark.sql("select 1 as zone, 10D as size").limit(0));
        assertThat(features()).containsExactly("1 null 1.0 null 0.0 null", "2 null 1.0 null 0.0 null");
    }

    @Test
    void aSpineRowThatIsThereTwiceHasTwoRows() throws IOException {
        asked("(1L, 'a', 1, '2026-03-02 10:00:00'), (1L, 'a', 1, '2026-03-02 10:00:00')");
        assertThat(features()).containsExactly("1 10.0 0.0 7.0 2.0 12.0", "1 10.0 0.0 7.0 2.0 12.0");
    }

    @Test
    void spineRowsWithoutKeyOrDecisionTimeKeepTheirPlace() throws IOException {
        lake.put(
                "bronze.asked",
                spark.sql("select id, rider, zone, cast(at as timestamp) at, date'2026-03-02' day from values"
                        + " (1L, null, null, '2026-03-02 10:00:00'), (2L, 'a', 1, null) as t(id, rider, zone, at)"));
        paid("(null, '2026-03-01 10:00:00', 5D), ('a', null, 7D)");
        assertThat(features()).containsExactly("1 null 1.0 null 0.0 null", "2 10.0 0.0 null 0.0 null");
    }

    private void asked(String rows) {
        spark.sql(ASKED.formatted(rows)).createOrReplaceTempView("asked");
        lake.put("bronze.asked", spark.table("asked"));
    }

    private void paid(String rows) {
        spark.sql(PAID.formatted(rows)).createOrReplaceTempView("paid");
        lake.put("bronze.paid", spark.table("paid"));
    }

    private void refused(String... named) {
        assertThatThrownBy(this::features).isInstanceOfSatisfying(SluiceException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID);
            assertThat(e).hasMessageContainingAll(named);
            assertThat(e.hint()).isNotBlank();
        });
    }

    private List<String> features() throws IOException {
        return features("2026-03-02/2026-03-03");
    }

    /** Key and features of each row, in the order of keys. */
    private List<String> features(String interval) throws IOException {
        FeatureSet set = new Loader(new SqlExpressions(), name -> null)
                .load(Loader.Request.of(Files.writeString(folder.resolve("sets.yml"), SET)))
                .pipeline()
                .featureSets()
                .get("s");
        Dataset<Row> rows = lake.tables()
                .read(lake.run(new FeaturesWork(set), Interval.parse(interval, ZoneOffset.UTC), ZoneOffset.UTC)
                        .wrote()
                        .get(0));
        return rows
                .selectExpr("concat_ws(' ', id, "
                        + List.of("size", "zones_missing", "last", "n", "spent").stream()
                                .map(name -> "coalesce(string(cast(" + name + " as double)), 'null')")
                                .collect(Collectors.joining(", "))
                        + ") as text")
                .orderBy("text")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
