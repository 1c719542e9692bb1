package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import dev.sluice.config.Check;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Option;
import scala.collection.immutable.List$;

/**
 * Decides each check by the constraint that Deequ has for it, on metrics of the profile. What a profile does not know
 * costs one job for all groupings together, and one for each column that is looked up in another table.
 *
 * <p>Of data without rows only the number of rows can be told: every other check fails, as in Deequ. A column without any
 * value has no mean, and lies within any range and any table. A row with none of the columns of a unique key does not count
 * against it: that it has one is a check of its own.
 */
public final class DeequChecks implements CheckEngine {
    @Override
    public List<CheckResult> evaluate(
            Map<String, Check> checks,
            Dataset<Row> rows,
            TableProfile profile,
            Function<TableName, Dataset<Row>> others) {
        checks.forEach((name, check) -> requireColumns(name, check, profile));
        Map<SortedSet<String>, Groups> groups = Groups.of(
                checks.values().stream()
                        .flatMap(check -> grouping(check).stream())
                        .toList(),
                rows,
                profile);
        List<CheckResult> results = new ArrayList<>();
        checks.forEach((name, check) ->
                results.add(verdict(check, rows, profile, groups, others).result(name, check)));
        return List.copyOf(results);
    }

    private static Verdict verdict(
            Check check,
            Dataset<Row> rows,
            TableProfile profile,
            Map<SortedSet<String>, Groups> groups,
            Function<TableName, Dataset<Row>> others) {
        if (check instanceof Check.Size size) {
            return size.size().per().isPresent()
                    ? sizePer(size.size(), groups.get(grouping(check).orElseThrow()), profile)
                    : size(size.size(), profile);
        } else if (check instanceof Check.Unique unique) {
            return unique(unique, groups.get(grouping(check).orElseThrow()), profile);
        } else if (check instanceof Check.Complete complete) {
            return complete(complete, profile);
        } else if (check instanceof Check.Contained contained) {
            return contained(contained, rows, profile, others);
        } else if (check instanceof Check.Range range) {
            return range(range, profile);
        } else if (check instanceof Check.Mean mean) {
            return mean(mean, profile);
        }
        throw new IllegalStateException("a check that Deequ is not taught: " + check);
    }

    /** What was decided, and why, in words. */
    private record Verdict(boolean holds, String column, OptionalDouble metric, String found, String expected) {
        CheckResult result(String name, Check check) {
            CheckResult.Status otherwise =
                    check.otherwise() == Check.TableElse.WARN ? CheckResult.Status.WARN : CheckResult.Status.FAIL;
            return new CheckResult(name, column, holds ? CheckResult.Status.PASS : otherwise, metric, found, expected);
        }
    }

    private static Verdict size(Check.Size.Bounds bounds, TableProfile profile) {
        OptionalDouble rows = OptionalDouble.of((double) profile.rows());
        return new Verdict(
                Constraints.hold(check -> check.hasSize(is(within(bounds)), none()), analyzer -> rows),
                "",
                rows,
                Words.rows(profile.rows()),
                expected(bounds) + " rows");
    }

    /** All groups lie within bounds when the smallest and the largest do: Deequ's size of each, filtered by its value. */
    private static Verdict sizePer(Check.Size.Bounds bounds, Groups groups, TableProfile profile) {
        String column = bounds.per().orElseThrow();
        String expected = expected(bounds) + " rows for each " + column;
        if (groups.count() == 0) {
            Verdict nothing = size(bounds, profile);
            return new Verdict(
                    groups.rows() == profile.rows() && nothing.holds(),
                    column,
                    OptionalDouble.empty(),
                    profile.rows() == 0 ? "no rows" : "no value in " + Words.rows(profile.rows()),
                    expected);
        }
        Groups.Group smallest = groups.smallest().orElseThrow();
        Groups.Group largest = groups.largest().orElseThrow();
        boolean smallHolds = holds(bounds, column, smallest);
        boolean largeHolds = holds(bounds, column, largest);
        if (smallHolds && largeHolds) {
            return new Verdict(
                    true,
                    column,
                    OptionalDouble.of((double) (bounds.min().isPresent() ? smallest : largest).rows()),
                    Words.count(smallest.rows()) + " to " + Words.rows(largest.rows()) + " for each of "
                            + Words.count(groups.count()),
                    expected);
        }
        Groups.Group worst = smallHolds ? largest : smallest;
        return new Verdict(
                false,
                column,
                OptionalDouble.of((double) worst.rows()),
                Words.rows(worst.rows()) + " for " + column + " = "
                        + worst.values().get(0) + ", the " + (smallHolds ? "most" : "fewest") + " of "
                        + Words.count(groups.count()),
                expected);
    }

