package dev.sluice.adapter.deequ;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.anomalydetection.AnomalyDetectionStrategy;
import com.amazon.deequ.repository.MetricsRepository;
import com.amazon.deequ.repository.ResultKey;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Option;

/** Deequ's anomaly checks as its own suite decides them. */
final class DeequAnomalies {
    private DeequAnomalies() {}

    /** Measures, compares with what the repository has, and saves. Scala knows that the analyzer's metric is one of a double. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static VerificationResult verify(
            Dataset<Row> rows,
            MetricsRepository repository,
            ResultKey key,
            AnomalyDetectionStrategy strategy,
            Analyzer analyzer) {
        return new VerificationSuite()
                .onData(rows)
                .useRepository(repository)
                .saveOrAppendResult(key)
                .addAnomalyCheck(strategy, analyzer, Option.empty())
                .run();
    }

    /** An analyzer as Deequ's collections of them have it. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Analyzer<?, com.amazon.deequ.metrics.Metric<?>> any(Analyzer analyzer) {
        return analyzer;
    }
}
