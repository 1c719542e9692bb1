package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.none;
import static dev.sluice.adapter.deequ.Constraints.seq;

import com.amazon.deequ.checks.Check;
import com.amazon.deequ.constraints.AnalysisBasedConstraint;
import dev.sluice.config.Check.Complete;
import dev.sluice.config.Check.Expect;
import dev.sluice.config.Check.Matches;
import dev.sluice.config.Check.ReadsAs;
import dev.sluice.config.Check.Size;
import dev.sluice.config.Ingest;
import dev.sluice.config.Measure;
import dev.sluice.frame.Columns;
import dev.sluice.port.Judged;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Numbers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.List$;
import scala.util.matching.Regex;

/** The constraint of Deequ's for each check whose answer is one number, and its words. */
final class NumberChecks {
    /** The largest error of the rank of a quantile, which Deequ's own constraint has. */
    private static final double RANK_ERROR = 0.01;

    private final Judged judged;
    private final Shown shown;

    NumberChecks(Judged judged, Shown shown) {
        this.judged = judged;
        this.shown = shown;
    }

    /** The number that a check asks for; empty of a check that is no such question. */
    Optional<Bounded> of(dev.sluice.config.Check check) {
        if (check instanceof Measure measure) {
            return Optional.of(measure(measure));
        } else if (check instanceof Size size && size.size().per().isEmpty()) {
            return Optional.of(size(size.size()));
        } else if (check instanceof Complete complete) {
            return Optional.of(complete(complete));
        } else if (check instanceof Expect expect) {
            return Optional.of(expect(expect));
        } else if (check instanceof Matches matches) {
            return Optional.of(matches(matches));
        } else if (check instanceof ReadsAs reads) {
            return Optional.of(readsAs(reads));
        }
        return Optional.empty();
    }

    private static Bounded size(Size.Bounds bounds) {
        return new Bounded(
                "",
                (c, asks) -> c.hasSize(asks, none()),
                bounds.min().map(Long::doubleValue),
                bounds.max().map(Long::doubleValue),
                rows -> Words.rows((long) rows),
                "",
                Words.between(bounds.min().map(Words::count), bounds.max().map(Words::count)) + " rows",
                false);
    }

    private Bounded measure(Measure check) {
        if (check instanceof Measure.Mean mean) {
            return of(mean, mean.mean(), "a mean", (c, asks) -> c.hasMean(mean.mean(), asks, none()));
        } else if (check instanceof Measure.Sum sum) {
            return of(sum, sum.sum(), "a sum", (c, asks) -> c.hasSum(sum.sum(), asks, none()));
        } else if (check instanceof Measure.Sd sd) {
            return of(sd, sd.sd(), "a standard deviation", (c, asks) -> c.hasStandardDeviation(sd.sd(), asks, none()));
        } else if (check instanceof Measure.Smallest least) {
            String column = least.smallest();
            return value(least, column, "a smallest value", "", (c, asks) -> c.hasMin(column, asks, none(), none()));
        } else if (check instanceof Measure.Largest most) {
            String column = most.largest();
            return value(most, column, "a largest value", "", (c, asks) -> c.hasMax(column, asks, none(), none()));
        } else if (check instanceof Measure.Quantile quantile) {
            return quantile(quantile);
        } else if (check instanceof Measure.Correlation pair) {
            String first = pair.correlation().get(0);
            String second = pair.correlation().get(1);
            return of(
                    pair,
                    first + ", " + second,
                    "a correlation",
                    (c, asks) -> c.hasCorrelation(first, second, asks, none()));
        } else if (check instanceof Measure.Distinctness distinct) {
            return of(
                    distinct,
                    String.join(", ", distinct.distinctness()),
                    "a distinctness",
                    (c, asks) -> c.hasDistinctness(seq(distinct.distinctness()), asks, none()));
        } else if (check instanceof Measure.UniqueRatio ratio) {
            return of(
                    ratio,
                    String.join(", ", ratio.uniqueRatio()),
                    "a ratio of unique values",
                    (c, asks) -> c.hasUniqueValueRatio(seq(ratio.uniqueRatio()), asks, none(), none()));
        } else if (check instanceof Measure.Entropy entropy) {
            return of(
                    entropy,
                    entropy.entropy(),
                    "an entropy",
                    (c, asks) -> c.hasEntropy(entropy.entropy(), asks, none()));
        } else if (check instanceof Measure.MutualInformation pair) {
            String first = pair.mutualInformation().get(0);
            String second = pair.mutualInformation().get(1);
            return of(
                    pair,
                    first + ", " + second,
                    "a mutual information",
                    (c, asks) -> c.hasMutualInformation(first, second, asks, none()));
        } else if (check instanceof Measure.Value value) {
            SqlValue analyzer = new SqlValue(
                    value.value().forRun(judged.interval()), value.value().text());
            return of(value, "", "a value", (c, asks) -> c.addConstraint(constraint(analyzer, asks)));
        }
        throw new IllegalStateException("a check that Deequ is not taught: " + check);
    }