    private static boolean holds(Check.Size.Bounds bounds, String column, Groups.Group group) {
        String where = Columns.quoted(column) + " = '" + group.values().get(0).replace("'", "\\'") + "'";
        return Constraints.hold(
                check -> check.hasSize(is(within(bounds)), none()).where(where),
                analyzer -> OptionalDouble.of((double) group.rows()));
    }

    private static Verdict unique(Check.Unique unique, Groups groups, TableProfile profile) {
        long rows = profile.rows();
        String columns = Words.tuple(List.copyOf(grouping(unique).orElseThrow()));
        OptionalDouble uniqueness = known((double) groups.singles() / groups.rows());
        boolean holds = Constraints.hold(
                check -> check.hasUniqueness(Constraints.seq(unique.unique()), is(share -> share == 1), none(), none()),
                analyzer -> uniqueness);
        String found = groups.shared()
                .map(group -> Words.count(groups.rows() - groups.singles()) + " of " + Words.rows(rows) + " share "
                        + columns + ", such as " + Words.tuple(group.values()) + " in " + Words.rows(group.rows()))
                .orElse(groups.rows() == 0 ? "no rows with a value" : Words.rows(groups.rows()) + ", all different");
        String without = groups.rows() < rows ? "; " + Words.rows(rows - groups.rows()) + " without a value" : "";
        return new Verdict(
                holds,
                String.join(", ", unique.unique()),
                uniqueness,
                found + without,
                "a different " + columns + " in every row that has one");
    }

    private static Verdict complete(Check.Complete complete, TableProfile profile) {
        ColumnProfile column = profile.columns().get(complete.complete());
        OptionalDouble share = known(column.completeness());
        return new Verdict(
                Constraints.hold(
                        check -> check.hasCompleteness(
                                complete.complete(), is(found -> found >= complete.min()), none(), none()),
                        analyzer -> share),
                complete.complete(),
                share,
                column.rows() == 0
                        ? "no rows"
                        : Words.percent(column.completeness()) + " of " + Words.rows(column.rows()) + " ("
                                + Words.count(column.nulls()) + " without a value)",
                "a value in "
                        + (complete.min() == 1
                                ? "every row"
                                : "at least " + Words.percent(complete.min()) + " of the rows"));
    }

    private static Verdict range(Check.Range range, TableProfile profile) {
        ColumnProfile column = profile.columns().get(range.range());
        String expected =
                Words.between(range.min().map(Words::number), range.max().map(Words::number));
        if (column.rows() > 0 && column.nulls() == column.rows()) {
            return new Verdict(
                    satisfied(range.range() + " has no value", range.range(), 1, OptionalDouble.of(1)),
                    range.range(),
                    OptionalDouble.empty(),
                    "no value in " + Words.rows(column.rows()),
                    expected);
        }
        OptionalDouble low = smallest(column);
        OptionalDouble high = largest(column);
        boolean lowHolds = range.min().isEmpty()
                || Constraints.hold(
                        check -> check.hasMin(
                                range.range(), is(found -> found >= range.min().get()), none(), none()),
                        analyzer -> low);
        boolean highHolds = range.max().isEmpty()
                || Constraints.hold(
                        check -> check.hasMax(
                                range.range(), is(found -> found <= range.max().get()), none(), none()),
                        analyzer -> high);
        return new Verdict(
                lowHolds && highHolds,
                range.range(),
                !lowHolds || (highHolds && range.max().isEmpty()) ? low : high,
                found(column),
                expected);
    }

