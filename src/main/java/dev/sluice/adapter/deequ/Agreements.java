package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.none;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.Judged;
import dev.sluice.quality.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * An aggregate of the rows over one of another table. Equal numbers agree, zeros too; without one of them nothing does. That of the
 * rows is measured with all others. Per group, those are compared that the rows have.
 *
 * @param name of the check
 */
record Agreements(String name, Check.Agrees check, Judged judged, OtherTables tables, Shown shown) implements Question {
    @Override
    public Set<Analyzer<?, Metric<?>>> analyzers() {
        return check.per().isPresent() ? Set.of() : ours(check, judged).analyzers();
    }

    /** The aggregate of the rows. */
    static Bounded ours(Check.Agrees check, Judged judged) {
        SqlValue value = new SqlValue(
                check.agrees().forRun(judged.interval()), check.agrees().text());
        return new Bounded(
                "",
                (empty, asks) -> empty.addConstraint(NumberChecks.constraint(value, asks)),
                Optional.empty(),
                Optional.empty(),
                Words::number,
                "",
                "",
                false);
    }

    @Override
    public Verdict answer(Metrics metrics) {
        return check.per().map(per -> ofEach(per, metrics)).orElseGet(() -> ofAll(metrics));
    }

    private Verdict ofEach(String per, Metrics metrics) {
        Bounded ratio = ratio();
        Analyzer<?, Metric<?>> analyzer = ratio.analyzers().iterator().next();
        List<PerGroup.Group> groups = metrics.ofEach(per).stream()
                .map(group -> new PerGroup.Group(
                        group.value(),
                        group.rows(),
                        Map.of(
                                analyzer,
                                Constraints.metric(
                                        analyzer,
                                        ratio(
                                                ours(check, judged)
                                                        .answer(group.metrics()::get)
                                                        .value(),
                                                tables.number(name, group.value()))))))
                .toList();
        return new GroupJudge(check, List.of(ratio), shown).verdict(groups, Source.TABLES);
    }

    private Verdict ofAll(Metrics metrics) {
        OptionalDouble ours = ours(check, judged).answer(metrics::metric).value();
        OptionalDouble theirs = tables.number(name, OtherTables.ALL);
        Bounded bounded = ratio();
        OptionalDouble ratio = ratio(ours, theirs);
        return new Verdict(
                bounded.answer(analyzer -> Constraints.metric(analyzer, ratio)).holds(),
                "",
                ratio,
                words(ours) + " against " + words(theirs),
                bounded.expected(),
                Source.TABLES);
    }

    private Bounded ratio() {
        String all = check.other() + " of " + check.with();
        boolean equal = check.min() == 1 && check.max() == 1;
        return new Bounded(
                "",
                (c, asks) -> c.customSql(check.agrees() + " / " + all, asks, none(), none()),
                Optional.of(check.min()),
                Optional.of(check.max()),
                value -> "a ratio of " + Words.number(value),
                "",
                check.agrees()
                        + (equal
                                ? " to be "
                                : " to be " + Words.number(check.min()) + " to " + Words.number(check.max())
                                        + " times ")
                        + all,
                false);
    }

    private static OptionalDouble ratio(OptionalDouble ours, OptionalDouble theirs) {
        if (ours.isEmpty() || theirs.isEmpty()) {
            return OptionalDouble.empty();
        }
        double one = ours.getAsDouble();
        double other = theirs.getAsDouble();
        return OptionalDouble.of(one == other ? 1 : one / other);
    }

    private static String words(OptionalDouble value) {
        return value.isPresent() ? Words.number(value.getAsDouble()) : "no value";
    }
}
