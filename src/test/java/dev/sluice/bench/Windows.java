package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;

import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.PointInTime;
import dev.sluice.frame.asof.Reach;
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
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Aggregates over the rows of an entity that lie in several spans before many times. Values are small whole numbers, so that peers
 * that add up doubles in any order find the same.
 *
 * @param work folder for data
 */
record Windows(Path work) {
    private static final int LABELS = 200_000;
    private static final int ROWS = 2_000_000;
    private static final int COLUMNS = 5;
    private static final List<Integer> DAYS = List.of(1, 7, 14, 30);
    private static final List<String> AGGREGATES = List.of(
            "count(x0)",
            "sum(x0)",
            "avg(x0)",
            "min(x0)",
            "max(x0)",
            "sum(x1)",
            "avg(x1)",
            "min(x1)",
            "max(x1)",
            "sum(x2)",
            "min(x2)",
            "max(x2)");
    private static final Duration CAP = Duration.ofMinutes(10);

    List<Benchmark> all() {
        return List.of(
                benchmark("P12", 100, "range join and groupBy", this::rangeJoin, 1 / 4.0),
                benchmark("P13", 1000, "range join and groupBy", this::rangeJoin, 1 / 12.0),
                benchmark("P14", 100, "SQL RANGE frames over the union", this::frames, 1 / 10.0));
    }

    private Benchmark benchmark(
            String id, int depth, String name, Function<Integer, Dataset<Row>> peer, double atMost) {
        Callable<Optional<String>> capped = () -> Capped.run(id, CAP, () -> summary(peer.apply(depth)));
        return new Benchmark(
                id,
                String.format(
                        Locale.ROOT,
                        "%d aggregates over %d windows of %,d rows in %,d, %d for each key; peer: %s, once, stopped after %d min",
                        AGGREGATES.size(),
                        DAYS.size(),
                        LABELS,
                        ROWS,
                        depth,
                        name,
                        CAP.toMinutes()),
                side(depth, () -> Optional.of(summary(ours(depth)))),
                Optional.of(new Side.Once(side(depth, capped))),
                new Target.CpuOfPeer(atMost));
    }

    /** Of a side that was stopped the result is ours: there is nothing to compare. */
    private Side side(int depth, Callable<Optional<String>> work) {
        List<Optional<String>> result = new ArrayList<>(List.of(Optional.empty()));
        return new Side.Inside(
                () -> data(depth).files(),
                () -> result.set(0, work.call()),
                () -> result.get(0).isPresent() ? result.get(0).get() : summary(ours(depth)));
    }

    private Dataset<Row> ours(int depth) {
        Dataset<Row> spine = data(depth).readLabels();
        List<History.Ask> asks = new ArrayList<>();
        for (int days : DAYS) {
            Map<String, String> take = new LinkedHashMap<>();
            for (int i = 0; i < AGGREGATES.size(); i++) {
                take.put(name(days, i), AGGREGATES.get(i));
            }
            asks.add(new History.Ask.Window(Duration.ofDays(days), take));
        }
        History history = new History("features", data(depth).read(), Map.of("entity", "entity"), "ts", "ts", asks);
        Reach reach = Reach.of(spine, "as_of");
        Strategy strategy = Strategy.of(reach, List.of(history)).strategy();
        return PointInTime.add(spine, spine, "as_of", reach, List.of(history), strategy)
                .rows();
    }

    private Dataset<Row> rangeJoin(int depth) {
        int longest = DAYS.get(DAYS.size() - 1);
        Dataset<Row> labels = data(depth).readLabels().as("l");
        Dataset<Row> met = labels.join(
                data(depth).read().as("f"),
                expr("l.entity = f.entity and f.ts <= l.as_of and f.ts > l.as_of - interval " + longest + " days"),
                "left");
        List<Column> columns = new ArrayList<>();
        for (int days : DAYS) {
            for (int i = 0; i < AGGREGATES.size(); i++) {
                String within = AGGREGATES
                        .get(i)
                        .replaceAll("\\((.*)\\)", "(case when ts > as_of - interval " + days + " days then $1 end)");
                columns.add(expr(within).as(name(days, i)));
            }
        }
        return met.groupBy("id")
                .agg(columns.get(0), columns.subList(1, columns.size()).toArray(Column[]::new));
    }

    private Dataset<Row> frames(int depth) {
        List<Column> left =
                new ArrayList<>(List.of(col("entity"), unix_micros(col("as_of")).as("at"), col("id")));
        List<Column> right = new ArrayList<>(List.of(
                col("entity"),
                unix_micros(col("ts")).as("at"),
                lit(null).cast("long").as("id")));
        for (String x : List.of("x0", "x1", "x2")) {
            left.add(lit(null).cast("double").as(x));
            right.add(col(x));
        }
        List<Column> columns = new ArrayList<>(List.of(col("id")));
        for (int days : DAYS) {
            WindowSpec span = Window.partitionBy("entity")
                    .orderBy("at")
                    .rangeBetween(1 - Duration.ofDays(days).toMillis() * 1_000, Window.currentRow());
            for (int i = 0; i < AGGREGATES.size(); i++) {
                columns.add(expr(AGGREGATES.get(i)).over(span).as(name(days, i)));
            }
        }
        return data(depth)
                .readLabels()
                .select(left.toArray(Column[]::new))
                .union(data(depth).read().select(right.toArray(Column[]::new)))
                .select(columns.toArray(Column[]::new))
                .where("id is not null");
    }

    private AsOfData data(int depth) {
        return new AsOfData(work, LABELS, ROWS, depth, COLUMNS, false);
    }

    private static String name(int days, int aggregate) {
        return "a" + aggregate + "_" + days + "d";
    }

    /** Sums of whole numbers that tell which aggregate met which row. */
    private static String summary(Dataset<Row> aggregated) {
        List<Column> checks = new ArrayList<>();
        for (int days : DAYS) {
            for (int i = 0; i < AGGREGATES.size(); i++) {
                String whole = "cast(coalesce(" + name(days, i) + ", -1) * 1000 as bigint)";
                checks.add(expr("sum(" + whole + " * (id % 1000))"));
            }
        }
        Row row = aggregated.agg(count(lit(1)), checks.toArray(Column[]::new)).head();
        return IntStream.range(0, row.length()).mapToObj(row::getLong).toList().toString();
    }
}
