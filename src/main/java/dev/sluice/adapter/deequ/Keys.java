package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static dev.sluice.adapter.deequ.Constraints.none;

import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether columns are different in every row. A row with none of them does not count against it: that it has one is a check of its own.
 * Where the profile's estimate leaves no doubt that a value occurs twice, nothing is counted.
 */
record Keys(Check.Unique check, TableProfile profile, Shown shown) implements Question {
    /** Whether they are different in every row of each group. */
    static Bounded ofEach(Check.Unique check) {
        return new Bounded(
                String.join(", ", check.unique()),
                (c, asks) -> c.hasUniqueness(Constraints.seq(check.unique()), asks, none(), none()),
                Optional.of(1.0),
                Optional.empty(),
                Words::percent,
                " of the rows are alone with their " + tuple(check),
                expected(check),
                false);
    }

    private static String tuple(Check.Unique check) {
        return Words.tuple(List.copyOf(new TreeSet<>(check.unique())));
    }

    private static String expected(Check.Unique check) {
        return "a different " + tuple(check) + " in every row that has one";
    }

    @Override
    public Set<SortedSet<String>> keys() {
        return repeated().isPresent() ? Set.of() : Set.of(columns());
    }

    @Override
    public Verdict answer(Metrics metrics) {
        // Another check may have asked for what this one can do without.
        return metrics.groupings().have(columns())
                ? counted(metrics.groupings())
                : certainly(repeated().orElseThrow());
    }

    private SortedSet<String> columns() {
        return new TreeSet<>(check.unique());
    }

    /** The estimate of a single column that certainly has a value twice. */
    private Optional<ColumnProfile> repeated() {
        return Optional.of(columns())
                .filter(columns -> columns.size() == 1)
                .map(columns -> profile.columns().get(columns.first()))
                .filter(column -> column.distinct()
                        .filter(Distinct.Estimated.class::isInstance)
                        .filter(distinct -> distinct.repeats(column.rows() - column.nulls()))
                        .isPresent());
    }

    /** Two rows at least share a value, which bounds the uniqueness; what it is, is not known. */
    private Verdict certainly(ColumnProfile column) {
        Distinct distinct = column.distinct().orElseThrow();
        long values = column.rows() - column.nulls();
        String name = columns().first();
        String example = distinct.top(1).stream()
                .filter(value -> value.atLeast() > 1)
                .map(value -> ", such as " + shown.value(name, value.value()) + " in " + Words.rows(value.atLeast())
                        + " or more")
                .findFirst()
                .orElse("");
        double error = Math.ceil(distinct.count() * distinct.relativeError());
        return verdict(
                OptionalDouble.of((values - 2.0) / values),
                OptionalDouble.empty(),
                "about " + Words.count(Math.round(distinct.count())) + " ± " + Words.count((long) error)
                        + " different values in " + Words.rows(values) + example + without(values),
                Source.PROFILE);
    }

    private Verdict counted(Groupings groupings) {
        Groups groups = groupings.of(columns());
        long rows = groups.rows();
        long shared = rows - groups.singles();
        OptionalDouble uniqueness =
                rows == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) groups.singles() / rows);
        String found = rows == 0
                ? "no rows with a value" + without(rows)
                : shared == 0
                        ? Words.rows(rows) + ", all different" + without(rows)
                        : Words.count(shared) + " of " + Words.rows(profile.rows()) + among(rows) + " share "
                                + tuple(check);
        String example = groups.shared()
                .map(group -> such(List.copyOf(columns()), group, shown))
                .orElse("");
        return verdict(uniqueness, uniqueness, found + example, groupings.source(columns()));
    }

    /** A group of rows that share a value, as an example. */
    static String such(List<String> columns, Groups.Group group, Shown shown) {
        return ", such as " + shown.tuple(columns, group.values()) + " in " + Words.rows(group.rows());
    }

    private Verdict verdict(OptionalDouble asked, OptionalDouble metric, String found, Source source) {
        return new Verdict(
                Constraints.holdFor(
                        empty -> empty.hasUniqueness(
                                Constraints.seq(check.unique()), is(share -> share == 1), none(), none()),
                        asked),
                String.join(", ", check.unique()),
                metric,
                found,
                expected(check),
                source);
    }

    private String among(long rows) {
        return rows < profile.rows() ? " (" + Words.count(profile.rows() - rows) + " without a value)" : "";
    }

    private String without(long rows) {
        return rows < profile.rows() ? "; " + Words.rows(profile.rows() - rows) + " without a value" : "";
    }
}
