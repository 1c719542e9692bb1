package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Anomaly;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.Judged;
import dev.sluice.port.MetricHistory.Point;
import dev.sluice.quality.Words;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Whether the number of another check is usual beside those of earlier intervals. */
record Usualness(Check.Usual check, Bounded number, Judged judged) implements Question {
    @Override
    public Set<Analyzer<?, Metric<?>>> analyzers() {
        return number.analyzers();
    }

    @Override
    public Verdict answer(Metrics metrics) {
        Analyzer<?, Metric<?>> analyzer = number.analyzers().iterator().next();
        OptionalDouble value = number.answer(metrics::metric).value();
        Source source = metrics.source(analyzer);
        if (value.isEmpty() || Double.isNaN(value.getAsDouble())) {
            return new Verdict(
                    false,
                    number.column(),
                    value,
                    "no number in " + Words.rows(judged.profile().rows()),
                    expected(),
                    source);
        }
        List<Point> earlier = earlier(analyzer);
        String found = number.words().apply(value.getAsDouble()) + number.of() + "; " + told(earlier);
        String length = judged.interval().length(judged.zone());
        if (check.by() instanceof Anomaly.HoltWinters seasons
                && !seasons.season().length().equals(length)) {
            return unjudged(
                    value,
                    found + "; not judged, as its intervals are of "
                            + seasons.season().length() + " and this one of " + length,
                    source);
        }
        if (earlier.size() < check.least()) {
            return unjudged(value, found + "; not judged by fewer than " + check.least(), source);
        }
        Strategies strategy = new Strategies(check.by());
        boolean usual = strategy.isUsual(analyzer, earlier, value.getAsDouble());
        String instead = usual
                ? ""
                : strategy.usual(earlier, value.getAsDouble(), number.words())
                        .map(what -> ": " + what)
                        .orElse("");
        return new Verdict(usual, number.column(), value, found, expected() + instead, source);
    }

    private Verdict unjudged(OptionalDouble value, String found, Source source) {
        return new Verdict(true, number.column(), value, found, expected(), source);
    }

    /** The newest numbers before, oldest first; those of seasons only as far as no interval is missing. */
    private List<Point> earlier(Analyzer<?, Metric<?>> analyzer) {
        List<Point> numbers = judged.history().of(MetricKeys.of(analyzer).analyzer()).stream()
                .filter(point -> Double.isFinite(point.value()))
                .toList();
        List<Point> newest = numbers.subList(Math.max(0, numbers.size() - check.last()), numbers.size());
        return check.by() instanceof Anomaly.HoltWinters ? unbroken(newest) : newest;
    }

    private List<Point> unbroken(List<Point> points) {
        Deque<Point> unbroken = new ArrayDeque<>();
        Instant next = judged.interval().from();
        for (int i = points.size() - 1; i >= 0 && points.get(i).interval().to().equals(next); i--) {
            unbroken.addFirst(points.get(i));
            next = points.get(i).interval().from();
        }
        return List.copyOf(unbroken);
    }

    private String told(List<Point> earlier) {
        if (earlier.isEmpty()) {
            return "no earlier number";
        }
        double last = earlier.get(earlier.size() - 1).value();
        return Words.count(earlier.size()) + " earlier, the last "
                + number.words().apply(last);
    }

    private String expected() {
        return new Strategies(check.by()).expected();
    }
}
