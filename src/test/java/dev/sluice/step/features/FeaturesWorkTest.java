package dev.sluice.step.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Check;
import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FlightsFeatures;
import dev.sluice.pipeline.Publication;
import dev.sluice.pipeline.Publisher;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.InMemoryTables;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.Shuffles;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class FeaturesWorkTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    @Test
    void replacesTheDatesOfItsInterval(SparkSession spark) {
        InMemoryTables tables = flights(spark);
        FeaturesWork work = new FeaturesWork(FlightsFeatures.definition());
        List<Publication> published = new ArrayList<>();

        StepResult first = work.run(context(spark, tables, "2013-03-01/2013-03-03", published, rows -> rows));
        StepResult second = work.run(context(spark, tables, "2013-03-02/2013-03-03", published, rows -> rows));

        assertThat(work.target()).isEqualTo("features/gold.delay_features");
        assertThat(work.reads())
                .extracting(TableName::text)
                .containsExactly("bronze.airports", "bronze.flights", "bronze.planes", "bronze.weather");
        assertThat(work.writes()).containsExactly(new TableName("gold.delay_features"));
        assertThat(first.exit()).isEqualTo(ExitCode.OK);
        assertThat(first.read())
                .extracting(TableVersion::toString)
                .containsExactly("bronze.airports@0", "bronze.flights@1", "bronze.planes@0", "bronze.weather@0");
        assertThat(first.wrote()).extracting(TableVersion::toString).containsExactly("gold.delay_features@0");
        assertThat(List.of(first.rowsIn(), first.rowsOut(), first.quarantined()))
                .containsExactly(3L, 3L, 0L);
        assertThat(second.rowsOut()).isEqualTo(2);
        assertThat(first.facts()).containsEntry("plan_hash", second.facts().get("plan_hash"));
        assertThat(first.facts().get("features")).startsWith("carrier,weekday,far,seats,planes_missing,");
        Dataset<Row> rows = tables.read(second.wrote().get(0));
        assertThat(rows.columns())
                .startsWith("flight_id", "as_of", "dep_date", "carrier")
                .doesNotContain("arr_delay");
        assertThat(rows.orderBy("flight_id").select("flight_id").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("f1", "f2", "f3");
        assertThat(published.get(0).checks())
                .as("proved before anything is visible")
                .containsEntry(FeaturesWork.ONE_ROW_EACH, exactly(3));
    }

    @Test
    void listsAndMapsAreWrittenAndReadBack(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        FlightsFeatures.SCHEMAS.forEach((name, schema) -> lake.put(name, spark.createDataFrame(List.of(), schema)));
        lake.put("bronze.flights", flightRows(spark));
        Features f = FlightsFeatures.definition();
        Features features = new Features(
                f.table(),
                f.spine(),
                f.label(),
                f.take(),
                f.lookups(),
                f.asOfJoins(),
                List.of(
                        before(Optional.empty(), Map.of("delays", new Sql("last_k(arr_delay, 3)"))),
                        before(Optional.of(new Sql("dest")), Map.of("flights_to", new Sql("count(*)")))),
                f.checks(),
                f.write());

        StepResult result =
                lake.run(new FeaturesWork(features), Interval.parse("2013-03-01/2013-03-04", NEW_YORK), NEW_YORK);

        Row last = lake.tables()
                .read(result.wrote().get(0))
                .where("flight_id = 'f4'")
                .head();
        assertThat(last.getList(last.fieldIndex("delays"))).isEqualTo(List.of(20.0, 20.0, 20.0));
        assertThat(last.getJavaMap(last.fieldIndex("flights_to"))).isEqualTo(Map.of("MIA", 3L));
    }

    /** 300 spine rows; of each history of 1,000 rows some decision time can see 400. */
    @Test
    void oneRunShufflesTheSpineOnceForEachKeyAndOfHistoriesWhatIsSeen(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        lake.put(
                "bronze.trips",
                spark.range(0, 300, 1, 2)
                        .selectExpr(
                                "id as trip",
                                "id % 20 as driver",
                                "id % 7 as place",
                                "timestamp_seconds(1362128400 + id) as asked",
                                "date'2013-03-01' as day"));
        for (String name : List.of("bronze.ratings", "bronze.fares", "bronze.rain")) {
            lake.put(
                    name,
                    spark.range(0, 1_000, 1, 2)
                            .selectExpr(
                                    "id % 20 as driver",
                                    "id % 7 as place",
                                    "timestamp_seconds(1362128400 + 299 + 600 - id) as t",
                                    "cast(id as double) as x",
                                    "sha2(cast(id as string), 256) as text"));
        }
        FeaturesWork work = new FeaturesWork(new Features(
                new TableName("gold.trips"),
                new Features.Spine(
                        new TableName("bronze.trips"), List.of("trip"), new Sql("asked"), List.of("day"), List.of()),
                new Features.Label("l", new Sql("1"), new Sql("asked")),
                Map.of(),
                List.of(),
                List.of(new Features.AsOfJoin(
                        new TableName("bronze.ratings"),
                        Map.of("driver", "driver"),
                        new Sql("t"),
                        new Sql("t"),
                        Optional.of(Duration.ofSeconds(99)),
                        Map.of("rated", new Sql("x")),
                        Features.Missing.NULL)),
                List.of(
                        by("bronze.ratings", "driver", "ratings"),
                        by("bronze.fares", "driver", "fares"),
                        by("bronze.rain", "place", "rain")),
                Map.of(),
                new Write.ReplaceInterval("day", List.of())));
        List<StepResult> results = new ArrayList<>();
        List<Shuffles> shuffled = new ArrayList<>();

        int jobs = Jobs.count(
                spark,
                () -> shuffled.add(Shuffles.of(
                        spark,
                        () -> results.add(
                                lake.run(work, Interval.parse("2013-03-01/2013-03-02", NEW_YORK), NEW_YORK)))));

        assertThat(results.get(0).facts().get("passes"))
                .matches("probe of bronze.ratings, bronze.fares by driver \\(300 spine rows, .*\\);"
                        + " probe of bronze.rain by place \\(300 spine rows, .*\\)");
        Shuffles shuffles = shuffled.get(0);
        assertThat(shuffles.number())
                .as("counts, the spine by each key, each history once")
                .isEqualTo(1 + 2 + 3);
        assertThat(shuffles.bytes())
                .as("two numbers and two times of each row, and no text")
                .isLessThan(40 * (2 * 300 + 3 * 400));
        int ofTheCounter = 1;
        assertThat(jobs - ofTheCounter)
                .as("counting is two, publishing the rest")
                .isEqualTo(4);
    }

    private static Features.Window by(String table, String key, String name) {
        return new Features.Window(
                new TableName(table),
                List.of(key),
                new Sql("t"),
                new Sql("t"),
                List.of(Duration.ofSeconds(100)),
                Optional.empty(),
                Map.of(name, new Sql("sum(x)")));
    }

    /** Flights that departed before. */
    private static Features.Window before(Optional<Sql> bucket, Map<String, Sql> take) {
        return new Features.Window(
                new TableName("bronze.flights"),
                List.of("carrier"),
                new Sql("sched_dep"),
                new Sql("sched_dep"),
                List.of(Duration.ofDays(7)),
                bucket,
                take);
    }

    @Test
    void anEmptyDayClearsItsDates(SparkSession spark) {
        InMemoryTables tables = flights(spark);
        FeaturesWork work = new FeaturesWork(FlightsFeatures.definition());
        work.run(context(spark, tables, "2013-03-01/2013-03-03", new ArrayList<>(), rows -> rows));
        tables.put("bronze.flights", flightRows(spark).where("dep_date <> date'2013-03-02'"));
        List<Publication> published = new ArrayList<>();

        StepResult result = work.run(context(spark, tables, "2013-03-02/2013-03-03", published, rows -> rows));

        assertThat(List.of(result.rowsIn(), result.rowsOut())).containsExactly(0L, 0L);
        assertThat(tables.read(result.wrote().get(0)).select("flight_id").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("f1");
        assertThat(published.get(0).checks()).containsEntry(FeaturesWork.ONE_ROW_EACH, exactly(0));
    }

    @Test
    void aLostRowIsAnError(SparkSession spark) {
        StepContext context = context(
                spark,
                flights(spark),
                "2013-03-01/2013-03-03",
                new ArrayList<>(),
                rows -> rows.where("flight_id <> 'f2'"));

        assertThatThrownBy(() -> new FeaturesWork(FlightsFeatures.definition()).run(context))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROWS_LOST))
                .hasMessage("gold.delay_features@0 got 2 rows, expected one for each of the 3 rows of bronze.flights");
    }

    @Test
    void aTableThatIsNotThereIsNamed(SparkSession spark) {
        InMemoryTables tables = new InMemoryTables(spark);
        StepContext context = context(spark, tables, "2013-03-01/2013-03-03", new ArrayList<>(), rows -> rows);

        assertThatThrownBy(() -> new FeaturesWork(FlightsFeatures.definition()).run(context))
                .isInstanceOf(SluiceException.class)
                .hasMessage("table bronze.airports does not exist at memory:/bronze/airports");
    }

    @Test
    void refusesATableThatCannotBeWrittenSo() {
        Features f = FlightsFeatures.definition();

        assertThatThrownBy(() -> new FeaturesWork(
                        written(f, new Write.Scd2(List.of(), java.util.Optional.empty(), Write.Deletes.KEEP))))
                .hasMessage("gold.delay_features is written as scd2, expected replace_interval or overwrite");
        assertThatThrownBy(() -> new FeaturesWork(written(f, new Write.ReplaceInterval("day", List.of()))))
                .hasMessage(
                        "gold.delay_features is replaced by the dates of day, which is no column of it, expected one of"
                                + " spine.key or spine.keep");
        assertThatCode(() -> new FeaturesWork(written(f, new Write.Overwrite(List.of()))))
                .doesNotThrowAnyException();
        assertThat(new FeaturesWork(f).settings()).isEqualTo(new FeaturesWork(FlightsFeatures.definition()).settings());
    }

    private static Check exactly(long rows) {
        return new Check.Size(
                new Check.Size.Bounds(Optional.empty(), Optional.of(rows), Optional.of(rows)), Check.TableElse.FAIL);
    }

    private static Features written(Features f, Write write) {
        return new Features(
                f.table(), f.spine(), f.label(), f.take(), f.lookups(), f.asOfJoins(), f.windows(), f.checks(), write);
    }

    private static InMemoryTables flights(SparkSession spark) {
        InMemoryTables tables = new InMemoryTables(spark);
        FlightsFeatures.SCHEMAS.forEach((name, schema) -> tables.put(name, spark.createDataFrame(List.of(), schema)));
        tables.put("bronze.flights", flightRows(spark));
        return tables;
    }

    /** The last departs on the 2nd in New York, which is the 3rd in UTC. */
    private static Dataset<Row> flightRows(SparkSession spark) {
        Dataset<Row> rows = spark.sql(
                """
                select flight_id, cast(from_utc_timestamp(sched_dep, 'America/New_York') as date) as dep_date, sched_dep,
                  'AA' as carrier, 'JFK' as origin, 'MIA' as dest, 'N1' as tailnum, 1089.0D as distance, 20.0D as arr_delay,
                  18.0D as dep_delay
                from values ('f1', timestamp'2013-03-01 15:00:00Z'), ('f2', timestamp'2013-03-02 15:00:00Z'),
                  ('f3', timestamp'2013-03-03 02:00:00Z'), ('f4', timestamp'2013-03-03 15:00:00Z') as t(flight_id, sched_dep)
                """);
        return spark.createDataFrame(rows.collectAsList(), FlightsFeatures.SCHEMAS.get("bronze.flights"));
    }

    /** A context whose publisher commits what it is given, after something happened to it on the way. */
    private static StepContext context(
            SparkSession spark,
            InMemoryTables tables,
            String interval,
            List<Publication> published,
            UnaryOperator<Dataset<Row>> onTheWay) {
        Publisher publisher = (publication, context) -> {
            published.add(publication);
            List<LocalDate> dates = publication.covers().dates(NEW_YORK);
            Committed committed = tables.commit(new Commit(
                    publication.table(),
                    onTheWay.apply(publication.rows()),
                    new Commit.Mode.ReplaceWhere("dep_date between date'" + dates.get(0) + "' and date'"
                            + dates.get(dates.size() - 1) + "'"),
                    context.key(),
                    1,
                    publication.write().partitionBy()));
            return new Publisher.Published(
                    List.of(committed.version()),
                    committed.rows(),
                    committed.rows(),
                    0,
                    0,
                    new TableProfile(0, Map.of()));
        };
        Interval given = Interval.parse(interval, NEW_YORK);
        RunKey key = RunKey.of("flights", "features/gold.delay_features", given, published.toString());
        return new StepContext(
                spark,
                "flights",
                NEW_YORK,
                given,
                "test",
                key,
                null,
                tables,
                null,
                publisher,
                null,
                null,
                message -> {});
    }
}
