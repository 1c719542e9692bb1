package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.config.Measure;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;

/**
 * Decides each check by the constraint that Deequ has for it. Metrics come from the profile where it knows them. What it does not
 * know costs, however many checks ask for it: one job for all groupings, one scan for all other metrics, one for all groups
 * of checks that are decided per group, and one for examples of rows when a check that can name rows has failed. Each look into
 * another table costs a job.
 *
 * <p>Of data without rows only what counts them can be told: every other check fails, as in Deequ. A column without any
 * value has no mean, and lies within any range, pattern and table.
 */
public final class DeequChecks implements CheckEngine {
    @Override
    public List<CheckResult> evaluate(Map<String, Check> checks, Judged judged) {
        checks.forEach((name, check) -> {
            requireColumns(name, check, judged.profile());
            SqlChecks.require(name, check, judged);
        });
        Shown shown = new Shown(judged.sensitive());
        NumberChecks numbers = new NumberChecks(judged, shown);
        PerGroup perGroup = new PerGroup(shown);
        Map<String, Question> questions = new LinkedHashMap<>();
        checks.forEach((name, check) -> {
            Optional<Bounded> number = numbers.of(check);
            if (check.per().isPresent()) {
                perGroup.ask(name, check, number.map(List::of).orElseGet(() -> ofEach(check, judged, shown)));
            } else {
                questions.put(
                        name,
                        number.map(one -> one.ofAll(judged.profile().rows()))
                                .orElseGet(() -> question(name, check, judged, shown)));
            }
        });

        Metrics metrics = measure(questions.values(), perGroup, judged);
        Map<String, Verdict> verdicts = new LinkedHashMap<>(perGroup.answer(judged.rows(), metrics));
        questions.forEach((name, question) -> verdicts.put(name, question.answer(metrics)));
        verdicts.replaceAll((name, verdict) -> tells(checks.get(name), shown) ? verdict : verdict.withoutMetric());

        Map<String, Check> failed = new LinkedHashMap<>(checks);
        failed.keySet().removeIf(name -> verdicts.get(name).holds());
        new Examples(judged, shown)
                .of(judged.profile().rows() == 0 ? Map.of() : failed)
                .forEach((name, example) -> verdicts.computeIfPresent(name, (any, verdict) -> verdict.adding(example)));
        List<CheckResult> results = new ArrayList<>();
        checks.forEach((name, check) -> results.add(verdicts.get(name).result(name, check)));
        return List.copyOf(results);
    }

    /** Whether its metric, which is recorded, is no value of a sensitive column. */
    private static boolean tells(Check check, Shown shown) {
        boolean isValue = check instanceof Check.Range
                || check instanceof Measure.Smallest
                || check instanceof Measure.Largest
                || check instanceof Measure.Quantile;
        return !isValue
                || check.columns().values().stream().flatMap(Collection::stream).noneMatch(shown.sensitive()::contains);
    }

    private static Metrics measure(Collection<Question> questions, PerGroup perGroup, Judged judged) {
        Set<Analyzer<?, Metric<?>>> analyzers = new LinkedHashSet<>();
        Set<SortedSet<String>> groups = new LinkedHashSet<>();
        questions.forEach(question -> {
            analyzers.addAll(question.analyzers());
            groups.addAll(question.groups());
        });
        return Metrics.of(analyzers, groups, perGroup.groupings(), judged.rows(), judged.profile());
    }

    private static Question question(String name, Check check, Judged judged, Shown shown) {
        TableProfile profile = judged.profile();
        if (check instanceof Check.Size size) {
            return new Sizes(size.size(), profile, shown);
        } else if (check instanceof Check.Unique unique) {
            return new Keys(unique, profile, shown);
        } else if (check instanceof Check.Contained contained) {
            return new Lookups(contained, judged, shown);
        } else if (check instanceof Check.Range range) {
            return new Ranges(range, profile.columns().get(range.range()), shown);
        } else if (check instanceof Check.Fresh fresh) {
            return new Newest(fresh, judged, shown);
        } else if (check instanceof Check.Agrees agrees) {
            return new Agreements(name, agrees, judged);
        }
        throw new IllegalStateException("a check that Deequ is not taught: " + check);
    }

