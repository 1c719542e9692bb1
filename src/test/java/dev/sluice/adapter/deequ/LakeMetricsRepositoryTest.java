package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.DeequAnomalies.any;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.analyzers.ApproxQuantile;
import com.amazon.deequ.analyzers.Completeness;
import com.amazon.deequ.analyzers.Entropy;
import com.amazon.deequ.analyzers.KLLSketch;
import com.amazon.deequ.analyzers.Maximum;
import com.amazon.deequ.analyzers.Mean;
import com.amazon.deequ.analyzers.Size;
import com.amazon.deequ.analyzers.runners.AnalysisRunner;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.anomalydetection.RelativeRateOfChangeStrategy;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.metrics.Metric;
import com.amazon.deequ.repository.AnalysisResult;
import com.amazon.deequ.repository.MetricsRepository;
import com.amazon.deequ.repository.ResultKey;
import com.amazon.deequ.repository.memory.InMemoryMetricsRepository;
import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.EarlierMetrics;
import dev.sluice.pipeline.LakeRecords;
import dev.sluice.pipeline.NoFence;
import dev.sluice.port.MetricHistory;
import dev.sluice.port.RecordTables;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map$;

/** Deequ's own code on our history, beside Deequ's own repository in memory. */
@SparkTest
class LakeMetricsRepositoryTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final TableName TABLE = new TableName("bronze.orders");

    @TempDir
    private Path folder;

    private RecordTables tables;
    private MetricsRepository ours;

    @BeforeEach
    void lake(SparkSession spark) {
        tables = new DeltaRecords(spark.sparkContext().hadoopConfiguration(), "file:" + folder);
        ours = new LakeMetricsRepository(tables, "orders", TABLE, NEW_YORK);
    }

    @Test
    void givesBackWhatWasSavedAsDeequsOwnDoes(SparkSession spark) {
        MetricsRepository theirs = new InMemoryMetricsRepository();
        List<ResultKey> keys = List.of(
                key("2024-03-01", Map.of()),
                key("2024-03-02", Map.of("shop", "a", "kind", "b")),
                key("2024-03-03", Map.of("shop", "b")));
        for (int i = 0; i < keys.size(); i++) {
            AnalyzerContext context = measured(spark, 10 + i);
            ours.save(keys.get(i), context);
            theirs.save(keys.get(i), context);
        }

        for (ResultKey key : keys) {
            assertSame(ours.loadByKey(key).get(), theirs.loadByKey(key).get());
        }
        assertThat(ours.loadByKey(key("2024-03-09", Map.of())).isEmpty()).isTrue();
        assertThat(dates(ours))
                .containsExactlyInAnyOrderElementsOf(dates(theirs))
                .hasSize(3);
        assertThat(results(ours.load().withTagValues(scala(Map.of("shop", "b"))).get()))
                .hasSize(1);
        assertThat(results(ours.load().after(keys.get(1).dataSetDate()).get())).hasSize(2);
        assertThat(results(ours.load().before(keys.get(1).dataSetDate()).get())).hasSize(2);
        // Of infinite numbers Deequ has no such text.
        assertThat(ours.load()
                        .forAnalyzers(Constraints.seq(List.of(any(new Mean("x", Option.empty())))))
                        .getSuccessMetricsAsJson(Constraints.seq(List.of())))
                .contains("\"instance\":\"x\"");
    }

    @Test
    void theLastThatWasSavedCounts(SparkSession spark) {
        ResultKey key = key("2024-03-01", Map.of());
        ours.save(key, measured(spark, 10));
        ours.save(key, measured(spark, 20));
        ours.save(key, measured(spark, 10));
        assertThat(metrics(ours.loadByKey(key).get()).get("Size *").value().get())
                .isEqualTo(10.0);
        assertThat(new LakeMetricsRepository(tables, "orders", new TableName("bronze.others"), NEW_YORK)
                        .loadByKey(key)
                        .isEmpty())
                .isTrue();
    }

    @Test
    void deequsAnomalyChecksRunOnIt(SparkSession spark) {
        assertThat(verify(spark, "2024-03-01", 10).status()).as("no history").isEqualTo(CheckStatus.Warning());
        assertThat(verify(spark, "2024-03-02", 11).status()).isEqualTo(CheckStatus.Success());
        assertThat(verify(spark, "2024-03-03", 40).status()).isEqualTo(CheckStatus.Warning());
    }

    @Test
    void thePipelineComparesWithWhatDeequSaved(SparkSession spark) {
        ours.save(key("2024-03-09", Map.of()), measured(spark, 10));
        ours.save(key("2024-03-10", Map.of()), measured(spark, 11)); // of 23 hours
        ours.save(key("2024-03-10", Map.of("shop", "a")), measured(spark, 99));
        MetricHistory history = new EarlierMetrics(
                new LakeRecords(tables, "orders", "run", new NoFence()),
                TABLE,
                false,
                Interval.parse("2024-03-11/2024-03-12", NEW_YORK),
                NEW_YORK);
        assertThat(history.of(MetricKeys.of(any(new Size(Option.empty()))).analyzer()))
                .extracting(MetricHistory.Point::value)
                .containsExactly(10.0, 11.0);
    }

    private VerificationResult verify(SparkSession spark, String date, int rows) {
        return DeequAnomalies.verify(
                rows(spark, rows),
                ours,
                key(date, Map.of()),
                new RelativeRateOfChangeStrategy(Option.apply((Object) 0.5), Option.apply((Object) 2.0), 1),
                new Size(Option.empty()));
    }

    private static AnalyzerContext measured(SparkSession spark, int rows) {
        return AnalysisRunner.onData(rows(spark, rows))
                .addAnalyzers(Constraints.seq(List.of(
                        any(new Size(Option.empty())),
                        any(new Mean("x", Option.empty())),
                        any(new Maximum("x", Option.empty(), Option.empty())),
                        any(new Mean("odd", Option.empty())),
                        any(new Maximum("endless", Option.empty(), Option.empty())),
                        any(new Completeness("no such column", Option.empty(), Option.empty())),
                        any(new Entropy("y", Option.empty())),
                        any(new ApproxQuantile("x", 0.5, 0.01, Option.empty())),
                        any(new Completeness("x", Option.apply("y > 4"), Option.empty())),
                        any(new KLLSketch("x", Option.empty())))))
                .run();
    }

    private static Dataset<Row> rows(SparkSession spark, int rows) {
        return spark.range(rows)
                .selectExpr(
                        "nullif(CAST(id AS DOUBLE), -1) AS x",
                        "nullif(CAST(id * id AS DOUBLE), -1) AS y",
                        "IF(id > 0, 1, DOUBLE('NaN')) AS odd",
                        "IF(id > 0, 1, DOUBLE('Infinity')) AS endless");
    }

    private static ResultKey key(String date, Map<String, String> tags) {
        return new ResultKey(Interval.instant(date, NEW_YORK).toEpochMilli(), scala(tags));
    }

    private static scala.collection.immutable.Map<String, String> scala(Map<String, String> map) {
        scala.collection.immutable.Map<String, String> all = Map$.MODULE$.empty();
        for (Map.Entry<String, String> entry : map.entrySet()) {
            all = all.$plus(new scala.Tuple2<>(entry.getKey(), entry.getValue()));
        }
        return all;
    }

    private static List<ResultKey> dates(MetricsRepository repository) {
        return results(repository.load().get()).stream()
                .map(AnalysisResult::resultKey)
                .toList();
    }

    private static List<AnalysisResult> results(scala.collection.Seq<AnalysisResult> results) {
        return JavaConverters.seqAsJavaList(results);
    }

    private static Map<String, Metric<?>> metrics(AnalyzerContext context) {
        Map<String, Metric<?>> metrics = new HashMap<>();
        JavaConverters.mapAsJavaMap(context.metricMap())
                .forEach((analyzer, metric) -> metrics.put(metric.name() + " " + metric.instance(), metric));
        return metrics;
    }

    private static void assertSame(AnalyzerContext ours, AnalyzerContext theirs) {
        assertThat(JavaConverters.mapAsJavaMap(ours.metricMap()).keySet())
                .isEqualTo(JavaConverters.mapAsJavaMap(theirs.metricMap()).keySet())
                .hasSize(9);
        metrics(theirs).forEach((name, metric) -> {
            Object found = metrics(ours).get(name).value().get();
            if (metric.value().get() instanceof Double value) {
                assertThat((Double) found).as(name).isEqualTo(value);
            } else {
                assertThat(found).as(name).isEqualTo(metric.value().get());
            }
        });
    }
}
