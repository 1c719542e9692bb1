package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.deequ.analyzers.Mean;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.anomalydetection.AbsoluteChangeStrategy;
import com.amazon.deequ.anomalydetection.AnomalyDetectionStrategy;
import com.amazon.deequ.anomalydetection.BatchNormalStrategy;
import com.amazon.deequ.anomalydetection.OnlineNormalStrategy;
import com.amazon.deequ.anomalydetection.RelativeRateOfChangeStrategy;
import com.amazon.deequ.anomalydetection.seasonal.HoltWinters;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.repository.ResultKey;
import com.amazon.deequ.repository.memory.InMemoryMetricsRepository;
import dev.sluice.config.Anomaly;
import dev.sluice.config.Check;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Measure;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.port.MetricHistory;
import dev.sluice.testing.SparkTest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.Map$;

@SparkTest
class UsualChecksTest {
    private static final Instant TODAY = Instant.parse("2013-10-01T00:00:00Z");
    private static final Interval DAY = new Interval(TODAY, TODAY.plus(1, ChronoUnit.DAYS));
    private static final Mean MEAN = new Mean("x", Option.empty());

    private static final Anomaly CHANGE = new Anomaly.AbsoluteChange(change(-5.0, 4.0));
    private static final Anomaly RATIO = new Anomaly.RelativeChange(change(0.9, 1.1));
    private static final Anomaly ONLINE = new Anomaly.OnlineNormal(deviations(1.5, 2.0));
    private static final Anomaly BATCH = new Anomaly.BatchNormal(deviations(1.5, 2.0));
    private static final Anomaly WEEK = new Anomaly.HoltWinters(Anomaly.HoltWinters.Season.WEEK);

    @Test
    void isDecidedAsByDeequsOwnAnomalyCheck(SparkSession spark) {
        Map<Anomaly, AnomalyDetectionStrategy> strategies = new LinkedHashMap<>();
        strategies.put(CHANGE, new AbsoluteChangeStrategy(some(-5), some(4), 1));
        strategies.put(RATIO, new RelativeRateOfChangeStrategy(some(0.9), some(1.1), 1));
        strategies.put(ONLINE, new OnlineNormalStrategy(some(1.5), some(2), 0.1, true));
        strategies.put(BATCH, new BatchNormalStrategy(some(1.5), some(2), false));
        strategies.put(WEEK, new HoltWinters(7));
        Random random = new Random(20131001);
        Map<CheckStatusOf, Integer> seen = new LinkedHashMap<>();
        for (int run = 0; run < 8; run++) {
            List<Double> series = series(random, 15 + random.nextInt(20));
            double today = 40 + 12 * random.nextGaussian();
            Dataset<Row> rows = rows(spark, today);
            strategies.forEach((anomaly, strategy) -> {
                boolean theirs = deequ(rows, series, strategy);
                CheckResult ours = usual(rows, anomaly, history(series));
                assertThat(ours.status() == CheckResult.Status.PASS)
                        .as("%s of %s after %s: %s", anomaly, today, series, ours)
                        .isEqualTo(theirs);
                seen.merge(new CheckStatusOf(anomaly, theirs), 1, Integer::sum);
            });
        }
        assertThat(seen.keySet()).as("both answers were seen of each strategy").hasSize(2 * strategies.size());
    }

    private record CheckStatusOf(Anomaly anomaly, boolean usual) {}

    @Test
    void saysWhatWasFoundAndWhatIsUsual(SparkSession spark) {
        List<Double> steady = List.of(40.0, 41.0, 39.0, 40.0, 42.0, 38.0, 40.0);
        Dataset<Row> rows = rows(spark, 50);
        assertThat(List.of(CHANGE, RATIO, ONLINE, BATCH))
                .extracting(anomaly -> usual(rows, anomaly, history(steady)))
                .extracting(result -> result.status() + " " + result.source() + ": " + result.found() + "; expected "
                        + result.expected())
                .containsExactly(
                        "WARN PROFILE: a mean of 50; 7 earlier, the last a mean of 40;"
                                + " expected a change of -5 to 4 from the one before",
                        "WARN PROFILE: a mean of 50; 7 earlier, the last a mean of 40; expected 0.9 to 1.1 times the one before",
                        "WARN PROFILE: a mean of 50; 7 earlier, the last a mean of 40; expected at most 1.5 standard deviations below"
                                + " and 2 above the running mean: a mean of 34.76 to a mean of 46.98",
                        "WARN PROFILE: a mean of 50; 7 earlier, the last a mean of 40; expected at most 1.5 standard deviations below"
                                + " and 2 above the mean of the earlier ones: a mean of 38.06 to a mean of 42.58");
        List<Double> weeks = series(new Random(1), 21);
        assertThat(usual(rows(spark, 90), WEEK, history(weeks)).expected())
                .startsWith("what Holt-Winters forecasts by the week: about a mean of ");
    }

