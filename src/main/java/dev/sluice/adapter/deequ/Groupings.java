package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.KeyCounts;
import dev.sluice.frame.OneJob;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;

/**
 * How rows group by all the sets of columns that a suite of checks asks for: as the profile has counted, else by fingerprints, else, where
 * values of groups, pairs of columns, or the groups of some rows are asked for, by a query.
 */
final class Groupings {
    private final Map<String, Set<Analyzer<?, Metric<?>>>> each;
    private final Map<SortedSet<String>, Groups> groups = new HashMap<>();
    private final Map<SortedSet<String>, Source> sources = new HashMap<>();
    private final Map<SortedSet<String>, KeyCounts.Key> repeated = new HashMap<>();
    private GroupQuery.Answer queried = new GroupQuery.Answer(Map.of(), Map.of());

    private Groupings(Map<String, Set<Analyzer<?, Metric<?>>>> each) {
        this.each = each;
    }

    /**
     * Asks a job for what the profile does not know. The answer is {@link SluiceException} PLAN_INVALID when a column has more than
     * {@link PerGroup#MOST} values whose rows are asked for.
     *
     * @param wanted of which those analyzers are looked at that measure groups
     * @return what knows the answers once the job has run
     */
    static Groupings ask(OneJob job, Wanted wanted, TableProfile profile) {
        Groupings all = new Groupings(wanted.ofEach());
        Set<SortedSet<String>> counted = new LinkedHashSet<>();
        Set<Grouping> queried = new LinkedHashSet<>();
        for (SortedSet<String> set : sets(wanted)) {
            Optional<Groups> known = Groups.counted(set, profile);
            known.ifPresent(groups -> all.groups.put(set, groups));
            all.sources.put(set, known.isPresent() ? Source.PROFILE : Source.GROUPING);
            if (known.isEmpty() && !wanted.sizes().contains(set) && KeyCounts.fits(job.schema(), set)) {
                counted.add(set);
            } else if (known.isEmpty()) {
                queried.add(Grouping.of(set));
            }
        }
        Set<Grouping> pairs = new LinkedHashSet<>();
        wanted.ofAll()
                .forEach(analyzer ->
                        GroupMetrics.pair(analyzer).map(Grouping::of).ifPresent(pairs::add));
        wanted.ofEach().forEach((per, analyzers) -> {
            queried.add(Grouping.of(per, Optional.of(per)));
            analyzers.forEach(analyzer -> {
                GroupMetrics.columns(analyzer).ifPresent(set -> queried.add(new Grouping(set, Optional.of(per))));
                GroupMetrics.pair(analyzer).ifPresent(pair -> pairs.add(new Grouping(pair, Optional.of(per))));
            });
        });
        KeyCounts.ask(job, counted, all::take);
        GroupQuery.of(queried, pairs).ask(job, answer -> all.queried = answer);
        return all;
    }

    private static Set<SortedSet<String>> sets(Wanted wanted) {
        Set<SortedSet<String>> sets = new LinkedHashSet<>(wanted.sizes());
        sets.addAll(wanted.keys());
        wanted.ofAll().forEach(analyzer -> GroupMetrics.columns(analyzer).ifPresent(sets::add));
        return sets;
    }

    private void take(Map<SortedSet<String>, KeyCounts> counts) {
        counts.forEach((set, counted) -> {
            groups.put(set, Groups.counted(counted));
            counted.repeated().ifPresent(key -> repeated.put(set, key));
        });
    }

    /** Whether groups by a set of columns were asked for. */
    boolean have(SortedSet<String> set) {
        return sources.containsKey(set);
    }

    /** Groups by a set of columns that was asked for. */
    Groups of(SortedSet<String> set) {
        return groups.containsKey(set) ? groups.get(set) : queried.ofAll(Grouping.of(set));
    }

    /** Where these groups come from. */
    Source source(SortedSet<String> set) {
        return sources.get(set);
    }

    /** The fingerprint of a group of several rows, where groups were counted by these and there is one. */
    Optional<KeyCounts.Key> repeated(SortedSet<String> set) {
        return Optional.ofNullable(repeated.get(set));
    }

    /** What an analyzer measures on groups of all rows. */
    Measured measured(Analyzer<?, Metric<?>> analyzer) {
        SortedSet<String> set = GroupMetrics.by(analyzer).orElseThrow();
        boolean isPair = GroupMetrics.pair(analyzer).isPresent();
        OptionalDouble value = isPair
                ? GroupMetrics.value(analyzer, Grouping.of(set), GroupQuery.ALL, queried)
                : GroupMetrics.value(analyzer, of(set));
        return new Measured(Constraints.metric(analyzer, value), isPair ? Source.GROUPING : source(set));
    }

    /** What is measured on groups of the rows of each value of a column. */
    List<PerGroup.Group> ofEach(String per) {
        List<PerGroup.Group> all = new ArrayList<>();
        queried.groups().get(Grouping.of(per, Optional.of(per))).forEach((value, rows) -> {
            Map<Analyzer<?, Metric<?>>, Metric<?>> metrics = new HashMap<>();
            for (Analyzer<?, Metric<?>> analyzer : each.get(per)) {
                Grouping asked = new Grouping(GroupMetrics.by(analyzer).orElseThrow(), Optional.of(per));
                metrics.put(
                        analyzer, Constraints.metric(analyzer, GroupMetrics.value(analyzer, asked, value, queried)));
            }
            all.add(new PerGroup.Group(value, rows.rows(), metrics));
        });
        return all;
    }
}