    /** What is asked of each group by a check that asks more of all rows than a number. */
    private static List<Bounded> ofEach(Check check, Judged judged, Shown shown) {
        if (check instanceof Check.Unique unique) {
            return List.of(Keys.ofEach(unique));
        } else if (check instanceof Check.Range range) {
            return Ranges.ofEach(range, shown);
        } else if (check instanceof Check.Fresh fresh) {
            return List.of(new Newest(fresh, judged, shown).ofEach());
        }
        throw new IllegalStateException("a check that cannot be decided per group: " + check);
    }

    private static void requireColumns(String name, Check check, TableProfile profile) {
        check.columns().values().forEach(columns -> columns.forEach(column -> requireColumn(name, column, profile)));
        if (check instanceof Check.Range range) {
            requireNumbers(name, List.of(range.range()), profile);
        } else if (check instanceof Check.Fresh fresh) {
            require(
                    name,
                    fresh.fresh(),
                    profile,
                    "dates or timestamps",
                    kind -> kind == ColumnKind.DATE || kind == ColumnKind.TIMESTAMP);
        } else if (check instanceof Check.Matches matches) {
            require(name, matches.column(), profile, "texts", ColumnKind.TEXT::equals);
        } else if (check instanceof Measure measure) {
            requireNumbers(name, numbers(measure), profile);
        }
        if (asksDeequ(check)) {
            check.columns().values().stream()
                    .flatMap(Collection::stream)
                    .filter(column -> column.contains(".") || column.contains("`"))
                    .findFirst()
                    .ifPresent(column -> {
                        throw new SluiceException(
                                ErrorCode.PLAN_INVALID,
                                "check " + name + " is measured by Deequ, which cannot read the column " + column
                                        + ": expected a name without dots and backticks",
                                "give the column another name: ingest has rename");
                    });
        }
    }

    /** Whether Deequ may have to look at the columns itself. */
    private static boolean asksDeequ(Check check) {
        return check.per().isPresent()
                || check instanceof Check.Matches
                || check instanceof Check.ReadsAs
                || check instanceof Measure.Correlation
                || check instanceof Measure.Quantile
                || check instanceof Measure.Sd;
    }

    /** The columns that must be numbers. */
    private static List<String> numbers(Measure check) {
        if (check instanceof Measure.Mean mean) {
            return List.of(mean.mean());
        } else if (check instanceof Measure.Smallest least) {
            return List.of(least.smallest());
        } else if (check instanceof Measure.Largest most) {
            return List.of(most.largest());
        } else if (check instanceof Measure.Sum sum) {
            return List.of(sum.sum());
        } else if (check instanceof Measure.Sd sd) {
            return List.of(sd.sd());
        } else if (check instanceof Measure.Quantile quantile) {
            return List.of(quantile.column());
        }
        return check instanceof Measure.Correlation pair ? pair.correlation() : List.of();
    }

    private static void requireNumbers(String name, List<String> columns, TableProfile profile) {
        columns.forEach(column -> require(name, column, profile, "numbers", ColumnKind::isNumber));
    }

    private static void require(
            String name, String column, TableProfile profile, String what, Predicate<ColumnKind> right) {
        ColumnProfile found = profile.columns().get(column);
        if (!right.test(found.kind())) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "check " + name + " needs a column of " + what + ", found " + column + " of type " + found.type(),
                    "name another column, or take the check out");
        }
    }

    private static void requireColumn(String name, String column, TableProfile profile) {
        if (!profile.columns().containsKey(column)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "check " + name + " names the column " + column + ", which the table does not have",
                    Nearest.of(column, profile.columns().keySet())
                            .map(near -> "did you mean " + near + "?")
                            .orElse("its columns are: "
                                    + String.join(", ", profile.columns().keySet())));
        }
    }
}
