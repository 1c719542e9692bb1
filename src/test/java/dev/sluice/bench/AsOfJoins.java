package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.PointInTime;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The newest row of an entity as of many times. All of an entity's rows have different times, and all columns have values, so
 * that peers that are less exact find the same.
 *
 * @param work folder for data
 */
record AsOfJoins(Path work) {
    private static final int LABELS = 200_000;
    private static final int ROWS = 2_000_000;
    private static final int COLUMNS = 5;
    private static final int DAYS = 30;

    List<Benchmark> all() {
        return List.of(
                benchmark("P1", 10, "Feast's Spark SQL", this::feast, 1 / 5.0),
                benchmark("P2", 100, "Feast's Spark SQL", this::feast, 1 / 20.0),
                benchmark("P4", 100, "tempo's plan: union, last value that is not null", this::tempo, 1 / 3.5),
                scan(),
                duckDb());
    }

    private Benchmark benchmark(
            String id, int depth, String name, Function<Integer, Dataset<Row>> peer, double atMost) {
        return benchmark(id, depth, name, () -> summary(peer.apply(depth)), atMost);
    }

    private Benchmark benchmark(String id, int depth, String name, Work peer, double atMost) {
        return new Benchmark(
                id,
                String.format(
                        Locale.ROOT,
                        "as-of join of %,d rows with %,d, %d for each key, %d columns; peer: %s",
                        LABELS,
                        ROWS,
                        depth,
                        COLUMNS,
                        name),
                side(depth, () -> summary(ours(depth))),
                Optional.of(side(depth, peer)),
                new Target.CpuOfPeer(atMost));
    }