    private static Verdict mean(Check.Mean mean, TableProfile profile) {
        ColumnProfile column = profile.columns().get(mean.mean());
        OptionalDouble found = mean(column);
        DoublePredicate within =
                value -> (mean.min().isEmpty() || value >= mean.min().get())
                        && (mean.max().isEmpty() || value <= mean.max().get());
        return new Verdict(
                Constraints.hold(check -> check.hasMean(mean.mean(), is(within), none()), analyzer -> found),
                mean.mean(),
                found,
                found.isPresent()
                        ? "a mean of " + Words.number(found.getAsDouble())
                        : "no value in " + Words.rows(column.rows()),
                "a mean of "
                        + Words.between(
                                mean.min().map(Words::number), mean.max().map(Words::number)));
    }

    private static Verdict contained(
            Check.Contained contained,
            Dataset<Row> rows,
            TableProfile profile,
            Function<TableName, Dataset<Row>> others) {
        Map.Entry<String, String> pair =
                contained.contained().entrySet().iterator().next();
        String name = pair.getKey();
        ColumnProfile column = profile.columns().get(name);
        String expected =
                (contained.min() == 1 ? "all values" : "at least " + Words.percent(contained.min()) + " of the values")
                        + " to occur in " + pair.getValue();
        if (column.rows() == 0) {
            return new Verdict(
                    satisfied(expected, name, contained.min(), OptionalDouble.empty()),
                    name,
                    OptionalDouble.empty(),
                    "no rows",
                    expected);
        }
        long values = column.rows() - column.nulls();
        Strangers strangers = Strangers.of(name, column, rows, other(pair.getValue(), others));
        double share = values == 0 ? 1 : (double) (values - strangers.rows) / values;
        return new Verdict(
                satisfied(expected, name, contained.min(), OptionalDouble.of(share)),
                name,
                OptionalDouble.of(share),
                strangers
                        .example
                        .map(example -> Words.rows(strangers.rows) + " of " + Words.count(values)
                                + " with a value that does not, such as '"
                                + example.values().get(0) + "' in " + Words.rows(example.rows()))
                        .orElse("all of " + Words.count(values)),
                expected);
    }

    /** The column of another table, as {@code value}. */
    private static Dataset<Row> other(String reference, Function<TableName, Dataset<Row>> others) {
        int dot = reference.lastIndexOf('.');
        Dataset<Row> table = others.apply(new TableName(reference.substring(0, dot)));
        return table.select(
                col(Columns.quoted(reference.substring(dot + 1))).cast("string").as("value"));
    }

    /**
     * Rows whose value another table does not have.
     *
     * @param example the first such value
     */
    private record Strangers(long rows, Optional<Groups.Group> example) {
        /** Asks for the values that the profile has counted, or joins. */
        static Strangers of(String name, ColumnProfile column, Dataset<Row> rows, Dataset<Row> other) {
            boolean plain = column.kind() == ColumnKind.TEXT || column.kind() == ColumnKind.WHOLE;
            if (plain && column.distinct().orElseThrow() instanceof Distinct.Counted counted) {
                Map<String, Long> strangers = new TreeMap<>(counted.frequencies());
                other.where(col("value").isin(counted.frequencies().keySet().toArray()))
                        .distinct()
                        .collectAsList()
                        .forEach(row -> strangers.remove(row.getString(0)));
                return new Strangers(
                        strangers.values().stream().mapToLong(Long::longValue).sum(),
                        strangers.entrySet().stream()
                                .findFirst()
                                .map(first -> new Groups.Group(List.of(first.getKey()), first.getValue())));
            }
            Column value = col(Columns.quoted(name)).cast("string").as("value");
            Row row = rows.select(value)
                    .where(col("value").isNotNull())
                    .groupBy("value")
                    .agg(count(lit(1)).as("n"))
                    .join(other.distinct(), "value", "left_anti")
                    .agg(sum("n"), min(struct("value", "n")))
                    .head();
            return row.isNullAt(0)
                    ? new Strangers(0, Optional.empty())
                    : new Strangers(
                            row.getLong(0),
                            Optional.of(new Groups.Group(
                                    List.of(row.getStruct(1).getString(0)),
                                    row.getStruct(1).getLong(1))));
        }
    }

