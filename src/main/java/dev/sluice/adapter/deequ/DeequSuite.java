package dev.sluice.adapter.deequ;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckResult;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.stats.TableProfile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Enumeration;
import scala.Tuple2;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.mutable.Builder;

/**
 * Deequ's own {@code Check} objects, decided on a profile: for Java code that has them already, in the place of
 * {@code VerificationSuite}, and with its result.
 */
public final class DeequSuite {
    private DeequSuite() {}

    /**
     * Decides each check. What the profile knows is not measured again; all keys and all that Deequ's analyzers aggregate cost one job;
     * what is left (filters on groupings, histograms, sketches, SQL) is Deequ's {@code AnalysisRunner}'s. As there, a check that cannot be
     * measured (a column that is not there) is one that fails, and says so.
     *
     * @param rows what is judged
     * @param profile the profile of exactly these rows
     */
    public static VerificationResult verify(List<Check> checks, Dataset<Row> rows, TableProfile profile) {
        Set<Analyzer<?, Metric<?>>> analyzers = new LinkedHashSet<>();
        checks.forEach(check -> analyzers.addAll(Constraints.required(check)));
        Metrics metrics = Metrics.of(Wanted.ofAll(analyzers), rows, profile);
        AnalyzerContext context = Constraints.context(analyzers, metrics::metric);
        Builder<Tuple2<Check, CheckResult>, Map<Check, CheckResult>> results = Map$.MODULE$.newBuilder();
        Enumeration.Value status = CheckStatus.Success();
        for (Check check : checks) {
            CheckResult result = check.evaluate(context);
            results.$plus$eq(new Tuple2<>(check, result));
            status = result.status().id() > status.id() ? result.status() : status;
        }
        return new VerificationResult(status, results.result(), context.metricMap());
    }
}
