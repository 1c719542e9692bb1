package dev.sluice.adapter.deequ;

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
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Decides each check by the constraint that Deequ has for it. Metrics come from the profile where it knows them. What it does not
 * know costs one job, however many checks ask for it and whatever they ask; and one more for each other table that is looked into. When
 * a check has failed that can name rows or a value, one job names them for all such checks.
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
        Questions questions = new Questions(judged, shown);
        checks.forEach((name, check) -> questions.ask(name, check, checks));
        Metrics metrics = questions.measure();
        Map<String, Verdict> verdicts = questions.answer(metrics);
        verdicts.replaceAll((name, verdict) -> shown.tells(checks.get(name)) ? verdict : verdict.withoutMetric());

        Map<String, Check> failed = new LinkedHashMap<>(checks);
        failed.keySet().removeIf(name -> verdicts.get(name).holds());
        new Examples(judged, metrics.groupings(), shown)
                .of(judged.profile().rows() == 0 ? Map.of() : failed)
                .forEach((name, example) -> verdicts.computeIfPresent(name, (any, verdict) -> verdict.adding(example)));
        List<CheckResult> results = new ArrayList<>();
        checks.forEach((name, check) -> results.add(verdicts.get(name).result(name, check)));
        return List.copyOf(results);
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
        return (check.per().isPresent() && check.tables().isEmpty())
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
