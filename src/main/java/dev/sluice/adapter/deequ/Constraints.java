package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.Analyzers;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.metrics.DoubleMetric;
import com.amazon.deequ.metrics.Metric;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.mutable.Builder;
import scala.runtime.AbstractFunction1;

/** Deequ, as Java calls it: a check is given metrics that are already known, and evaluates its own constraints on them. */
final class Constraints {
    private Constraints() {}

    /**
     * Whether Deequ finds a check's constraints true.
     *
     * @param constrain adds constraints to an empty check
     * @param metrics the metric of each analyzer that these require
     */
    static boolean hold(UnaryOperator<Check> constrain, Function<Analyzer<?, Metric<?>>, Metric<?>> metrics) {
        Check check = constrain.apply(empty());
        return check.evaluate(context(required(check), metrics)).status().equals(CheckStatus.Success());
    }

    /** Whether they are true of this value of whatever they measure. */
    static boolean holdFor(UnaryOperator<Check> constrain, OptionalDouble value) {
        return hold(constrain, analyzer -> metric(analyzer, value));
    }

    /** A check without constraints. */
    static Check empty() {
        return new Check(CheckLevel.Error(), "check", seq(List.of()));
    }

    /** What a check's constraints measure. */
    static Set<Analyzer<?, Metric<?>>> required(Check check) {
        return new LinkedHashSet<>(JavaConverters.setAsJavaSet(check.requiredAnalyzers()));
    }

    /** What Deequ evaluates checks on. */
    static AnalyzerContext context(
            Set<Analyzer<?, Metric<?>>> analyzers, Function<Analyzer<?, Metric<?>>, Metric<?>> metrics) {
        Builder<Tuple2<Analyzer<?, Metric<?>>, Metric<?>>, Map<Analyzer<?, Metric<?>>, Metric<?>>> known =
                Map$.MODULE$.newBuilder();
        analyzers.forEach(analyzer -> known.$plus$eq(new Tuple2<>(analyzer, metrics.apply(analyzer))));
        return new AnalyzerContext(known.result());
    }

    /** A metric of a value; where that is empty, what Deequ calls an empty state: the constraint fails. */
    static DoubleMetric metric(Analyzer<?, ?> analyzer, OptionalDouble value) {
        Metric<?> like = named(analyzer);
        return value.isPresent()
                ? Analyzers.metricFromValue(value.getAsDouble(), like.name(), like.instance(), like.entity(), none())
                : Analyzers.metricFromEmpty(analyzer, like.name(), like.instance(), like.entity());
    }

    /** A metric of an analyzer, for its name and what it is about: only one that failed can be had without measuring. */
    static Metric<?> named(Analyzer<?, ?> analyzer) {
        return (Metric<?>) analyzer.toFailureMetric(new IllegalStateException("not measured"));
    }

    static <T> Seq<T> seq(List<T> list) {
        return JavaConverters.asScalaBuffer(list).toSeq();
    }

    static <T> Option<T> none() {
        return Option.empty();
    }

    /** What Deequ asks a metric; sizes come as Long, all others as Double. */
    static AbstractFunction1<Object, Object> is(DoublePredicate predicate) {
        return new Assertion(predicate);
    }

    private static final class Assertion extends AbstractFunction1<Object, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final transient DoublePredicate predicate;

        Assertion(DoublePredicate predicate) {
            this.predicate = predicate;
        }

        @Override
        public Object apply(Object metric) {
            return predicate.test(((Number) metric).doubleValue());
        }
    }
}
