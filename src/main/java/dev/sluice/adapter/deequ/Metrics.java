package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalysisRunner;
import com.amazon.deequ.analyzers.runners.EmptyStateException;
import com.amazon.deequ.analyzers.runners.MetricCalculationPreconditionException;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.frame.KeyCounts;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;
import scala.util.Failure;

/** Everything that a suite of checks measures on all rows, each from where it costs least. */
final class Metrics {
    private final Map<Analyzer<?, Metric<?>>, Measured> measured;
    private final Map<SortedSet<String>, Groups> groups;
    private final Map<SortedSet<String>, Source> sources;
    private final Map<String, List<PerGroup.Group>> perGroup;

    private Metrics() {
        this.measured = new HashMap<>();
        this.groups = new HashMap<>();
        this.sources = new HashMap<>();
        this.perGroup = new HashMap<>();
    }

    /**
     * Measures: what the profile knows, without a job; how all rows group by sets of columns, by fingerprints, in one job; other
     * groupings in one job; and what is left in one run of Deequ's, which shares one scan unless an analyzer of a user's own
     * checks cannot.
     *
     * @param analyzers what is measured
     * @param keys sets of which a value that several rows share is asked for
     * @param sets whose smallest and largest groups are asked for
     * @param each what is measured on groupings of the rows of each value of a column, by the column
     */
    static Metrics of(
            Collection<Analyzer<?, Metric<?>>> analyzers,
            Set<SortedSet<String>> keys,
            Set<SortedSet<String>> sets,
            Map<String, Set<Analyzer<?, Metric<?>>>> each,
            Dataset<Row> rows,
            TableProfile profile) {
        Metrics metrics = new Metrics();
        Set<Analyzer<?, Metric<?>>> left = new LinkedHashSet<>(analyzers);
        metrics.profile(left, profile);
        metrics.count(left, keys, sets, rows, profile);
        metrics.group(left, each, rows);
        metrics.run(left, rows);
        return metrics;
    }

    private void profile(Set<Analyzer<?, Metric<?>>> left, TableProfile profile) {
        ProfileMetrics known = new ProfileMetrics(profile);
        left.forEach(analyzer ->
                known.of(analyzer).ifPresent(metric -> measured.put(analyzer, new Measured(metric, Source.PROFILE))));
        left.removeAll(measured.keySet());
    }

    /** Groups that the profile knows, and those that fingerprints tell apart. */
    private void count(
            Set<Analyzer<?, Metric<?>>> left,
            Set<SortedSet<String>> keys,
            Set<SortedSet<String>> sets,
            Dataset<Row> rows,
            TableProfile profile) {
        Set<SortedSet<String>> all = new LinkedHashSet<>(sets);
        all.addAll(keys);
        left.forEach(analyzer -> GroupMetrics.columns(analyzer)
                .filter(profile.columns().keySet()::containsAll)
                .ifPresent(all::add));
        Set<SortedSet<String>> unknown = new LinkedHashSet<>();
        for (SortedSet<String> set : all) {
            Optional<Groups> counted = Groups.counted(set, profile);
            counted.ifPresentOrElse(known -> groups.put(set, known), () -> unknown.add(set));
            sources.put(set, counted.isPresent() ? Source.PROFILE : Source.GROUPING);
        }
        unknown.removeAll(sets);
        unknown.removeIf(set -> !KeyCounts.fits(rows.schema(), set));
        groups.putAll(KeyGroups.of(rows, unknown, keys, profile.rows()));
    }

