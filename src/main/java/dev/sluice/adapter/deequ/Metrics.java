package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalysisRunner;
import com.amazon.deequ.analyzers.runners.EmptyStateException;
import com.amazon.deequ.analyzers.runners.MetricCalculationPreconditionException;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.OneJob;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.stats.TableProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;
import scala.util.Failure;

/** Everything that a suite of checks measures, each from where it costs least. */
final class Metrics {
    private final Groupings groupings;
    private final Map<Analyzer<?, Metric<?>>, Measured> measured = new HashMap<>();
    private final Map<String, List<PerGroup.Group>> aggregated = new HashMap<>();

    private Metrics(Groupings groupings) {
        this.groupings = groupings;
    }

    /**
     * Measures: what the profile knows, without a job; in one job how rows group, and what Deequ's analyzers aggregate; and what is
     * neither, which only a user's own checks ask for, by a run of Deequ's.
     *
     * @param profile of exactly these rows
     * @throws SluiceException PLAN_INVALID when a column has more than {@link PerGroup#MOST} values whose rows are measured by themselves
     */
    static Metrics of(Wanted wanted, Dataset<Row> rows, TableProfile profile) {
        Map<Analyzer<?, Metric<?>>, Metric<?>> known = new ProfileMetrics(profile).of(wanted.ofAll());
        Wanted unknown = wanted.withoutOfAll(known.keySet());
        Set<String> columns = profile.columns().keySet();
        Wanted grouped = unknown.those(analyzer -> GroupMetrics.measure(analyzer, columns));
        Wanted aggregated =
                unknown.those(analyzer -> !GroupMetrics.measure(analyzer, columns) && Aggregates.measure(analyzer));

        OneJob job = new OneJob(rows, profile.rows());
        Groupings groupings = Groupings.ask(job, grouped, profile);
        Metrics metrics = new Metrics(groupings);
        Aggregates.ask(job, aggregated.ofAll(), found -> metrics.put(found, Source.DEEQU));
        Aggregates.askEach(job, aggregated.ofEach(), metrics.aggregated::putAll);
        job.run();

        metrics.put(known, Source.PROFILE);
        grouped.ofAll().forEach(analyzer -> metrics.measured.put(analyzer, groupings.measured(analyzer)));
        metrics.run(unknown.withoutOfAll(grouped.ofAll()).withoutOfAll(aggregated.ofAll()), rows);
        return metrics;
    }

    private void put(Map<Analyzer<?, Metric<?>>, Metric<?>> found, Source source) {
        found.forEach((analyzer, metric) -> measured.put(analyzer, new Measured(told(metric), source)));
    }

    private void run(Wanted wanted, Dataset<Row> rows) {
        if (!wanted.ofAll().isEmpty()) {
            put(
                    JavaConverters.mapAsJavaMap(AnalysisRunner.onData(rows)
                            .addAnalyzers(Constraints.seq(List.copyOf(wanted.ofAll())))
                            .run()
                            .metricMap()),
                    Source.DEEQU);
        }
    }

    /**
     * A metric that was measured, or that has nothing to measure. That it broke is no answer: Deequ would make it a failed
     * constraint.
     */
    private static Metric<?> told(Metric<?> metric) {
        if (metric.value() instanceof Failure<?> failure
                && !(failure.exception() instanceof EmptyStateException)
                && !(failure.exception() instanceof MetricCalculationPreconditionException)) {
            Throwable cause =
                    Optional.ofNullable(failure.exception().getCause()).orElse(failure.exception());
            if (cause instanceof RuntimeException broken) {
                throw broken;
            }
            throw new IllegalStateException(cause);
        }
        return metric;
    }

    Metric<?> metric(Analyzer<?, Metric<?>> analyzer) {
        return measured.get(analyzer).metric();
    }

    Source source(Analyzer<?, Metric<?>> analyzer) {
        return measured.get(analyzer).source();
    }

    /** How rows group. */
    Groupings groupings() {
        return groupings;
    }

    /** What was aggregated of the rows of each value of a column. */
    List<PerGroup.Group> ofEach(String column) {
        return aggregated.get(column);
    }
}
