package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.PointInTime;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * P15: what one day more costs of features that look back for 90 days, against all days again. The history lies in files in order of
 * time, as it does where days were written one after the other.
 *
 * @param work folder for data
 */
record Increments(Path work) {
    private static final int DAYS = 180;
    private static final int DECISIONS = 1_000;
    private static final int EVENTS = 10_000;
    private static final int ENTITIES = 5_000;
    private static final int FILES = 60;
    private static final int WINDOW = 90;
    private static final List<String> AGGREGATES =
            List.of("count(x)", "sum(x)", "avg(x)", "min(x)", "max(x)", "stddev(x)");

    List<Benchmark> all() {
        return List.of(new Benchmark(
                "P15",
                String.format(
                        Locale.ROOT,
                        "%d aggregates over %d days for %,d rows of the last day, %,d rows of history a day; peer: all %d days again",
                        AGGREGATES.size(),
                        WINDOW,
                        DECISIONS,
                        EVENTS,
                        DAYS),
                side("day = " + (DAYS - 1)),
                Optional.of(side("true")),
                new Target.CpuOfPeer(1 / 20.0)));
    }

    private Side side(String which) {
        String[] result = new String[1];
        return new Side.Inside(
                this::files,
                () -> result[0] = summary(features(read(decisionFiles()).where(which), read(eventFiles()))),
                () -> result[0]);
    }

    private static Dataset<Row> features(Dataset<Row> spine, Dataset<Row> events) {
        Map<String, String> take = new LinkedHashMap<>();
        for (int i = 0; i < AGGREGATES.size(); i++) {
            take.put("a" + i, AGGREGATES.get(i));
        }
        History history = new History(
                "events",
                events,
                Map.of("entity", "entity"),
                "at",
                "at",
                List.of(new History.Ask.Window(Duration.ofDays(WINDOW), take)));
        Reach reach = Reach.of(spine, "at");
        Strategy strategy = Strategy.of(reach, List.of(history)).strategy();
        return PointInTime.add(spine, spine, "at", reach, List.of(history), strategy)
                .rows();
    }

    /** Of the last day, where all days are computed: the features of all rows are used. */
    private static String summary(Dataset<Row> features) {
        List<Column> checks = new ArrayList<>();
        for (int i = 0; i < AGGREGATES.size(); i++) {
            String whole = "cast(coalesce(a" + i + ", -1) * 1000 as bigint) * (id % 1000)";
            checks.add(expr("sum(" + whole + ") filter (where day = " + (DAYS - 1) + ")"));
        }
        Row row = features.agg(count(expr("if(day = " + (DAYS - 1) + ", 1, null)")), checks.toArray(Column[]::new))
                .head();
        return IntStream.range(0, row.length()).mapToObj(row::getLong).toList().toString();
    }

    private void files() {
        write(decisionFiles(), DECISIONS, 1);
        write(eventFiles(), EVENTS, 2);
    }

    private static void write(Path path, int ofADay, int seed) {
        if (Files.exists(path.resolve("_SUCCESS"))) {
            return;
        }
        LocalSpark.session()
                .range(0, (long) ofADay * DAYS, 1, FILES)
                .select(
                        col("id"),
                        expr("cast(id div " + ofADay + " as int)").as("day"),
                        expr("pmod(xxhash64(id, " + seed + "), " + ENTITIES + ")")
                                .as("entity"),
                        expr("timestamp_micros(1700000000000000 + (id div " + ofADay
                                        + ") * 86400000000 + pmod(xxhash64(id, 3" + seed + "), 86400) * 1000000)")
                                .as("at"),
                        expr("cast(pmod(xxhash64(id, 4), 1000) as double)").as("x"),
                        lit("some text that is not read").as("text"))
                .write()
                .parquet(path.toString());
    }

    private static Dataset<Row> read(Path path) {
        return LocalSpark.session().read().parquet(path.toString());
    }

    private Path decisionFiles() {
        return work.resolve("decisions");
    }

    private Path eventFiles() {
        return work.resolve("events");
    }
}
