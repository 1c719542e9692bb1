package dev.sluice.feature;

import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.config.Write;
import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** A feature table of flights like that of the example pipeline, and the schemas that it reads. */
public final class FlightsFeatures {
    /** Schema of each table, by name. */
    public static final Map<String, StructType> SCHEMAS = Map.of(
            "bronze.flights",
            StructType.fromDDL("flight_id string, dep_date date, sched_dep timestamp, carrier string, origin string,"
                    + " dest string, tailnum string, distance double, arr_delay double, dep_delay double"),
            "bronze.weather",
            StructType.fromDDL("origin string, time_hour timestamp, temp double, wind_speed double"),
            "bronze.planes",
            StructType.fromDDL("tailnum string, seats int, valid_from timestamp, valid_to timestamp"),
            "bronze.airports",
            StructType.fromDDL("faa string, lat double"));

    private FlightsFeatures() {}

    /** The definition. */
    public static Features definition() {
        return new Features(
                new TableName("gold.delay_features"),
                spine(List.of("dep_date"), List.of("arr_delay", "dep_delay")),
                new Features.Label(
                        "late", new Sql("cast(arr_delay >= 15 as double)"), new Sql("sched_dep + interval 48 hours")),
                take("carrier", "carrier", "weekday", "dayofweek(dep_date)", "far", "distance > 1000"),
                List.of(
                        new Features.Lookup(
                                new TableName("bronze.planes"),
                                Map.of("tailnum", "tailnum"),
                                take("seats", "seats"),
                                Features.Missing.FLAG),
                        new Features.Lookup(
                                new TableName("bronze.airports"),
                                Map.of("origin", "faa"),
                                take("origin_lat", "lat"),
                                Features.Missing.FLAG),
                        new Features.Lookup(
                                new TableName("bronze.airports"),
                                Map.of("dest", "faa"),
                                take("dest_lat", "lat"),
                                Features.Missing.FLAG)),
                List.of(new Features.AsOfJoin(
                        new TableName("bronze.weather"),
                        Map.of("origin", "origin"),
                        new Sql("time_hour"),
                        new Sql("time_hour + interval 1 hour"),
                        Optional.of(Duration.ofHours(6)),
                        take("temp", "temp", "wind", "wind_speed"),
                        Features.Missing.FLAG)),
                List.of(
                        window(
                                List.of("carrier"),
                                Duration.ofDays(7),
                                take("carrier_delay_7d", "avg(arr_delay)", "carrier_n_7d", "count(arr_delay)")),
                        window(List.of("carrier"), Duration.ofDays(1), take("carrier_max_1d", "max(arr_delay)")),
                        window(
                                List.of("origin", "dest"),
                                Duration.ofDays(28),
                                take("route_delay_28d", "avg(arr_delay)"))),
                Map.of(),
                new Write.ReplaceInterval("dep_date", List.of()));
    }

    /** The spine of {@link #definition}. */
    static Features.Spine spine(List<String> keep, List<String> never) {
        return new Features.Spine(
                new TableName("bronze.flights"),
                List.of("flight_id"),
                new Sql("sched_dep - interval 2 hours"),
                keep,
                never);
    }

    private static Features.Window window(List<String> by, Duration over, Map<String, Sql> take) {
        return new Features.Window(
                new TableName("bronze.flights"),
                by,
                new Sql("sched_dep"),
                new Sql("sched_dep + interval 48 hours"),
                List.of(over),
                Optional.empty(),
                take);
    }

    /** Over earlier flights of a carrier. */
    static Features.Window window(List<Duration> over, Optional<Sql> bucket, Map<String, Sql> take) {
        return new Features.Window(
                new TableName("bronze.flights"),
                List.of("carrier"),
                new Sql("sched_dep"),
                new Sql("sched_dep + interval 48 hours"),
                over,
                bucket,
                take);
    }

    /** Names and expressions, alternating. */
    static Map<String, Sql> take(String... namesAndExpressions) {
        Map<String, Sql> take = new LinkedHashMap<>();
        for (int i = 0; i < namesAndExpressions.length; i += 2) {
            take.put(namesAndExpressions[i], new Sql(namesAndExpressions[i + 1]));
        }
        return take;
    }
}
