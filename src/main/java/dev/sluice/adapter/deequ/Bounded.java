package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import scala.Function1;

/**
 * One number that lies between bounds, both included, by a constraint of Deequ's: of all rows, or of those of each group.
 *
 * @param column column or columns it is about; empty for the table
 * @param constrain adds the constraint to an empty check, given what it asks the number
 * @param min smallest number
 * @param max largest number
 * @param words a number: {@code a mean of 3}
 * @param of what the number is a share of, after the words; empty where it is none
 * @param expected in words
 * @param vacuous whether it is true where there is nothing to measure in rows that are there
 */
record Bounded(
        String column,
        Constrain constrain,
        Optional<Double> min,
        Optional<Double> max,
        DoubleFunction<String> words,
        String of,
        String expected,
        boolean vacuous) {
    /** Adds a constraint that asks this of what it measures. */
    interface Constrain {
        Check to(Check check, Function1<Object, Object> asks);
    }

    /** What was decided of some rows, and on which number; none where nothing could be measured. */
    record Answer(boolean holds, OptionalDouble value) {}

    /** What must be measured. */
    Set<Analyzer<?, Metric<?>>> analyzers() {
        return Constraints.required(constrain.to(Constraints.empty(), Constraints.is(value -> true)));
    }

    /** Decides by Deequ's constraint. */
    Answer answer(Function<Analyzer<?, Metric<?>>, Metric<?>> metrics) {
        double[] asked = {Double.NaN};
        boolean[] some = {false};
        DoublePredicate within = value -> {
            asked[0] = value;
            some[0] = true;
            return min.stream().allMatch(low -> value >= low) && max.stream().allMatch(high -> value <= high);
        };
        boolean holds = Constraints.hold(check -> constrain.to(check, Constraints.is(within)), metrics);
        return some[0]
                ? new Answer(holds, OptionalDouble.of(asked[0]))
                : new Answer(holds || vacuous, OptionalDouble.empty());
    }

    /** Asks it of all rows. */
    Question ofAll(long rows) {
        return new Question() {
            @Override
            public Set<Analyzer<?, Metric<?>>> analyzers() {
                return Bounded.this.analyzers();
            }

            @Override
            public Verdict answer(Metrics metrics) {
                Answer answer = Bounded.this.answer(metrics::metric);
                Optional<Analyzer<?, Metric<?>>> analyzer = analyzers().stream().findFirst();
                boolean nothing = answer.value().isEmpty();
                return new Verdict(
                        answer.holds() && !(nothing && rows == 0),
                        column,
                        answer.value(),
                        nothing ? nothing(rows) : words.apply(answer.value().getAsDouble()) + of,
                        expected,
                        analyzer.map(metrics::source).orElse(Source.PROFILE),
                        analyzer.map(MetricKeys::of));
            }
        };
    }

    private static String nothing(long rows) {
        return rows == 0 ? "no rows" : "no value in " + Words.rows(rows);
    }

    /** How far an answer is from what it should be; below 0 where it is not. */
    double excess(Answer answer) {
        if (answer.holds()) {
            return -1;
        }
        if (answer.value().isEmpty() || Double.isNaN(answer.value().getAsDouble())) {
            return Double.POSITIVE_INFINITY;
        }
        double value = answer.value().getAsDouble();
        return Math.max(
                min.map(low -> low - value).orElse(0.0),
                max.map(high -> value - high).orElse(0.0));
    }
}
