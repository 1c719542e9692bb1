package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Judged;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/** What checks ask, put together so that each thing is measured once. */
final class Questions {
    private final Judged judged;
    private final Shown shown;
    private final NumberChecks numbers;
    private final PerGroup perGroup;
    private final OtherTables tables;
    private final Map<String, Question> ofAll = new LinkedHashMap<>();

    Questions(Judged judged, Shown shown) {
        this.judged = judged;
        this.shown = shown;
        this.numbers = new NumberChecks(judged, shown);
        this.perGroup = new PerGroup(shown);
        this.tables = new OtherTables(judged);
    }

    /**
     * Asks what a check needs to know.
     *
     * @param all checks by name: one may be about the number of another
     */
    void ask(String name, Check check, Map<String, Check> all) {
        if (check instanceof Check.Contained contained) {
            if (judged.profile().rows() > 0) {
                tables.ask(name, contained);
            }
            ofAll.put(name, new Lookups(name, contained, tables, shown));
        } else if (check instanceof Check.Agrees agrees) {
            tables.ask(name, agrees);
            agrees.per()
                    .ifPresent(per -> perGroup.measure(
                            per, Agreements.ours(agrees, judged).analyzers()));
            ofAll.put(name, new Agreements(name, agrees, judged, tables, shown));
        } else if (check instanceof Check.Usual usual) {
            ofAll.put(name, usualness(name, usual, all.get(usual.usual())));
        } else if (check.per().isPresent()) {
            perGroup.ask(name, check, numbers.of(check).map(List::of).orElseGet(() -> ofEach(check)));
        } else {
            long rows = judged.profile().rows();
            ofAll.put(name, numbers.of(check).map(one -> one.ofAll(rows)).orElseGet(() -> ofAll(check)));
        }
    }

    /** Measures all that the checks ask for. */
    Metrics measure() {
        Set<Analyzer<?, Metric<?>>> analyzers = new LinkedHashSet<>();
        Set<SortedSet<String>> keys = new LinkedHashSet<>();
        Set<SortedSet<String>> sizes = new LinkedHashSet<>();
        ofAll.values().forEach(question -> {
            analyzers.addAll(question.analyzers());
            keys.addAll(question.keys());
            sizes.addAll(question.sizes());
        });
        Metrics metrics =
                Metrics.of(new Wanted(analyzers, keys, sizes, perGroup.wanted()), judged.rows(), judged.profile());
        tables.look(metrics);
        return metrics;
    }

    /** Decides, by the checks' names. */
    Map<String, Verdict> answer(Metrics metrics) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>(perGroup.answer(metrics));
        ofAll.forEach((name, question) -> verdicts.put(name, question.answer(metrics)));
        return verdicts;
    }

    private Question usualness(String name, Check.Usual usual, Check other) {
        if (!shown.tells(other)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "check " + name + " is about the numbers of " + usual.usual()
                            + " for earlier intervals, which are not kept: they are values of a column that the contract calls"
                            + " sensitive",
                    "let it be about a number that is no value, such as a mean, or take it out");
        }
        return new Usualness(usual, numbers.of(other).orElseThrow(), judged);
    }

    private Question ofAll(Check check) {
        if (check instanceof Check.Size size) {
            return new Sizes(size.size(), judged.profile(), shown);
        } else if (check instanceof Check.Unique unique) {
            return new Keys(unique, judged.profile(), shown);
        } else if (check instanceof Check.Range range) {
            return new Ranges(range, judged.profile().columns().get(range.range()), shown);
        } else if (check instanceof Check.Fresh fresh) {
            return new Newest(fresh, judged, shown);
        }
        throw new IllegalStateException("a check that Deequ is not taught: " + check);
    }

    /** What is asked of each group by a check that asks more of all rows than a number. */
    private List<Bounded> ofEach(Check check) {
        if (check instanceof Check.Unique unique) {
            return List.of(Keys.ofEach(unique));
        } else if (check instanceof Check.Range range) {
            return Ranges.ofEach(range, shown);
        } else if (check instanceof Check.Fresh fresh) {
            return List.of(new Newest(fresh, judged, shown).ofEach());
        }
        throw new IllegalStateException("a check that cannot be decided per group: " + check);
    }
}