    /** Deequ's constraint of a condition on rows, given the share of rows that meet it. */
    private static boolean satisfied(String condition, String column, double min, OptionalDouble share) {
        return Constraints.hold(
                check -> check.satisfies(
                        condition, column, is(found -> found >= min), none(), List$.MODULE$.empty(), none()),
                analyzer -> share);
    }

    /** Deequ's, that is Spark's, minimum: NaN only where there is nothing else. */
    private static OptionalDouble smallest(ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        return numbers.count() > 0 ? OptionalDouble.of(numbers.min()) : onlyNaN(numbers);
    }

    /** Deequ's, that is Spark's, maximum: NaN is above all numbers. */
    private static OptionalDouble largest(ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        return numbers.nans() == 0 && numbers.count() > 0 ? OptionalDouble.of(numbers.max()) : onlyNaN(numbers);
    }

    private static OptionalDouble mean(ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        return numbers.nans() == 0 && numbers.count() > 0 ? OptionalDouble.of(numbers.mean()) : onlyNaN(numbers);
    }

    private static OptionalDouble onlyNaN(Numbers numbers) {
        return numbers.nans() > 0 ? OptionalDouble.of(Double.NaN) : OptionalDouble.empty();
    }

    private static String found(ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        String nans = numbers.nans() == 0 ? "" : "NaN in " + Words.rows(numbers.nans());
        if (numbers.count() == 0) {
            return nans.isEmpty() ? "no rows" : nans;
        }
        String range = Words.number(numbers.min()) + " to " + Words.number(numbers.max());
        return nans.isEmpty() ? range : range + ", and " + nans;
    }

    private static DoublePredicate within(Check.Size.Bounds bounds) {
        return rows -> (bounds.min().isEmpty() || rows >= bounds.min().get())
                && (bounds.max().isEmpty() || rows <= bounds.max().get());
    }

    private static String expected(Check.Size.Bounds bounds) {
        return Words.between(bounds.min().map(Words::count), bounds.max().map(Words::count));
    }

    private static OptionalDouble known(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static <T> Option<T> none() {
        return Option.empty();
    }

    /** The columns that a check needs groups of. */
    private static Optional<SortedSet<String>> grouping(Check check) {
        if (check instanceof Check.Unique unique) {
            return Optional.of(new TreeSet<>(unique.unique()));
        }
        return check instanceof Check.Size size
                ? size.size().per().map(column -> new TreeSet<>(List.of(column)))
                : Optional.empty();
    }

    private static void requireColumns(String name, Check check, TableProfile profile) {
        if (check instanceof Check.Size size) {
            size.size().per().ifPresent(column -> requireColumn(name, column, profile));
        } else if (check instanceof Check.Unique unique) {
            unique.unique().forEach(column -> requireColumn(name, column, profile));
        } else if (check instanceof Check.Complete complete) {
            requireColumn(name, complete.complete(), profile);
        } else if (check instanceof Check.Contained contained) {
            contained.contained().keySet().forEach(column -> requireColumn(name, column, profile));
        } else if (check instanceof Check.Range range) {
            requireNumbers(name, range.range(), profile);
        } else if (check instanceof Check.Mean mean) {
            requireNumbers(name, mean.mean(), profile);
        }
    }

    private static void requireNumbers(String name, String column, TableProfile profile) {
        requireColumn(name, column, profile);
        ColumnProfile found = profile.columns().get(column);
        if (!found.kind().isNumber()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "check " + name + " needs a column of numbers, found " + column + " of type " + found.type(),
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
