package dev.sluice.model;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Features;
import dev.sluice.config.Metric;
import dev.sluice.config.Sql;
import dev.sluice.config.Train;
import dev.sluice.config.Train.Candidate;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.testing.TemporaryLake;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A small pipeline over {@link Generated} rows: spine {@code silver.loans}, feature table {@code gold.loan_features}. */
public final class Loans {
    public static final TableName FEATURES = new TableName("gold.loan_features");

    /** 50 days of rows; labels of the last two are not known by its end. */
    public static final Interval INTERVAL =
            new Interval(Instant.parse("2024-02-19T00:00:00Z"), Instant.parse("2024-02-20T00:00:00Z"));

    private Loans() {}

    public static Features features() {
        Map<String, Sql> take = new LinkedHashMap<>();
        for (String column : List.of("x", "n", "flag", "kind", "noise")) {
            take.put(column, new Sql(column));
        }
        return new Features(
                FEATURES,
                new Features.Spine(
                        new TableName("silver.loans"), List.of("id"), new Sql("as_of"), List.of("region"), List.of()),
                new Features.Label("bad", new Sql("label"), new Sql("as_of + INTERVAL 48 HOURS")),
                take,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                new Write.Overwrite(List.of()));
    }

    public static Train train(Map<String, Candidate> candidates, Train.Guards guards) {
        return new Train(
                Duration.ofDays(40),
                byTime(),
                new Train.Prepare(
                        new Train.Categorical(List.of("kind"), 3),
                        new Train.Numeric(Train.Impute.MEDIAN, Train.Scale.STANDARD),
                        guards),
                candidates,
                new Train.Search(Metric.AREA_UNDER_PR, 2, Duration.ofHours(1), 0.4),
                1);
    }

    private static Train.Split byTime() {
        return new Train.Split(
                0.7,
                0.15,
                0.15,
                Duration.ofDays(2),
                List.of(),
                Optional.empty(),
                new Train.Shared(List.of(), Optional.empty(), Optional.empty()));
    }

    public static Train.Guards noGuards() {
        return new Train.Guards(Optional.empty(), Optional.empty());
    }

    /** Baseline, two logistic regressions and a boosted one. */
    public static Map<String, Candidate> candidates() {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        Map<String, List<Double>> grid = new LinkedHashMap<>();
        grid.put("regParam", List.of(0.001, 5.0));
        grid.put("maxIter", List.of(10.0));
        candidates.put("logreg", new Candidate.LogisticRegression(grid));
        candidates.put("boosted", new Candidate.Xgboost(Map.of("numRound", List.of(30.0), "maxDepth", List.of(3.0))));
        return candidates;
    }

    /** Puts spine and features of these rows. */
    public static void put(TemporaryLake lake, Dataset<Row> rows) {
        Dataset<Row> all = rows.withColumn(
                "region", when(col("id").mod(3).equalTo(0), "north").otherwise("south"));
        lake.put("silver.loans", all);
        lake.put(FEATURES.text(), all.select("id", "as_of", "region", "x", "n", "flag", "kind", "noise"));
    }
}
