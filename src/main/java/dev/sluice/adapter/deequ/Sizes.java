package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static dev.sluice.adapter.deequ.Constraints.none;

import dev.sluice.config.Check;
import dev.sluice.frame.Columns;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoublePredicate;

/** The number of rows of each group: all groups lie within bounds when the smallest and the largest do. */
record Sizes(Check.Size.Bounds bounds, TableProfile profile, Shown shown) implements Question {
    @Override
    public Set<SortedSet<String>> sizes() {
        return Set.of(new TreeSet<>(List.of(column())));
    }

    private String column() {
        return bounds.per().orElseThrow();
    }

    @Override
    public Verdict answer(Metrics metrics) {
        SortedSet<String> set = sizes().iterator().next();
        return ofEach(column(), metrics.groupings().of(set), metrics.groupings().source(set));
    }

    private Verdict ofEach(String column, Groups groups, Source source) {
        String expected = expected() + " rows for each " + column;
        if (groups.count() == 0) {
            return new Verdict(
                    groups.rows() == profile.rows()
                            && Constraints.holdFor(
                                    check -> check.hasSize(is(within()), none()),
                                    OptionalDouble.of((double) profile.rows())),
                    column,
                    OptionalDouble.empty(),
                    profile.rows() == 0 ? "no rows" : "no value in " + Words.rows(profile.rows()),
                    expected,
                    source);
        }
        Groups.Group smallest = groups.smallest().orElseThrow();
        Groups.Group largest = groups.largest().orElseThrow();
        boolean smallHolds = holds(column, smallest);
        boolean largeHolds = holds(column, largest);
        if (smallHolds && largeHolds) {
            return new Verdict(
                    true,
                    column,
                    OptionalDouble.of((double) (bounds.min().isPresent() ? smallest : largest).rows()),
                    Words.count(smallest.rows()) + " to " + Words.rows(largest.rows()) + " for each of "
                            + Words.count(groups.count()),
                    expected,
                    source);
        }
        Groups.Group worst = smallHolds ? largest : smallest;
        return new Verdict(
                false,
                column,
                OptionalDouble.of((double) worst.rows()),
                Words.rows(worst.rows()) + " for " + column + " = "
                        + shown.value(column, worst.values().get(0)) + ", the " + (smallHolds ? "most" : "fewest")
                        + " of " + Words.count(groups.count()),
                expected,
                source);
    }

    /** Deequ's size of a group, filtered by its value. */
    private boolean holds(String column, Groups.Group group) {
        String where = Columns.quoted(column) + " = '" + group.values().get(0).replace("'", "\\'") + "'";
        return Constraints.holdFor(
                check -> check.hasSize(is(within()), none()).where(where), OptionalDouble.of((double) group.rows()));
    }

    private DoublePredicate within() {
        Optional<Long> min = bounds.min();
        Optional<Long> max = bounds.max();
        return rows ->
                min.stream().allMatch(least -> rows >= least) && max.stream().allMatch(most -> rows <= most);
    }

    private String expected() {
        return Words.between(bounds.min().map(Words::count), bounds.max().map(Words::count));
    }
}
