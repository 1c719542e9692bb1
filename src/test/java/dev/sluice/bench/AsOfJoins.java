package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.PointInTime;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Span;
import dev.sluice.frame.asof.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The newest row of an entity as of many times.
 *
 * @param work folder for data
 */
record AsOfJoins(Path work) {
    private static final Duration CAP = Duration.ofMinutes(2);
    private static final String FEAST = "Feast's Spark SQL";
    private static final String TEMPO = "tempo's plan: union, last value that is not null";
    private static final int SETS = 6;

    List<Benchmark> all() {
        return List.of(
                slow("P1", usual(10, 5), FEAST, AsOfPeers::feast, 5),
                slow("P2", usual(100, 5), FEAST, AsOfPeers::feast, 20),
                slow("P3", usual(1_000, 5), FEAST, AsOfPeers::feast, 60),
                benchmark("P4", usual(100, 5), TEMPO, AsOfPeers::tempo, 3.5),
                benchmark("P5", usual(100, 40), TEMPO, AsOfPeers::tempo, 6),
                slow("P6", usual(100, 120), TEMPO, AsOfPeers::tempo, 12),
                sets(),
                slow("P8", data(20_000, 200_000, 100, 5), "Spark's joinAsOf", AsOfPeers::joinAsOf, 100),
                benchmark("P9", new AsOfData(work, 200_000, 2_000_000, 100, 5, true), TEMPO, AsOfPeers::tempo, 4),
                growth(),
                scan(),
                benchmark("P16", data(200_000, 500_000, 25, 5), "join by key and interval", AsOfPeers::between, 3),
                duckDb());
    }

    private AsOfData usual(int depth, int columns) {
        return data(200_000, 2_000_000, depth, columns);
    }

    private AsOfData data(int labels, int rows, int depth, int columns) {
        return new AsOfData(work, labels, rows, depth, columns, false);
    }

    /** @param times the peer's CPU time is to be at least so many times ours */
    private Benchmark benchmark(
            String id, AsOfData data, String name, Function<AsOfData, Dataset<Row>> peer, double times) {
        return new Benchmark(
                id,
                workload(data, name),
                ours(data),
                Optional.of(side(data, () -> summary(data, peer.apply(data)))),
                new Target.CpuOfPeer(1 / times));
    }

    /** With a peer that runs once, and is stopped when it takes too long. */
    private Benchmark slow(String id, AsOfData data, String name, Function<AsOfData, Dataset<Row>> peer, double times) {
        return new Benchmark(
                id,
                workload(data, name) + capped(),
                ours(data),
                Optional.of(capped(id, data, () -> summary(data, peer.apply(data)), () -> summary(data, joined(data)))),
                new Target.CpuOfPeer(1 / times));
    }

    private static String capped() {
        return ", once, stopped after " + CAP.toMinutes() + " min";
    }

    private static String workload(AsOfData data, String name) {
        return String.format(
                Locale.ROOT,
                "as-of join of %,d rows with %,d, %d for each key%s, %d columns; peer: %s",
                data.labels(),
                data.rows(),
                data.depth(),
                data.skewed() ? ", but 30% of one" : "",
                data.columns(),
                name);
    }

    /** P7: the labels meet all sets at once. */
    private Benchmark sets() {
        AsOfData data = data(100_000, 500_000, 100, 5);
        return new Benchmark(
                "P7",
                String.format(
                        Locale.ROOT,
                        "as-of join of %,d rows with %d histories of %,d rows by one key; peer: %s for each%s",
                        data.labels(),
                        SETS,
                        data.rows(),
                        FEAST,
                        capped()),
                side(data, () -> joinedSets(data)),
                Optional.of(capped(
                        "P7",
                        data,
                        () -> IntStream.range(0, SETS)
                                .mapToObj(set -> summary(data, AsOfPeers.feast(data)))
                                .toList()
                                .toString(),
                        () -> joinedSets(data))),
                new Target.CpuOfPeer(1 / 20.0));
    }

    private static String joinedSets(AsOfData data) {
        Dataset<Row> joined = joined(
                data,
                IntStream.range(0, SETS)
                        .mapToObj(set -> history(data, "of_" + set + "_"))
                        .toList());
        List<Column> all = new ArrayList<>();
        for (int set = 0; set < SETS; set++) {
            String prefix = "of_" + set + "_";
            checks(data).forEach(check -> all.add(check(check.replaceAll("\\b(x\\d+)\\b", prefix + "$1"))));
        }
        List<Long> values = values(joined, all);
        int each = checks(data).size();
        return IntStream.range(0, SETS)
                .mapToObj(set -> values.subList(set * each, (set + 1) * each))
                .toList()
                .toString();
    }