    @Test
    void isNotJudgedByTooFewOrByOthersThanItsOwn(SparkSession spark) {
        Dataset<Row> rows = rows(spark, 50);
        assertThat(usual(rows, BATCH, history(List.of(40.0, 41.0, 40.0))))
                .extracting(CheckResult::status, CheckResult::found)
                .containsExactly(
                        CheckResult.Status.PASS,
                        "a mean of 50; 3 earlier, the last a mean of 40; not judged by fewer than 7");
        assertThat(usual(rows, CHANGE, MetricHistory.NONE).found())
                .isEqualTo("a mean of 50; no earlier number; not judged by fewer than 1");

        List<Double> withNaN = new ArrayList<>(List.of(49.0, Double.NaN));
        assertThat(usual(rows, CHANGE, history(withNaN)).status())
                .as("what is no number is nothing to compare with")
                .isEqualTo(CheckResult.Status.PASS);

        List<Double> weeks = series(new Random(1), 20);
        List<MetricHistory.Point> gap = new ArrayList<>(points(weeks));
        gap.remove(10);
        assertThat(usual(rows, WEEK, analyzer -> gap).found())
                .as("a day is missing, and the seasons before it would be shifted")
                .endsWith("not judged by fewer than 14");
        Interval hour = new Interval(TODAY, TODAY.plus(1, ChronoUnit.HOURS));
        assertThat(evaluate(rows, checks(WEEK), history(weeks), hour, Set.of())
                        .get(1)
                        .found())
                .endsWith("not judged, as its intervals are of 1 day and this one of PT1H");
    }

    @Test
    void whatCannotBeMeasuredIsNotUsual(SparkSession spark) {
        assertThat(usual(spark.sql("SELECT CAST(NULL AS DOUBLE) AS x"), CHANGE, history(List.of(1.0))))
                .extracting(CheckResult::status, CheckResult::found)
                .containsExactly(CheckResult.Status.WARN, "no number in 1 row");
        assertThat(usual(spark.sql("SELECT CAST('NaN' AS DOUBLE) AS x"), CHANGE, history(List.of(1.0)))
                        .status())
                .isEqualTo(CheckResult.Status.WARN);
    }

    @Test
    void numbersOfEveryKindHaveASeries(SparkSession spark) {
        Map<String, Check> checks = new LinkedHashMap<>();
        Optional<Double> zero = Optional.of(0.0);
        Optional<Double> any = Optional.empty();
        checks.put(
                "rows",
                new Check.Size(
                        new Check.Size.Bounds(Optional.empty(), Optional.of(1L), Optional.empty()), TableElse.FAIL));
        checks.put("mean", mean());
        checks.put("complete", new Check.Complete("x", 0, TableElse.FAIL));
        checks.put("distinct", new Measure.Distinctness(List.of("x"), zero, any, TableElse.FAIL));
        checks.put("entropy", new Measure.Entropy("x", zero, any, TableElse.FAIL));
        List<CheckResult> results = evaluate(rows(spark, 50), checks, MetricHistory.NONE, DAY, Set.of());
        assertThat(results)
                .extracting(result -> result.measures().orElseThrow())
                .extracting(key -> key.entity() + " " + key.instance() + " " + key.name() + " " + key.analyzer())
                .containsExactly(
                        "Dataset * Size {\"analyzerName\":\"Size\"}",
                        "Column x Mean {\"analyzerName\":\"Mean\",\"column\":\"x\"}",
                        "Column x Completeness {\"analyzerName\":\"Completeness\",\"column\":\"x\"}",
                        "Column x Distinctness {\"analyzerName\":\"Distinctness\",\"columns\":[\"x\"]}",
                        "Column x Entropy {\"analyzerName\":\"Entropy\",\"column\":\"x\"}");
    }