    /** The analyzer's metric is a DoubleMetric, which Scala knows to be a metric of a double and Java does not. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static com.amazon.deequ.constraints.Constraint constraint(SqlValue analyzer, Function1<Object, Object> asks) {
        return new AnalysisBasedConstraint(analyzer, asks, Option.empty(), Option.empty());
    }

    private static Bounded of(Measure check, String column, String noun, Bounded.Constrain constrain) {
        return bounded(check, column, noun, "", constrain, Words::number);
    }

    /** Of a number that is a value of the column. */
    private Bounded value(Measure check, String column, String noun, String of, Bounded.Constrain constrain) {
        return bounded(check, column, noun, of, constrain, value -> shown.number(column, value));
    }

    private static Bounded bounded(
            Measure check,
            String column,
            String noun,
            String of,
            Bounded.Constrain constrain,
            DoubleFunction<String> words) {
        return new Bounded(
                column,
                constrain,
                check.min(),
                check.max(),
                value -> noun + " of " + words.apply(value),
                of,
                noun + " of "
                        + Words.between(
                                check.min().map(Words::number), check.max().map(Words::number)),
                false);
    }

    /** An estimate says by how much its rank may be off. */
    private Bounded quantile(Measure.Quantile check) {
        double error = check.per().isPresent()
                ? RANK_ERROR
                : numbers(check.column())
                        .map(known -> known.quantiles().rankError())
                        .filter(known -> known <= RANK_ERROR)
                        .orElse(RANK_ERROR);
        String rank = error == 0 ? "" : " (the rank is known to ± " + Words.percent(error) + ")";
        return value(
                check,
                check.column(),
                "a quantile " + Words.number(check.share()),
                rank,
                (c, asks) -> c.hasApproxQuantile(check.column(), check.share(), asks, none()));
    }

    private Optional<Numbers> numbers(String column) {
        return Optional.of(judged.profile().columns().get(column)).flatMap(ColumnProfile::numbers);
    }

    private Bounded complete(Complete check) {
        String column = check.complete();
        ColumnProfile profile = judged.profile().columns().get(column);
        return share(
                column,
                check.min(),
                (c, asks) -> c.hasCompleteness(column, asks, none(), none()),
                check.per().isPresent()
                        ? ""
                        : " of " + Words.rows(profile.rows()) + " (" + Words.count(profile.nulls())
                                + " without a value)",
                "a value in " + (check.min() == 1 ? "every row" : least(check.min(), "rows")),
                false);
    }

    private Bounded expect(Expect check) {
        String sql = check.expect().forRun(judged.interval());
        Option<String> counted =
                check.nulls() == Ingest.Nulls.PASS ? Option.apply("(" + sql + ") IS NOT NULL") : none();
        return share(
                "",
                check.min(),
                (c, asks) -> filtered(c.satisfies(sql, sql, asks, none(), List$.MODULE$.empty(), none()), counted),
                !counted.isEmpty()
                        ? " of the rows that can tell"
                        : check.per().isPresent()
                                ? ""
                                : " of " + Words.rows(judged.profile().rows()),
                check.expect() + " in " + (check.min() == 1 ? "every row" : least(check.min(), "rows"))
                        + (counted.isEmpty() ? "" : " that can tell"),
                !counted.isEmpty());
    }

    private Bounded matches(Matches check) {
        String column = check.column();
        return share(
                column,
                check.min(),
                (c, asks) -> filtered(
                        c.hasPattern(column, new Regex(check.regex(), seq(List.of())), asks, none(), none(), none()),
                        Option.apply(Columns.quoted(column) + " IS NOT NULL")),
                " of the values",
                (check.min() == 1 ? "all values" : least(check.min(), "values")) + " to match " + check.regex(),
                true);
    }

    private static Bounded readsAs(ReadsAs check) {
        String column = check.column();
        return share(
                column,
                check.min(),
                (c, asks) -> c.addConstraint(Readings.constraint(column, check.reading(), asks)),
                " of the values",
                (check.min() == 1 ? "all values" : least(check.min(), "values")) + " to read as "
                        + check.reading().name().toLowerCase(Locale.ROOT),
                true);
    }

    private static Check filtered(
            com.amazon.deequ.checks.CheckWithLastConstraintFilterable check, Option<String> where) {
        return where.isEmpty() ? check : check.where(where.get());
    }

    private static Bounded share(
            String column, double min, Bounded.Constrain constrain, String of, String expected, boolean vacuous) {
        return new Bounded(
                column, constrain, Optional.of(min), Optional.empty(), Words::percent, of, expected, vacuous);
    }

    private static String least(double share, String of) {
        return "at least " + Words.percent(share) + " of the " + of;
    }
}