    /** P10: rows of a key times a thousand, at a slope of at most 0.15 of logarithms. */
    private Benchmark growth() {
        AsOfData deep = usual(10_000, 5);
        AsOfData flat = usual(10, 5);
        return new Benchmark(
                "P10",
                workload(deep, "ours with 10 for each key"),
                side(deep, () -> rows(summary(deep, joined(deep)))),
                Optional.of(side(flat, () -> rows(summary(flat, joined(flat))))),
                new Target.CpuOfPeer(Math.pow(1_000, 0.15)));
    }

    /** P11: the whole join against reading what it reads. */
    private Benchmark scan() {
        AsOfData data = usual(100, 5);
        return new Benchmark(
                "P11",
                workload(data, "a scan of both sides that adds up all columns"),
                side(data, () -> rows(summary(data, joined(data)))),
                Optional.of(side(data, () -> {
                    summary(data, data.read().withColumn("id", col("entity")));
                    return rows(data.readLabels()
                            .agg(count("id"), sum("entity"), max("as_of"))
                            .head()
                            .mkString("[", ", ", "]"));
                })),
                new Target.CpuOfPeer(3.5));
    }

    /** The first number of a summary. */
    private static String rows(String summary) {
        return summary.substring(1, summary.indexOf(','));
    }

    /** P17: what one machine can do. */
    private Benchmark duckDb() {
        AsOfData data = usual(100, 5);
        return new Benchmark(
                "P17",
                workload(data, "DuckDB's ASOF JOIN on two threads, same files"),
                ours(data),
                Optional.of(side(data, () -> AsOfPeers.duckDb(data))),
                new Target.CpuOfPeer(2.5));
    }

    private static Side ours(AsOfData data) {
        return side(data, () -> summary(data, joined(data)));
    }

    private static Side side(AsOfData data, Callable<String> work) {
        String[] result = new String[1];
        return new Side.Inside(data::files, () -> result[0] = work.call(), () -> result[0]);
    }

    private static Side capped(String id, AsOfData data, Callable<String> work, Callable<String> whereStopped) {
        List<Optional<String>> result = new ArrayList<>();
        return new Side.Once(new Side.Inside(
                data::files,
                () -> result.add(Capped.run(id, CAP, work)),
                () -> result.get(0).isPresent() ? result.get(0).get() : whereStopped.call()));
    }

    private static Dataset<Row> joined(AsOfData data) {
        return joined(data, List.of(history(data, "")));
    }

    private static Dataset<Row> joined(AsOfData data, List<History> histories) {
        Dataset<Row> spine = data.readLabels();
        Reach reach = Reach.of(spine, "as_of");
        Strategy strategy = Strategy.of(reach, histories).strategy();
        return PointInTime.add(spine, spine, "as_of", reach, histories, strategy)
                .rows();
    }

    private static History history(AsOfData data, String prefix) {
        Map<String, String> take = new LinkedHashMap<>();
        data.names().forEach(name -> take.put(prefix + name, name));
        return new History(
                "features",
                data.read(),
                Map.of("entity", "entity"),
                "ts",
                "ts",
                List.of(new History.Ask.Newest(
                        take, Optional.of(Span.closed(Duration.ofDays(AsOfData.DAYS))), Optional.empty())));
    }

    /** Sums of whole numbers that tell which row met which. */
    static List<String> checks(AsOfData data) {
        List<String> checks = new ArrayList<>(List.of("count(*)", "count(x0)"));
        data.names().forEach(name -> checks.add("sum(" + name + ")"));
        checks.add("sum((id % 1000) * x0)");
        return checks;
    }

    private static String summary(AsOfData data, Dataset<Row> joined) {
        return values(joined, checks(data).stream().map(AsOfJoins::check).toList())
                .toString();
    }

    private static Column check(String check) {
        return (check.equals("count(*)") ? count(lit(1)) : expr(check)).cast("double");
    }

    private static List<Long> values(Dataset<Row> joined, List<Column> checks) {
        Row row = joined.agg(checks.get(0), checks.subList(1, checks.size()).toArray(Column[]::new))
                .head();
        return IntStream.range(0, row.length())
                .mapToObj(i -> (long) row.getDouble(i))
                .toList();
    }
}
