package dev.sluice.feature;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.testing.SparkTest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trips of drivers: some are completed within the hour, and it is known a day later which ones were not. */
@SparkTest
class FeatureAuditTest {
    private static final TableName TRIPS = new TableName("bronze.trips");
    private static final TableName RATINGS = new TableName("bronze.ratings");
    private static final TableName CARS = new TableName("bronze.cars");
    private static final TableName PLACES = new TableName("bronze.places");
    private static final TableName HABITS = new TableName("gold.habits__0123abcd");
    private static final Instant FIRST = Instant.parse("2024-03-01T00:00:00Z");
    private static final int ROWS = 400;
    private static final int DRIVERS = 7;
    private static final Slice EVERYTHING =
            new Slice(Optional.empty(), Interval.parse("2024-03-01/2024-04-01", ZoneOffset.UTC), ZoneOffset.UTC);

    private static final Map<TableName, Dataset<Row>> TABLES = new HashMap<>();

    @BeforeAll
    static void tables(SparkSession spark) {
        Random random = new Random(3);
        List<Row> trips = new ArrayList<>();
        List<Row> ratings = new ArrayList<>();
        List<Row> cars = new ArrayList<>();
        List<Row> habits = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            Instant asked = FIRST.plus(i * 20L, ChronoUnit.MINUTES);
            boolean completed = random.nextInt(3) > 0;
            trips.add(RowFactory.create(
                    "t" + i,
                    (long) random.nextInt(DRIVERS),
                    "place" + random.nextInt(3),
                    Timestamp.from(asked),
                    completed ? Timestamp.from(asked.plus(10 + random.nextInt(50), ChronoUnit.MINUTES)) : null,
                    completed ? 5 + 20 * random.nextDouble() : null,
                    Timestamp.from(asked.plus(1, ChronoUnit.DAYS)),
                    random.nextDouble()));
            ratings.add(RowFactory.create(
                    (long) i % DRIVERS,
                    Timestamp.from(asked),
                    Timestamp.from(asked.plus(random.nextInt(600), ChronoUnit.MINUTES)),
                    random.nextInt(5)));
            habits.add(RowFactory.create((long) i % DRIVERS, Timestamp.from(asked), random.nextDouble()));
        }
        for (long driver = 0; driver < DRIVERS; driver++) {
            Instant changed = FIRST.plus(12 + driver * 12, ChronoUnit.HOURS);
            cars.add(RowFactory.create(driver, "old", Timestamp.from(FIRST), Timestamp.from(changed)));
            cars.add(RowFactory.create(driver, "new", Timestamp.from(changed), null));
        }
        TABLES.put(
                TRIPS,
                frame(
                        spark,
                        trips,
                        "trip string, driver bigint, place string, asked timestamp, done timestamp, fare double, settled timestamp, length double"));
        TABLES.put(RATINGS, frame(spark, ratings, "driver bigint, rated timestamp, loaded timestamp, stars int"));
        TABLES.put(CARS, frame(spark, cars, "driver bigint, car string, valid_from timestamp, valid_to timestamp"));
        TABLES.put(HABITS, frame(spark, habits, "driver bigint, as_of timestamp, habit double"));
        TABLES.put(
                PLACES,
                frame(
                        spark,
                        List.of(RowFactory.create("place0", 1.5), RowFactory.create("place1", 2.5)),
                        "place string, size double"));
    }

    @Test
    void whatReadsOnlyWhatWasKnownIsClean(SparkSession spark) {
        FeatureAudit audit = audit(spark, clean());

        assertThat(audit.leaks()).isEmpty();
        assertThat(audit.rows()).isEqualTo(ROWS);
        assertThat(audit.cuts().values()).containsExactly(134L, 267L, 400L);
        assertThat(audit.unprovable()).containsExactly(PLACES);
        assertThat(audit.information().keySet()).contains("length", "car", "last_stars", "trips_1d", "trips_1d");
        assertThat(audit.suspicious()).isEmpty();
        assertThat(audit.stored()).isEmpty();
    }

    @Test
    void everyInjectedLeakIsCaughtAndNothingElse(SparkSession spark) {
        Features clean = clean();
        Map<String, Sql> take = new HashMap<>(clean.take());
        take.put("leak_own", new Sql("done is not null"));
        take.put("leak_settled", new Sql("hour(settled)"));
        List<Features.Lookup> lookups = new ArrayList<>(clean.lookups());
        lookups.add(lookup(TRIPS, "trip", "leak_looked_up", "cast(done as string)"));
        lookups.add(lookup(CARS, "driver", "leak_replaced", "valid_to is not null"));
        List<Features.AsOfJoin> joins = new ArrayList<>(clean.asOfJoins());
        joins.add(join(HABITS, "as_of", "as_of - interval 1 day", "leak_set", "habit"));
        List<Features.Window> windows = new ArrayList<>(clean.windows());
        windows.add(window("asked", "asked", Map.of("leak_target", new Sql("avg(cast(done is not null as int))"))));
        windows.add(window("asked", "asked - interval 2 hours", Map.of("leak_never", new Sql("avg(fare)"))));
        Features leaking = new Features(
                clean.table(),
                clean.spine(),
                clean.label(),
                take,
                lookups,
                joins,
                windows,
                clean.checks(),
                clean.write());

        FeatureAudit audit = audit(spark, leaking);

        assertThat(audit.leaks())
                .extracting(FeatureAudit.Leak::feature)
                .containsExactlyInAnyOrder(
                        "leak_own",
                        "leak_settled",
                        "leak_looked_up",
                        "leak_replaced",
                        "leak_set",
                        "leak_target",
                        "leak_never");
        FeatureAudit.Leak own = audit.leaks().stream()
                .filter(leak -> leak.feature().equals("leak_own"))
                .findFirst()
                .orElseThrow();
        assertThat(own.rows())
                .as("each completed trip, at the last cut")
                .isEqualTo(TABLES.get(TRIPS).where("done is not null").count());
        assertThat(own.key()).matches("\\{\"trip\":\"t\\d+\",\"as_of\":\"2024-03-0\\dT\\d\\d:\\d\\d:00.000000Z\"}");
        assertThat(own.before() + " " + own.after()).isEqualTo("true false");
        assertThat(audit.suspicious()).containsExactly("leak_own", "leak_looked_up");
    }

    @Test
    void rowsThatWereStoredOtherwiseAreCounted(SparkSession spark) {
        Features features = clean();
        Dataset<Row> made =
                plan(spark, features).compute(TABLES::get, EVERYTHING).rows();
        Dataset<Row> stored = made.where("trip <> 't7'")
                .withColumn("length", expr("if(trip in ('t1', 't2', 't3'), length + 1, length)"))
                .withColumn("places_1d", expr("if(trip = 't399', map('elsewhere', 1L), places_1d)"))
                .union(made.where("trip = 't8'").withColumn("trip", lit("t_gone")));

        assertThat(audit(spark, features, Optional.of(made)).stored())
                .contains(new FeatureAudit.Stored(0, 0, Map.of()));
        assertThat(audit(spark, features, Optional.of(stored)).stored())
                .contains(new FeatureAudit.Stored(1, 1, Map.of("length", 3L, "places_1d", 1L)));
        assertThat(audit(spark, features, Optional.of(made.drop("length"))).stored())
                .as("rows of other features")
                .isEmpty();
    }

    @Test
    void aGateHearsOfEverySetDownTheChainAtTheVersionThatIsRead(SparkSession spark) {
        Row tips = record("gold.tips", "plan", 1, List.of("bronze.rides@0", "gold.habits__00000001@3"), 0);
        Row habits = record("gold.habits__00000001", "other", 1, List.of("gold.riders__00000002@1"), 0);
        Row leaking = record("gold.riders__00000002", "third", 2, List.of("bronze.rides@0"), 7);
        Row clean = record("gold.riders__00000002", "third", 1, List.of("bronze.rides@0"), 0);
        Row newer = record("gold.riders__00000002", "third", 3, List.of("bronze.rides@0"), 0);
        Row version = record("gold.riders__00000003", "fourth", 4, List.of("bronze.rides@0"), 0);

        assertThat(heard(spark, habits, clean)).isEmpty();
        assertThat(heard(spark, tips).orElseThrow().unaudited())
                .containsExactly(new TableName("gold.habits__00000001"));
        assertThat(heard(spark, tips, habits, version).orElseThrow().unaudited())
                .containsExactly(new TableName("gold.riders__00000002"));
        assertThat(heard(spark, clean, leaking, tips, habits)).hasValueSatisfying(heard -> {
            assertThat(heard.unaudited()).isEmpty();
            assertThat(heard.leaking()).containsExactly("spent of gold.riders__00000002");
            assertThat(heard.rows()).isEqualTo(50);
        });
        assertThat(heard(spark, clean, leaking, newer, tips, habits)
                        .orElseThrow()
                        .leaking())
                .as("the newest counts")
                .isEmpty();
    }

    private static Optional<FeatureAudits.Summary> heard(SparkSession spark, Row... records) {
        return FeatureAudits.summary(
                spark.createDataFrame(List.of(records), FeatureAudits.COLUMNS).collectAsList(), "plan");
    }

    /** As an audit of a table with one feature leaves it. */
    private static Row record(String table, String plan, int second, List<String> read, long leaking) {
        Timestamp finished = Timestamp.from(Instant.EPOCH.plusSeconds(second));
        return RowFactory.create(
                table,
                plan,
                finished,
                read.toArray(String[]::new),
                50L,
                new Row[] {RowFactory.create(finished, 50L)},
                leaking > 0 ? 1L : 0L,
                new String[0],
                null,
                null,
                new Row[] {RowFactory.create("spent", leaking, null, null)});
    }

    @Test
    void valuesMadeOfSensitiveColumnsAreKnown(SparkSession spark) {
        FeaturePlan plan = plan(spark, clean());

        assertThat(FeatureAudit.reading(plan, Set.of("FARE", "size"))).containsExactly("fare_1d", "size");
        assertThat(FeatureAudit.reading(plan, Set.of())).isEmpty();
    }

    /** Features that read nothing too early, with all that could be taken for it. */
    private static Features clean() {
        return new Features(
                new TableName("gold.trip_features"),
                new Features.Spine(TRIPS, List.of("trip"), new Sql("asked"), List.of(), List.of("fare")),
                new Features.Label("completed", new Sql("if(done is not null, 1, 0)"), new Sql("settled")),
                Map.of("length", new Sql("length")),
                List.of(lookup(CARS, "driver", "car", "car"), lookup(PLACES, "place", "size", "size")),
                List.of(
                        join(RATINGS, "rated", "loaded", "last_stars", "stars"),
                        join(HABITS, "as_of", "as_of", "habit", "habit")),
                List.of(
                        window(
                                "done",
                                "done",
                                Map.of(
                                        "trips_1d",
                                        new Sql("count(*)"),
                                        "fare_1d",
                                        new Sql("avg(fare)"),
                                        "places_1d",
                                        new Sql("histogram(place)"))),
                        window("asked", "asked", Map.of("asked_1d", new Sql("count(*)"))),
                        window(
                                "asked",
                                "settled",
                                Map.of("completed_1d", new Sql("avg(cast(done is not null as int))")))),
                Map.of(),
                new Write.Overwrite(List.of()));
    }

    private static Features.Lookup lookup(TableName table, String key, String feature, String sql) {
        return new Features.Lookup(table, Map.of(key, key), Map.of(feature, new Sql(sql)), Features.Missing.NULL);
    }

    private static Features.AsOfJoin join(TableName table, String time, String knownAt, String feature, String sql) {
        return new Features.AsOfJoin(
                table,
                Map.of("driver", "driver"),
                new Sql(time),
                new Sql(knownAt),
                Optional.empty(),
                Map.of(feature, new Sql(sql)),
                Features.Missing.NULL);
    }

    private static Features.Window window(String time, String knownAt, Map<String, Sql> take) {
        return new Features.Window(
                TRIPS,
                List.of("driver"),
                new Sql(time),
                new Sql(knownAt),
                List.of(Duration.ofDays(2)),
                Optional.empty(),
                take);
    }

    private static FeatureAudit audit(SparkSession spark, Features features) {
        return audit(spark, features, Optional.empty());
    }

    private static FeatureAudit audit(SparkSession spark, Features features, Optional<Dataset<Row>> stored) {
        FeaturePlan plan = plan(spark, features);
        return FeatureAudit.of(
                new FeatureAudit.Subject(features, plan, TABLES::get, Set.of(HABITS), stored, 3), EVERYTHING);
    }

    private static FeaturePlan plan(SparkSession spark, Features features) {
        return FeaturePlan.of(spark, features, table -> TABLES.get(table).schema());
    }

    private static Dataset<Row> frame(SparkSession spark, List<Row> rows, String ddl) {
        return spark.createDataFrame(rows, StructType.fromDDL(ddl));
    }
}