    @Test
    void sensitiveValuesAreNotKeptAndSoNotCompared(SparkSession spark) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("mean", new Measure.Largest("x", Optional.of(0.0), Optional.empty(), TableElse.FAIL));
        List<CheckResult> results = evaluate(rows(spark, 50), checks, MetricHistory.NONE, DAY, Set.of("x"));
        assertThat(results.get(0).metric()).isEmpty();
        checks.put("usual", checks(CHANGE).get("usual"));
        assertThatThrownBy(() -> evaluate(rows(spark, 50), checks, MetricHistory.NONE, DAY, Set.of("x")))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining(
                        "check usual is about the numbers of mean for earlier intervals, which are not kept");
    }

    private static boolean deequ(Dataset<Row> rows, List<Double> series, AnomalyDetectionStrategy strategy) {
        InMemoryMetricsRepository repository = new InMemoryMetricsRepository();
        for (MetricHistory.Point point : points(series)) {
            AnalyzerContext context = Constraints.context(
                    Set.of(DeequAnomalies.any(MEAN)),
                    any -> Constraints.metric(MEAN, OptionalDouble.of(point.value())));
            repository.save(new ResultKey(point.interval().from().toEpochMilli(), Map$.MODULE$.empty()), context);
        }
        return DeequAnomalies.verify(
                        rows, repository, new ResultKey(TODAY.toEpochMilli(), Map$.MODULE$.empty()), strategy, MEAN)
                .status()
                .equals(CheckStatus.Success());
    }

    private static CheckResult usual(Dataset<Row> rows, Anomaly anomaly, MetricHistory history) {
        return evaluate(rows, checks(anomaly), history, DAY, Set.of()).get(1);
    }

    private static List<CheckResult> evaluate(
            Dataset<Row> rows,
            Map<String, Check> checks,
            MetricHistory history,
            Interval interval,
            Set<String> sensitive) {
        return new DeequChecks()
                .evaluate(
                        checks,
                        new Judged(
                                rows,
                                Profiler.profile(rows),
                                List.of(),
                                sensitive,
                                interval,
                                ZoneOffset.UTC,
                                table -> {
                                    throw new IllegalStateException("no other table");
                                },
                                history));
    }

    private static Map<String, Check> checks(Anomaly anomaly) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("mean", mean());
        checks.put("usual", new Check.Usual("mean", anomaly, 90, Optional.empty(), TableElse.WARN));
        return checks;
    }

    private static Measure mean() {
        return new Measure.Mean("x", Optional.of(0.0), Optional.empty(), TableElse.WARN);
    }

    private static Dataset<Row> rows(SparkSession spark, double mean) {
        return spark.sql("SELECT explode(array(%sD - 1, %sD + 1)) AS x".formatted(mean, mean));
    }

    /** With a week's season, so that there is something to forecast. */
    private static List<Double> series(Random random, int days) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < days; i++) {
            values.add(40 + 6 * Math.sin(2 * Math.PI * i / 7) + 2 * random.nextGaussian());
        }
        return values;
    }

    private static MetricHistory history(List<Double> values) {
        List<MetricHistory.Point> points = points(values);
        return analyzer -> analyzer.equals("{\"analyzerName\":\"Mean\",\"column\":\"x\"}") ? points : List.of();
    }

    private static List<MetricHistory.Point> points(List<Double> values) {
        List<MetricHistory.Point> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Instant from = TODAY.minus((long) values.size() - i, ChronoUnit.DAYS);
            points.add(new MetricHistory.Point(new Interval(from, from.plus(1, ChronoUnit.DAYS)), values.get(i)));
        }
        return points;
    }

    private static Anomaly.Change change(double min, double max) {
        return new Anomaly.Change(Optional.of(min), Optional.of(max));
    }

    private static Anomaly.Deviations deviations(double below, double above) {
        return new Anomaly.Deviations(Optional.of(below), Optional.of(above));
    }

    private static Option<Object> some(double number) {
        return Option.apply((Object) number);
    }
}
