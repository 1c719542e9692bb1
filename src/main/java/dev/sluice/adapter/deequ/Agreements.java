package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static dev.sluice.adapter.deequ.Constraints.none;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.Judged;
import dev.sluice.quality.Words;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An aggregate of the rows over one of another table. Equal numbers agree, zeros too; without one of them nothing does. That of the
 * rows is measured with all others; that of the other table costs a job.
 */
record Agreements(String name, Check.Agrees check, Judged judged) implements Question {
    @Override
    public Set<Analyzer<?, Metric<?>>> analyzers() {
        return ours().analyzers();
    }

    private Bounded ours() {
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
        OptionalDouble ours = ours().answer(metrics::metric).value();
        Dataset<Row> other = judged.others().apply(check.with());
        Row row = other.agg(SqlChecks.aggregate(name, check.other(), judged, other))
                .head();
        OptionalDouble theirs = row.isNullAt(0) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(0));
        OptionalDouble ratio = ours.isEmpty() || theirs.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(ratio(ours.getAsDouble(), theirs.getAsDouble()));
        String all = check.other() + " of " + check.with();
        boolean equal = check.min() == 1 && check.max() == 1;
        return new Verdict(
                Constraints.holdFor(
                        empty -> empty.customSql(
                                check.agrees() + " / " + all,
                                is(found -> found >= check.min() && found <= check.max()),
                                none(),
                                none()),
                        ratio),
                "",
                ratio,
                words(ours) + " against " + words(theirs),
                check.agrees()
                        + (equal
                                ? " to be "
                                : " to be " + Words.number(check.min()) + " to " + Words.number(check.max())
                                        + " times ")
                        + all,
                Source.TABLES);
    }

    private static double ratio(double ours, double theirs) {
        return ours == theirs ? 1 : ours / theirs;
    }

    private static String words(OptionalDouble value) {
        return value.isPresent() ? Words.number(value.getAsDouble()) : "no value";
    }
}