    /** P11: the whole join against reading what it reads. */
    private Benchmark scan() {
        return new Benchmark(
                "P11",
                String.format(
                        Locale.ROOT,
                        "as-of join of %,d rows with %,d, %d columns; peer: a scan of both sides that adds up all columns",
                        LABELS,
                        ROWS,
                        COLUMNS),
                side(100, () -> rows(summary(ours(100)))),
                Optional.of(side(100, () -> {
                    summary(features(100).withColumn("id", col("entity")));
                    return rows(labels(100)
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
        return benchmark("P17", 100, "DuckDB's ASOF JOIN on two threads, same files", () -> duckDb(100), 2.5);
    }

    /** Work with a result. */
    private interface Work {
        String run() throws Exception;
    }

    private Side side(int depth, Work work) {
        String[] result = new String[1];
        return new Side.Inside(() -> files(depth), () -> result[0] = work.run(), () -> result[0]);
    }

    private Dataset<Row> ours(int depth) {
        Dataset<Row> spine = labels(depth);
        Map<String, String> take = new LinkedHashMap<>();
        names().forEach(name -> take.put(name, name));
        History history = new History(
                "features",
                features(depth),
                Map.of("entity", "entity"),
                "ts",
                "ts",
                List.of(new History.Ask.Newest(take, Optional.of(Duration.ofDays(DAYS)), Optional.empty())));
        Reach reach = Reach.of(spine, "as_of");
        return PointInTime.add(spine, spine, "as_of", reach, List.of(history), System.getProperty("STRAT") != null ? Strategy.valueOf(System.getProperty("STRAT")) : Strategy.of(spine, List.of("entity"), reach, List.of(features(depth))).strategy());
    }

    /**
     * As Feast 0.67 writes it ({@code MULTIPLE_FEATURE_VIEW_POINT_IN_TIME_JOIN} of its Spark offline store), for one feature view
     * without a created column.
     */
    private Dataset<Row> feast(int depth) {
        labels(depth).createOrReplaceTempView("labels");
        features(depth).createOrReplaceTempView("features");
        Row range = labels(depth).selectExpr("min(as_of)", "max(as_of)").head();
        String columns = String.join(", ", names());
        return LocalSpark.session()
                .sql(
                        """
                WITH entity_dataframe AS (
                  SELECT *, CONCAT(CAST(entity AS STRING), CAST(as_of AS STRING)) AS row_id FROM labels
                ), entities AS (
                  SELECT entity, as_of AS entity_timestamp, row_id FROM entity_dataframe GROUP BY entity, as_of, row_id
                ), subquery AS (
                  SELECT ts AS event_timestamp, entity, %1$s FROM features
                  WHERE ts <= TIMESTAMP '%2$s' AND ts >= TIMESTAMP '%3$s' - INTERVAL %4$d DAY
                ), base AS (
                  SELECT subquery.*, entities.entity_timestamp, entities.row_id
                  FROM subquery INNER JOIN entities
                  ON TRUE AND subquery.event_timestamp <= entities.entity_timestamp
                  AND subquery.event_timestamp >= entities.entity_timestamp - INTERVAL %4$d DAY
                  AND subquery.entity = entities.entity
                ), latest AS (
                  SELECT event_timestamp, row_id FROM (
                    SELECT *, ROW_NUMBER() OVER (PARTITION BY row_id ORDER BY event_timestamp DESC) AS row_number FROM base
                  ) WHERE row_number = 1
                ), cleaned AS (
                  SELECT base.* FROM base INNER JOIN latest USING (row_id, event_timestamp)
                )
                SELECT id, %1$s FROM entity_dataframe
                LEFT JOIN (SELECT row_id, %1$s FROM cleaned) USING (row_id)
                """
                                .formatted(columns, range.get(1), range.get(0), DAYS));
    }

    /** As {@code TSDF.asofJoin} of Databricks Labs' tempo plans it with its defaults. */
    private Dataset<Row> tempo(int depth) {
        List<Column> left = new ArrayList<>(List.of(
                col("entity"),
                col("as_of").as("at"),
                lit(1).as("side"),
                col("id"),
                lit(null).cast("timestamp").as("ts")));
        List<Column> right = new ArrayList<>(List.of(
                col("entity"),
                col("ts").as("at"),
                lit(-1).as("side"),
                lit(null).cast("long").as("id"),
                col("ts")));
        names().forEach(name -> {
            left.add(lit(null).cast("double").as(name));
            right.add(col(name));
        });
        WindowSpec before = Window.partitionBy("entity")
                .orderBy("at", "side")
                .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        List<Column> filled = new ArrayList<>(List.of(
                col("id"), col("side"), last(col("ts"), true).over(before).as("ts")));
        names().forEach(name -> filled.add(last(col(name), true).over(before).as(name)));
        return labels(depth)
                .select(left.toArray(Column[]::new))
                .union(features(depth).select(right.toArray(Column[]::new)))
                .select(filled.toArray(Column[]::new))
                .where("side = 1");
    }

    private String duckDb(int depth) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 2");
            ResultSet found = statement.executeQuery("SELECT "
                    + checks().stream().collect(Collectors.joining(", "))
                    + " FROM read_parquet('" + labelFiles(depth) + "/*.parquet') l"
                    + " ASOF LEFT JOIN read_parquet('" + featureFiles(depth) + "/*.parquet') f"
                    + " ON l.entity = f.entity AND l.as_of >= f.ts");
            found.next();
            List<Long> values = new ArrayList<>();
            for (int i = 1; i <= checks().size(); i++) {
                values.add((long) found.getDouble(i));
            }
            return values.toString();
        }
    }

    /** Sums of whole numbers that tell which row met which. */
    private static List<String> checks() {
        List<String> checks = new ArrayList<>(List.of("count(*)", "count(x0)"));
        names().forEach(name -> checks.add("sum(" + name + ")"));
        checks.add("sum((id % 1000) * x0)");
        return checks;
    }

    private static String summary(Dataset<Row> joined) {
        Column[] checks = checks().stream()
                .map(check -> check.equals("count(*)") ? count(lit(1)) : expr(check))
                .map(check -> check.cast("double"))
                .toArray(Column[]::new);
        Row row = joined.select("id", names().toArray(String[]::new))
                .agg(checks[0], Arrays.copyOfRange(checks, 1, checks.length))
                .head();
        return IntStream.range(0, row.length())
                .mapToObj(i -> (long) row.getDouble(i))
                .toList()
                .toString();
    }

    private static List<String> names() {
        return IntStream.range(0, COLUMNS).mapToObj(i -> "x" + i).toList();
    }

    private Dataset<Row> labels(int depth) {
        return LocalSpark.session().read().parquet(labelFiles(depth).toString());
    }

    private Dataset<Row> features(int depth) {
        return LocalSpark.session().read().parquet(featureFiles(depth).toString());
    }

    private Path labelFiles(int depth) {
        return work.resolve("labels-" + depth);
    }

    private Path featureFiles(int depth) {
        return work.resolve("features-" + depth);
    }

    /** Makes them where they are not there. */
    private void files(int depth) {
        int entities = ROWS / depth;
        String time =
                "timestamp_micros(1700000000000000 + pmod(xxhash64(id, %d), " + DAYS + " * 86400) * 1000000 + %s)";
        if (!Files.exists(featureFiles(depth).resolve("_SUCCESS"))) {
            List<String> columns = new ArrayList<>(List.of(
                    "pmod(id, " + entities + ") as entity", time.formatted(1, "id div " + entities) + " as ts"));
            for (int i = 0; i < COLUMNS; i++) {
                columns.add("cast(pmod(xxhash64(id, " + (10 + i) + "), 1000) as double) as x" + i);
            }
            LocalSpark.session()
                    .range(0, ROWS, 1, 4)
                    .selectExpr(columns.toArray(String[]::new))
                    .write()
                    .parquet(featureFiles(depth).toString());
        }
        if (!Files.exists(labelFiles(depth).resolve("_SUCCESS"))) {
            LocalSpark.session()
                    .range(0, LABELS, 1, 4)
                    .selectExpr(
                            "id",
                            "pmod(xxhash64(id, 3), " + entities + ") as entity",
                            time.formatted(2, "id") + " as as_of")
                    .write()
                    .parquet(labelFiles(depth).toString());
        }
    }
}