    private void group(
            Set<Analyzer<?, Metric<?>>> left, Map<String, Set<Analyzer<?, Metric<?>>>> each, Dataset<Row> rows) {
        Set<Groups.Asked> unknown = new LinkedHashSet<>();
        sources.keySet().stream()
                .filter(set -> !groups.containsKey(set))
                .map(Groups.Asked::of)
                .forEach(unknown::add);
        Set<Groups.Asked> pairs = new LinkedHashSet<>();
        left.forEach(analyzer -> GroupMetrics.pair(analyzer)
                .filter(Set.of(rows.columns())::containsAll)
                .ifPresent(pair -> pairs.add(Groups.Asked.of(pair))));
        each.forEach((per, analyzers) -> {
            unknown.add(Groups.Asked.of(per, Optional.of(per)));
            analyzers.forEach(analyzer -> {
                GroupMetrics.columns(analyzer).ifPresent(set -> unknown.add(new Groups.Asked(set, Optional.of(per))));
                GroupMetrics.pair(analyzer).ifPresent(pair -> pairs.add(new Groups.Asked(pair, Optional.of(per))));
            });
        });
        Groups.Scanned scanned = Groups.scan(unknown, pairs, rows);
        unknown.stream()
                .filter(asked -> asked.per().isEmpty())
                .forEach(asked -> groups.put(asked.columns(), scanned.ofAll(asked)));
        for (Analyzer<?, Metric<?>> analyzer : left) {
            GroupMetrics.columns(analyzer)
                    .filter(groups::containsKey)
                    .ifPresent(set -> put(analyzer, GroupMetrics.value(analyzer, groups.get(set)), sources.get(set)));
            GroupMetrics.pair(analyzer)
                    .map(Groups.Asked::of)
                    .filter(pairs::contains)
                    .ifPresent(pair ->
                            put(analyzer, GroupMetrics.value(analyzer, pair, Groups.ALL, scanned), Source.GROUPING));
        }
        each.forEach((per, analyzers) -> perGroup.put(per, perGroup(per, analyzers, scanned)));
        left.removeAll(measured.keySet());
    }

    private static List<PerGroup.Group> perGroup(
            String per, Set<Analyzer<?, Metric<?>>> analyzers, Groups.Scanned scanned) {
        List<PerGroup.Group> all = new ArrayList<>();
        scanned.groups().get(Groups.Asked.of(per, Optional.of(per))).forEach((value, rows) -> {
            Map<Analyzer<?, Metric<?>>, Metric<?>> metrics = new HashMap<>();
            for (Analyzer<?, Metric<?>> analyzer : analyzers) {
                Groups.Asked asked = new Groups.Asked(
                        GroupMetrics.columns(analyzer)
                                .or(() -> GroupMetrics.pair(analyzer))
                                .orElseThrow(),
                        Optional.of(per));
                metrics.put(
                        analyzer, Constraints.metric(analyzer, GroupMetrics.value(analyzer, asked, value, scanned)));
            }
            all.add(new PerGroup.Group(value, rows.rows(), metrics));
        });
        return all;
    }

    private void put(Analyzer<?, Metric<?>> analyzer, OptionalDouble value, Source source) {
        measured.put(analyzer, new Measured(Constraints.metric(analyzer, value), source));
    }

    private void run(Set<Analyzer<?, Metric<?>>> left, Dataset<Row> rows) {
        if (left.isEmpty()) {
            return;
        }
        JavaConverters.mapAsJavaMap(AnalysisRunner.onData(rows)
                        .addAnalyzers(Constraints.seq(List.copyOf(left)))
                        .run()
                        .metricMap())
                .forEach((analyzer, metric) -> measured.put(analyzer, new Measured(told(metric), Source.DEEQU)));
    }

    /**
     * A metric that was measured, or that has nothing to measure. That a scan broke is no answer: Deequ would make it a failed
     * constraint.
     */
    static Metric<?> told(Metric<?> metric) {
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

    /** What was measured on groupings of the rows of each value of a column. */
    List<PerGroup.Group> perGroup(String column) {
        return perGroup.get(column);
    }

    /** Groups by a set of columns that was asked for. */
    Groups groups(SortedSet<String> set) {
        return groups.get(set);
    }

    /** Where these groups come from. */
    Source source(SortedSet<String> set) {
        return sources.get(set);
    }
}
