package dev.sluice.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class FeaturePlanTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Slice EVERYTHING =
            new Slice(Optional.empty(), Interval.parse("2013-01-01/2014-01-01", NEW_YORK), NEW_YORK);

    @Test
    void findsTheFeaturesAndTheirTypes(SparkSession spark) {
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());

        assertThat(plan.features())
                .extracting(feature -> feature.name() + " " + feature.type())
                .containsExactly(
                        "carrier string",
                        "weekday int",
                        "far boolean",
                        "seats int",
                        "planes_missing double",
                        "origin_lat double",
                        "airports_missing double",
                        "dest_lat double",
                        "airports_missing_2 double",
                        "temp double",
                        "wind double",
                        "weather_missing double",
                        "carrier_delay_7d double",
                        "carrier_n_7d bigint",
                        "carrier_max_1d double",
                        "route_delay_28d double");
        assertThat(plan.features())
                .filteredOn(FeatureColumn::categorical)
                .extracting(FeatureColumn::name)
                .containsExactly("carrier");
        assertThat(plan.versioned()).containsExactly(new TableName("bronze.planes"));
        assertThat(plan.tables())
                .extracting(TableName::text)
                .containsExactly("bronze.airports", "bronze.flights", "bronze.planes", "bronze.weather");
    }

    @Test
    void isTheSameAfterItWasWrittenAndRead(SparkSession spark) {
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());

        FeaturePlan read = FeaturePlan.parse(plan.json());

        assertThat(read).isEqualTo(plan);
        assertThat(read.json()).isEqualTo(plan.json());
        assertThat(read.hash()).isEqualTo(plan.hash()).matches("[0-9a-f]{32}");
        assertThat(plan(spark, FlightsFeatures.definition()).hash()).isEqualTo(plan.hash());
    }

    @Test
    void anotherMeaningIsAnotherPlan(SparkSession spark) {
        Features features = FlightsFeatures.definition();
        FeaturePlan plan = plan(spark, features);
        Map<TableName, StructType> plainPlanes = new HashMap<>(schemas());
        plainPlanes.put(new TableName("bronze.planes"), StructType.fromDDL("tailnum string, seats int"));

        assertThat(FeaturePlan.of(spark, features, plainPlanes::get).hash()).isNotEqualTo(plan.hash());
        assertThat(plan(spark, with(features, Map.of("carrier", new Sql("upper(carrier)"))))
                        .hash())
                .isNotEqualTo(plan.hash());
        assertThat(plan(spark, with(features, FlightsFeatures.spine(List.of("dep_date"), List.of("arr_delay"))))
                        .hash())
                .as("a stricter or laxer list of forbidden columns computes the same")
                .isEqualTo(plan.hash());
    }

    @Test
    void refusesAPlanThatIsNoPlan() {
        assertThatThrownBy(() -> FeaturePlan.parse("{\"format\": 2}"))
                .isInstanceOf(SluiceException.class)
                .hasMessage("feature_plan.json cannot be read: expected format 1, found 2");
        assertThatThrownBy(() -> FeaturePlan.parse("{\"format\": 1, \"spine\": {}}"))
                .hasMessage("feature_plan.json cannot be read: expected the key from in {}");
        assertThatThrownBy(() -> FeaturePlan.parse("{"))
                .hasMessageStartingWith("feature_plan.json cannot be read: expected JSON, found: ");
    }

    @Test
    void refusesEveryUseOfWhatIsKnownTooLate() {
        Features features = FlightsFeatures.definition();
        Features.Spine spine = new Features.Spine(
                new TableName("bronze.flights"),
                List.of("flight_id"),
                new Sql("sched_dep - make_interval(0, 0, 0, 0, 0, cast(DEP_DELAY as int))"),
                List.of("dep_date", "arr_delay"),
                List.of("arr_delay", "dep_delay"));
        Features wrong = new Features(
                features.table(),
                spine,
                features.label(),
                FlightsFeatures.take(
                        "carrier", "carrier",
                        "delay", "coalesce(flights.arr_delay, 0)",
                        "all", "hash(*)",
                        "late", "exists(array(1), x -> x > dep_delay)"),
                List.of(new Features.Lookup(
                        new TableName("bronze.flights"),
                        Map.of("flight_id", "flight_id"),
                        FlightsFeatures.take("own_delay", "arr_delay"),
                        Features.Missing.NULL)),
                List.of(),
                List.of(new Features.Window(
                        new TableName("bronze.flights"),
                        List.of("dep_delay"),
                        new Sql("sched_dep"),
                        new Sql("sched_dep"),
                        List.of(Duration.ofDays(1)),
                        Optional.empty(),
                        FlightsFeatures.take("n", "count(*)", "worst", "max(arr_delay)"))),
                Map.of(),
                features.write());

        refused(() -> FeaturePlan.check(wrong))
                .hasMessage(
                        "gold.delay_features uses columns of bronze.flights that spine.never declares as known only after"
                                + " the decision: arr_delay in spine.keep; dep_delay in spine.as_of; arr_delay in feature delay in take;"
                                + " arr_delay in feature all in take; dep_delay in feature all in take; dep_delay in feature late in"
                                + " take; arr_delay in feature own_delay of the lookup in bronze.flights; dep_delay in the grouping (by)"
                                + " of the window of n, worst");
        assertThatCode(() -> FeaturePlan.check(features))
                .as("windows see other rows' delays from known_at on")
                .doesNotThrowAnyException();
    }

    @Test
    void refusesADefinitionThatCannotBeATable(SparkSession spark) {
        Features features = FlightsFeatures.definition();

        refused(() -> FeaturePlan.check(with(features, FlightsFeatures.take("Temp", "distance", "as_of", "distance"))))
                .hasMessage("the feature table would have more than one column of the name as_of, temp");
        refused(() -> plan(spark, with(features, FlightsFeatures.take("x", "distanze"))))
                .hasMessageContaining("cannot read the spine bronze.flights: ")
                .hasMessageContaining("`distanze` cannot be resolved")
                .hasMessageContaining("`distance`");
        refused(() -> plan(spark, with(features, FlightsFeatures.take("x", "sched_dep"))))
                .hasMessage("feature x of bronze.flights is of type timestamp, expected a number, a boolean or a text");
        for (String sql : List.of("explode(array(1, 2))", "max(distance)", "max(distance) over ()", "rand()")) {
            refused(() -> plan(spark, with(features, FlightsFeatures.take("x", sql))))
                    .as(sql)
                    .hasMessageStartingWith("cannot read the spine bronze.flights: ");
        }
    }

    @Test
    void computesAsSqlWould(SparkSession spark) {
        Data data = Data.of(spark, new Random(7), 400);
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());

        FeatureRows computed = plan.compute(data::table, EVERYTHING);

        data.table(new TableName("bronze.flights")).createOrReplaceTempView("flights");
        data.table(new TableName("bronze.weather")).createOrReplaceTempView("weather");
        data.table(new TableName("bronze.planes")).createOrReplaceTempView("planes");
        data.table(new TableName("bronze.airports")).createOrReplaceTempView("airports");
        List<String> expected = texts(
                spark.sql(
                        """
                with s as (select *, sched_dep - interval 2 hours as as_of from flights),
                w as (select s.flight_id, max_by(struct(temp, wind_speed), time_hour) as newest
                  from s join weather w on s.origin = w.origin and time_hour + interval 1 hour <= as_of
                    and time_hour >= as_of - interval 6 hours group by s.flight_id),
                c as (select s.flight_id, avg(f.arr_delay) as mean, count(f.arr_delay) as n,
                    max(f.arr_delay) filter (where f.sched_dep > as_of - interval 1 day) as worst
                  from s join flights f on s.carrier = f.carrier and f.sched_dep > as_of - interval 7 days
                    and f.sched_dep + interval 48 hours <= as_of group by s.flight_id),
                r as (select s.flight_id, avg(f.arr_delay) as mean
                  from s join flights f on s.origin = f.origin and s.dest = f.dest
                    and f.sched_dep > as_of - interval 28 days
                    and f.sched_dep + interval 48 hours <= as_of group by s.flight_id)
                select s.flight_id, s.as_of, s.dep_date, s.carrier, dayofweek(s.dep_date) weekday, s.distance > 1000 far,
                  p.seats, if(p.tailnum is null, 1.0D, 0.0D) planes_missing,
                  o.lat origin_lat, if(o.faa is null, 1.0D, 0.0D) airports_missing,
                  d.lat dest_lat, if(d.faa is null, 1.0D, 0.0D) airports_missing_2,
                  w.newest.temp temp, w.newest.wind_speed wind, if(w.flight_id is null, 1.0D, 0.0D) weather_missing,
                  c.mean carrier_delay_7d, coalesce(c.n, 0L) carrier_n_7d, c.worst carrier_max_1d, r.mean route_delay_28d
                from s left join planes p on s.tailnum = p.tailnum and valid_from <= as_of
                    and (valid_to is null or as_of < valid_to)
                  left join airports o on s.origin = o.faa left join airports d on s.dest = d.faa
                  left join w on s.flight_id = w.flight_id left join c on s.flight_id = c.flight_id
                  left join r on s.flight_id = r.flight_id
                """));
        assertThat(computed.spineRows()).isEqualTo(400);
        assertThat(computed.rows().columns()).startsWith("flight_id", "as_of", "dep_date", "carrier", "weekday");
        assertThat(texts(computed.rows())).isEqualTo(expected);
        assertThat(expected).as("the windows are not empty").anyMatch(text -> text.matches(".*,[1-9]\\d*,.*"));
        assertThat(texts(FeaturePlan.parse(plan.json())
                        .compute(data::table, EVERYTHING)
                        .rows()))
                .as("a plan that was saved and read")
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void nothingThatBecameKnownLaterChangesAFeature(long seed, SparkSession spark) {
        Random random = new Random(seed);
        Data data = Data.of(spark, random, 300);
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());
        Instant cut = Instant.parse("2013-03-20T00:00:00Z");
        String before = "as_of <= timestamp'2013-03-20 00:00:00Z'";
        List<String> known = texts(plan.compute(data::table, EVERYTHING).rows().where(before));

        Data changed = data.withEverythingAfter(cut, random);
        List<String> later =
                texts(plan.compute(changed::table, EVERYTHING).rows().where(before));

        assertThat(later).as("seed %d", seed).isEqualTo(known).hasSizeGreaterThan(100);
        assertThat(texts(changed.table(new TableName("bronze.flights"))))
                .isNotEqualTo(texts(data.table(new TableName("bronze.flights"))));
    }

    @Test
    void aSliceIsTheLocalDatesOfItsInterval(SparkSession spark) {
        Data data = Data.of(spark, new Random(3), 500);
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());
        Slice day = new Slice(Optional.of("dep_date"), Interval.parse("2013-03-10/2013-03-11", NEW_YORK), NEW_YORK);
        assertThat(Duration.between(day.interval().from(), day.interval().to()))
                .as("the day has 23 hours")
                .hasHours(23);

        FeatureRows computed = plan.compute(data::table, day);

        List<String> expected =
                texts(plan.compute(data::table, EVERYTHING).rows().where("dep_date = date'2013-03-10'"));
        assertThat(texts(computed.rows())).isEqualTo(expected).isNotEmpty();
        assertThat(computed.spineRows()).isEqualTo(expected.size());
        Slice none = new Slice(Optional.of("dep_date"), Interval.parse("2011-03-10/2011-03-11", NEW_YORK), NEW_YORK);
        assertThat(plan.compute(data::table, none).rows().collectAsList()).isEmpty();
        assertThat(plan.compute(data::table, none).spineRows()).isZero();
        refused(() -> plan.compute(data::table, new Slice(Optional.of("carrier"), day.interval(), NEW_YORK)))
                .hasMessage("carrier is of type string, expected date");
    }

    @Test
    void computingCostsOneQueryForTheSpineAndOneForEachTableOfUniqueKeys(SparkSession spark) {
        Data data = Data.of(spark, new Random(9), 50);
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());
        int query = Jobs.count(
                spark, () -> spark.range(0, 10, 1, 2).selectExpr("max(id)").collectAsList());

        int jobs = Jobs.count(spark, () -> plan.compute(data::table, EVERYTHING));

        assertThat(jobs)
                .as("flights; airports once though looked up twice; planes keep versions")
                .isEqualTo(2 * query);
    }

    @Test
    void explainingSaysWhatComputingWouldDoAndCostsItsQueriesOverTheSpine(SparkSession spark) {
        Data data = Data.of(spark, new Random(9), 50);
        FeaturePlan plan = plan(spark, FlightsFeatures.definition());
        // Of rows that come from no file Spark does not know the size, and takes it for large.
        Function<TableName, Dataset<Row>> tables = table -> table.text().equals("bronze.weather")
                ? spark.createDataFrame(
                        data.table(table).toJavaRDD(), data.table(table).schema())
                : data.table(table);
        AtomicReference<FeatureExplanation> explained = new AtomicReference<>();
        int query = Jobs.count(
                spark, () -> spark.range(0, 10, 1, 2).selectExpr("max(id)").collectAsList());
        int index = Jobs.count(spark, () -> spark.range(0, 10, 1, 2).collectAsList());

        int jobs = Jobs.count(spark, () -> explained.set(plan.explain(tables, EVERYTHING)));

        assertThat(jobs)
                .as("the reach of the spine, and the decision times of the pass that prunes; no key is proven unique")
                .isEqualTo(query + index);
        assertThat(explained.get().reach().rows()).isEqualTo(50);
        assertThat(explained.get().passes())
                .extracting(met -> met.pass().told())
                .isEqualTo(plan.compute(tables, EVERYTHING).passes())
                .satisfiesExactly(
                        told -> assertThat(told).startsWith("prune of bronze.weather by origin (50 spine rows, "),
                        told -> assertThat(told).startsWith("probe of bronze.flights by carrier (50 spine rows, "),
                        told -> assertThat(told)
                                .startsWith("probe of bronze.flights by origin, dest (50 spine rows, "));
        assertThat(explained.get().passes())
                .extracting(met -> met.histories().get(0).back())
                .containsExactly(
                        Optional.of(Duration.ofHours(6)),
                        Optional.of(Duration.ofDays(7)),
                        Optional.of(Duration.ofDays(28)));
    }

    @Test
    void severalSpansAndCategoriesMakeFeaturesOfTheirOwn(SparkSession spark) {
        Features f = FlightsFeatures.definition();
        Features features = with(
                f,
                FlightsFeatures.window(
                        List.of(Duration.ofHours(1).plusMinutes(30), Duration.ofDays(7)),
                        Optional.empty(),
                        FlightsFeatures.take("late", "sum(arr_delay) / count(*)", "delays", "last_k(arr_delay, 3)")),
                FlightsFeatures.window(
                        List.of(Duration.ofDays(7)),
                        Optional.of(new Sql("dest")),
                        FlightsFeatures.take("n_by_dest", "count(*)")));

        FeaturePlan plan = plan(spark, features);

        assertThat(plan.features().stream().skip(plan.features().size() - 5L))
                .containsExactly(
                        new FeatureColumn("late_1h30m", "double"),
                        new FeatureColumn("late_7d", "double"),
                        new FeatureColumn("delays_1h30m", "array<double>"),
                        new FeatureColumn("delays_7d", "array<double>"),
                        new FeatureColumn("n_by_dest", "map<string,bigint>"));
        assertThat(FeaturePlan.parse(plan.json())).isEqualTo(plan);
        assertThat(FeaturePlan.ofSeveralValues(features)).containsExactly("delays_1h30m", "delays_7d", "n_by_dest");
        assertThat(FeaturePlan.ofSeveralValues(f)).isEmpty();
        assertThat(plan(spark, f).json()).as("as plans were written before").contains("\"over\" : \"PT168H\"");

        Data data = Data.of(spark, new Random(8), 200);
        List<Row> rows = plan.compute(data::table, EVERYTHING).rows().collectAsList();
        assertThat(rows).hasSize(200);
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.getList(row.fieldIndex("delays_7d"))).hasSize(3);
            assertThat(row.getJavaMap(row.fieldIndex("n_by_dest"))).isNotEmpty();
        });
    }

    /** Rows at both ends of a span of ten minutes, and one within. */
    @ParameterizedTest
    @CsvSource({"BOTH, 3, 20", "RIGHT, 2, 20", "LEFT, 2, 10", "NEITHER, 1, 10"})
    void closedSaysWhichEndsOfASpanCount(Features.Closed closed, long inSpan, int newest, SparkSession spark) {
        TableName trips = new TableName("bronze.trips");
        TableName events = new TableName("bronze.events");
        Map<TableName, Dataset<Row>> tables = Map.of(
                trips, spark.sql("select 1L as id, 'a' as k, timestamp'2013-03-10 12:00:00Z' as asked"),
                events,
                        spark.sql("select * from values ('a', timestamp'2013-03-10 11:50:00Z', 0),"
                                + " ('a', timestamp'2013-03-10 11:55:00Z', 10), ('a', timestamp'2013-03-10 12:00:00Z', 20)"
                                + " as (k, t, n)"));
        Features f = FlightsFeatures.definition();
        Sql time = new Sql("t");
        Duration span = Duration.ofMinutes(10);
        Features features = new Features(
                f.table(),
                new Features.Spine(trips, List.of("id"), new Sql("asked"), List.of("k"), List.of()),
                new Features.Label("l", new Sql("1"), new Sql("asked")),
                Map.of(),
                List.of(),
                List.of(
                        new Features.AsOfJoin(
                                events,
                                Map.of("k", "k"),
                                time,
                                time,
                                Optional.of(span),
                                closed,
                                FlightsFeatures.take("newest", "n"),
                                Features.Missing.NULL),
                        new Features.AsOfJoin(
                                events,
                                Map.of("k", "k"),
                                new Sql("if(n = 0, t, null)"),
                                time,
                                Optional.of(span),
                                closed,
                                FlightsFeatures.take("oldest", "n"),
                                Features.Missing.NULL)),
                List.of(new Features.Window(
                        events,
                        List.of("k"),
                        time,
                        time,
                        List.of(span),
                        closed,
                        Optional.empty(),
                        FlightsFeatures.take("in_span", "count(*)"))),
                Map.of(),
                f.write());
        FeaturePlan plan =
                FeaturePlan.of(spark, features, table -> tables.get(table).schema());

        Row row = plan.compute(tables::get, EVERYTHING).rows().head();

        assertThat(row.<Long>getAs("in_span")).isEqualTo(inSpan);
        assertThat(row.<Integer>getAs("newest")).isEqualTo(newest);
        assertThat(row.<Integer>getAs("oldest")).isEqualTo(closed.left() ? Integer.valueOf(0) : null);
        assertThat(FeaturePlan.parse(plan.json())).isEqualTo(plan);
        assertThat(plan(spark, f).json())
                .as("what is usual is not written: plans from before mean the same")
                .doesNotContain("closed");
    }

    @Test
    void labelsComeWithTheTimeTheyAreKnown(SparkSession spark) {
        Data data = Data.of(spark, new Random(5), 50);
        Dataset<Row> labels = plan(spark, FlightsFeatures.definition()).labels(data::table, EVERYTHING);

        assertThat(labels.schema().toDDL()).isEqualTo("flight_id STRING,label DOUBLE,label_known_at TIMESTAMP");
        data.table(new TableName("bronze.flights")).createOrReplaceTempView("flights");
        assertThat(texts(labels))
                .isEqualTo(
                        texts(spark.sql("select flight_id, if(arr_delay is null, null, if(arr_delay >= 15, 1.0D, 0.0D))"
                                + " as label, sched_dep + interval 48 hours as label_known_at from flights")));
    }

    private static FeaturePlan plan(SparkSession spark, Features features) {
        return FeaturePlan.of(spark, features, schemas()::get);
    }

    private static Map<TableName, StructType> schemas() {
        Map<TableName, StructType> schemas = new HashMap<>();
        FlightsFeatures.SCHEMAS.forEach((name, schema) -> schemas.put(new TableName(name), schema));
        return schemas;
    }

    private static Features with(Features f, Map<String, Sql> take) {
        return new Features(
                f.table(), f.spine(), f.label(), take, f.lookups(), f.asOfJoins(), f.windows(), f.checks(), f.write());
    }

    private static Features with(Features f, Features.Window... windows) {
        return new Features(
                f.table(),
                f.spine(),
                f.label(),
                f.take(),
                f.lookups(),
                f.asOfJoins(),
                List.of(windows),
                f.checks(),
                f.write());
    }

    private static Features with(Features f, Features.Spine spine) {
        return new Features(
                f.table(), spine, f.label(), f.take(), f.lookups(), f.asOfJoins(), f.windows(), f.checks(), f.write());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.PLAN_INVALID));
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().toList();
    }

    /** Flights of February and March 2013 over the change to daylight saving time, and what is known around them. */
    private record Data(SparkSession spark, Map<TableName, List<Row>> rows) {
        static Data of(SparkSession spark, Random random, int flights) {
            List<Row> weather = new ArrayList<>();
            List<Row> planes = new ArrayList<>();
            List<Row> airports = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                airports.add(RowFactory.create("A" + i, i * 1.5));
                int change = random.nextInt(60);
                planes.add(RowFactory.create("N" + i, i, hour(0), hour(24 * change)));
                planes.add(RowFactory.create("N" + i, 100 + i, hour(24 * change), null));
            }
            for (int hour = 0; hour < 24 * 60; hour++) {
                if (random.nextInt(3) > 0) {
                    weather.add(RowFactory.create("A" + random.nextInt(3), hour(hour), (double) hour, null));
                }
            }
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < flights; i++) {
                rows.add(flight("f" + i, random.nextInt(24 * 60), random));
            }
            return new Data(
                    spark,
                    Map.of(
                            new TableName("bronze.flights"), rows,
                            new TableName("bronze.weather"), weather,
                            new TableName("bronze.planes"), planes,
                            new TableName("bronze.airports"), airports));
        }

        Dataset<Row> table(TableName table) {
            return spark.createDataFrame(rows.get(table), FlightsFeatures.SCHEMAS.get(table.text()));
        }

        /** The same world, except for what became known after a moment: all of that is different. */
        Data withEverythingAfter(Instant cut, Random random) {
            Map<TableName, List<Row>> changed = new HashMap<>(rows);
            List<Row> flights = new ArrayList<>();
            for (Row flight : rows.get(new TableName("bronze.flights"))) {
                boolean delayKnown = !flight.getTimestamp(2)
                        .toInstant()
                        .plusSeconds(48 * 3600)
                        .isAfter(cut);
                flights.add(delayKnown ? flight : redelayed(flight, random));
            }
            for (int i = 0; i < 100; i++) {
                int hour = (int) Duration.between(hour(0).toInstant(), cut).toHours() - 47 + random.nextInt(99);
                flights.add(flight("g" + i, Math.max(hour, 0), random));
            }
            // Spine rows must be the same on both sides: new flights are decided after the cut or told apart by name.
            flights.removeIf(flight -> flight.getString(0).startsWith("g")
                    && !flight.getTimestamp(2)
                            .toInstant()
                            .minusSeconds(2 * 3600)
                            .isAfter(cut));
            changed.put(new TableName("bronze.flights"), flights);
            List<Row> weather = new ArrayList<>(rows.get(new TableName("bronze.weather")));
            weather.removeIf(
                    row -> row.getTimestamp(1).toInstant().plusSeconds(3600).isAfter(cut));
            for (int i = 0; i < 50; i++) {
                Timestamp time = Timestamp.from(cut.minusSeconds(3599).plusSeconds(random.nextInt(100_000)));
                weather.add(RowFactory.create("A" + random.nextInt(3), time, -1.0, -1.0));
            }
            changed.put(new TableName("bronze.weather"), weather);
            List<Row> planes = new ArrayList<>();
            for (Row plane : rows.get(new TableName("bronze.planes"))) {
                if (plane.getTimestamp(2).toInstant().isAfter(cut)) {
                    continue;
                }
                boolean closesLater =
                        plane.isNullAt(3) || plane.getTimestamp(3).toInstant().isAfter(cut);
                Timestamp to = closesLater ? Timestamp.from(cut.plusSeconds(1)) : plane.getTimestamp(3);
                planes.add(RowFactory.create(plane.get(0), plane.get(1), plane.get(2), to));
                if (closesLater) {
                    planes.add(RowFactory.create(plane.get(0), -1, to, null));
                }
            }
            changed.put(new TableName("bronze.planes"), planes);
            return new Data(spark, changed);
        }

        private static Row redelayed(Row flight, Random random) {
            Object[] values = new Object[flight.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = flight.get(i);
            }
            values[8] = (double) random.nextInt(1000);
            values[9] = values[8];
            return RowFactory.create(values);
        }

        private static Row flight(String id, int hour, Random random) {
            Timestamp dep = hour(hour);
            LocalDate date = dep.toInstant().atZone(NEW_YORK).toLocalDate();
            Double delay = random.nextInt(6) == 0 ? null : (double) (random.nextInt(80) - 20);
            return RowFactory.create(
                    id,
                    Date.valueOf(date),
                    dep,
                    random.nextInt(20) == 0 ? null : "c" + random.nextInt(3),
                    "A" + random.nextInt(3),
                    "A" + random.nextInt(10),
                    random.nextInt(20) == 0 ? null : "N" + random.nextInt(9),
                    500.0 * random.nextInt(4),
                    delay,
                    delay);
        }

        private static Timestamp hour(int hour) {
            return Timestamp.from(Instant.parse("2013-02-01T05:00:00Z").plusSeconds(3600L * hour));
        }
    }
}
