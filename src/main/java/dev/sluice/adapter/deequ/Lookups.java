package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.none;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import scala.collection.immutable.List$;

/**
 * Whether values, of one column or of several together, occur in another table. A row in which one of the columns is null does not count.
 *
 * @param name of the check
 */
record Lookups(String name, Check.Contained check, OtherTables tables, Shown shown) implements Question {
    @Override
    public Verdict answer(Metrics metrics) {
        Map<String, OtherTables.Strangers> found = tables.strangers(name);
        return check.per().isPresent()
                ? new GroupJudge(check, List.of(bounded()), shown).verdict(groups(found), Source.TABLES)
                : ofAll(Optional.ofNullable(found.get(OtherTables.ALL)));
    }

    private Bounded bounded() {
        String expected = expected();
        return new Bounded(
                columns(),
                (c, asks) -> c.satisfies(expected, columns(), asks, none(), List$.MODULE$.empty(), none()),
                Optional.of(check.min()),
                Optional.empty(),
                Words::percent,
                " of the values",
                expected,
                true);
    }

    private String columns() {
        return String.join(", ", check.contained().keySet());
    }

    private String expected() {
        List<String> others = List.copyOf(check.contained().values());
        String where = others.size() == 1
                ? others.get(0)
                : check.table() + " as "
                        + Words.tuple(others.stream().map(LookupQuery::column).toList());
        return (check.min() == 1 ? "all values" : "at least " + Words.percent(check.min()) + " of the values")
                + " to occur in " + where;
    }

    private List<PerGroup.Group> groups(Map<String, OtherTables.Strangers> found) {
        Analyzer<?, Metric<?>> share = bounded().analyzers().iterator().next();
        List<PerGroup.Group> groups = new ArrayList<>();
        found.forEach((value, rows) -> groups.add(
                new PerGroup.Group(value, rows.of(), Map.of(share, Constraints.metric(share, rows.share())))));
        return groups;
    }

    private Verdict ofAll(Optional<OtherTables.Strangers> found) {
        if (found.isEmpty()) {
            return verdict(false, OptionalDouble.empty(), "no rows");
        }
        OtherTables.Strangers strangers = found.get();
        OptionalDouble share = OptionalDouble.of(strangers.share().orElse(1));
        Bounded bounded = bounded();
        return verdict(
                bounded.answer(analyzer -> Constraints.metric(analyzer, share)).holds(),
                share,
                strangers
                        .example()
                        .map(example -> Words.rows(strangers.rows()) + " of " + Words.count(strangers.values())
                                + " with a value that does not, such as " + quoted(example.values())
                                + " in " + Words.rows(example.rows()))
                        .orElse("all of " + Words.count(strangers.values())));
    }

    private Verdict verdict(boolean holds, OptionalDouble share, String found) {
        return new Verdict(holds, columns(), share, found, expected(), Source.TABLES);
    }

    private String quoted(List<String> values) {
        List<String> columns = List.copyOf(check.contained().keySet());
        return columns.size() == 1
                ? "'" + shown.value(columns.get(0), values.get(0)) + "'"
                : shown.tuple(columns, values);
    }
}
