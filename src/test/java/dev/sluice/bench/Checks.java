package dev.sluice.bench;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationRunBuilder;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.metrics.DoubleMetric;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.adapter.deequ.DeequSuite;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.Profiler;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;

/**
 * Forty constraints on single columns and ten sets of columns that are grouped by, as Deequ's {@code Check} objects. Results
 * are equal when every verdict is, and every metric to nine digits.
 *
 * @param profiles whose rows are checked
 */
record Checks(Profiles profiles) {
    private static final int MANY = 1_000_000;
    private static final int NUMBERS = 16;
    private static final int SETS = 10;

    List<Benchmark> all() {
        VerificationResult[] ours = new VerificationResult[1];
        VerificationResult[] peer = new VerificationResult[1];
        return List.of(new Benchmark(
                "D4",
                String.format(
                        Locale.ROOT,
                        "40 constraints and uniqueness of 10 sets of columns, %,d rows, profile included; peer: Deequ's"
                                + " VerificationSuite",
                        MANY),
                new Side.Inside(
                        () -> profiles.read(MANY),
                        () -> {
                            Dataset<Row> rows = profiles.read(MANY);
                            ours[0] = DeequSuite.verify(List.of(check()), rows, Profiler.profile(rows));
                        },
                        () -> summary(ours[0])),
                Optional.of(new Side.Inside(
                        () -> profiles.read(MANY),
                        () -> {
                            VerificationRunBuilder run = new VerificationSuite().onData(profiles.read(MANY));
                            peer[0] = run.addCheck(check()).run();
                        },
                        () -> summary(peer[0]))),
                new Target.CpuOfPeer(1 / 8.0)));
    }

    private static Check check() {
        Check check = new Check(CheckLevel.Error(), "all", seq(List.of()));
        for (int i = 0; i < NUMBERS; i++) {
            String column = "n" + i;
            check = check.hasMin(column, new IsFinite(), Option.empty(), Option.empty())
                    .hasMax(column, new IsFinite(), Option.empty(), Option.empty());
            if (i % 4 == 0) {
                check = check.hasMean(column, new IsFinite(), Option.empty())
                        .hasCompleteness(column, new IsFinite(), Option.empty(), Option.empty());
            }
        }
        for (int i = 0; i < SETS; i++) {
            check = check.hasUniqueness(
                    seq(List.of("n" + i, "s" + (NUMBERS + i % 4))), new IsFinite(), Option.empty(), Option.empty());
        }
        return check;
    }

    private static <T> Seq<T> seq(List<T> list) {
        return JavaConverters.asScalaBuffer(list).toSeq();
    }

    private static final class IsFinite extends AbstractFunction1<Object, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Object apply(Object metric) {
            return Double.isFinite((double) metric);
        }
    }

    private static String summary(VerificationResult result) {
        Map<String, String> metrics = new TreeMap<>();
        for (Map.Entry<Analyzer<?, Metric<?>>, Metric<?>> metric :
                JavaConverters.mapAsJavaMap(result.metrics()).entrySet()) {
            metrics.put(metric.getKey().toString(), String.format(Locale.ROOT, "%.8e", (double)
                    ((DoubleMetric) metric.getValue()).value().get()));
        }
        return result.status() + " " + metrics.size() + " metrics " + metrics;
    }
}
