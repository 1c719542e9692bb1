package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.anomalydetection.AbsoluteChangeStrategy;
import com.amazon.deequ.anomalydetection.AnomalyDetectionStrategy;
import com.amazon.deequ.anomalydetection.AnomalyDetector;
import com.amazon.deequ.anomalydetection.BatchNormalStrategy;
import com.amazon.deequ.anomalydetection.DataPoint;
import com.amazon.deequ.anomalydetection.OnlineNormalStrategy;
import com.amazon.deequ.anomalydetection.RelativeRateOfChangeStrategy;
import com.amazon.deequ.anomalydetection.seasonal.HoltWinters;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.metrics.Metric;
import com.amazon.deequ.repository.MetricsRepository;
import com.amazon.deequ.repository.ResultKey;
import com.amazon.deequ.repository.memory.InMemoryMetricsRepository;
import dev.sluice.config.Anomaly;
import dev.sluice.port.MetricHistory.Point;
import dev.sluice.quality.Words;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scala.Console;
import scala.Option;
import scala.collection.immutable.Map$;

/** Deequ's strategies of anomaly detection, for one anomaly that a check names. */
record Strategies(Anomaly anomaly) {
    private static final Pattern BOUNDS = Pattern.compile("Value \\S+ is not in bounds \\[(\\S+), (\\S+)]");
    private static final Pattern FORECAST = Pattern.compile("Forecasted (\\S+) for");

    /** As Deequ's strategy has them when nobody says otherwise: the part of a series that is too young to judge. */
    private static final double IGNORED_START = 0.1;

    /** Whether Deequ's constraint finds a number usual. */
    boolean isUsual(Analyzer<?, Metric<?>> analyzer, List<Point> earlier, double value) {
        InMemoryMetricsRepository repository = new InMemoryMetricsRepository();
        earlier.forEach(point -> repository.save(
                new ResultKey(point.interval().from().toEpochMilli(), Map$.MODULE$.empty()),
                context(analyzer, point.value())));
        return quietly(() -> Constraints.hold(
                check -> constrain(check, repository, analyzer),
                any -> Constraints.metric(analyzer, OptionalDouble.of(value))));
    }

    /** The analyzer's metric is one of a double, which Scala knows of whatever a check asks a number, and Java does not. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private Check constrain(Check check, MetricsRepository repository, Analyzer analyzer) {
        return check.isNewestPointNonAnomalous(
                repository, strategy(), analyzer, Map$.MODULE$.empty(), Option.empty(), Option.empty(), Option.empty());
    }

    /** What Deequ would have found usual in the place of a number that it does not, where it says so. */
    Optional<String> usual(List<Point> earlier, double value, DoubleFunction<String> words) {
        List<DataPoint<Object>> series = new ArrayList<>();
        earlier.forEach(point -> series.add(
                new DataPoint<>(point.interval().from().toEpochMilli(), Option.apply((Object) point.value()))));
        long now = earlier.get(earlier.size() - 1).interval().to().toEpochMilli();
        var found = quietly(() -> new AnomalyDetector(strategy())
                .isNewPointAnomalous(Constraints.seq(series), new DataPoint<>(now, Option.apply((Object) value)))
                .anomalies());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.head()._2().detail())
                        .filter(Option::isDefined)
                        .flatMap(detail -> told(detail.get(), words));
    }

    private static Optional<String> told(String detail, DoubleFunction<String> words) {
        Matcher bounds = BOUNDS.matcher(detail);
        if (bounds.find()) {
            return Optional.of(words.apply(rounded(bounds.group(1))) + " to " + words.apply(rounded(bounds.group(2))));
        }
        Matcher forecast = FORECAST.matcher(detail);
        return forecast.find() ? Optional.of("about " + words.apply(rounded(forecast.group(1)))) : Optional.empty();
    }

    /** Four digits are enough for a bound that was estimated. */
    private static double rounded(String number) {
        return new java.math.BigDecimal(number)
                .round(new java.math.MathContext(4))
                .doubleValue();
    }

    private static AnalyzerContext context(Analyzer<?, Metric<?>> analyzer, double value) {
        return Constraints.context(Set.of(analyzer), any -> Constraints.metric(analyzer, OptionalDouble.of(value)));
    }

    /** Holt-Winters prints the parameters that it found. */
    private static <T> T quietly(Supplier<T> work) {
        return Console.withOut(OutputStream.nullOutputStream(), work::get);
    }

    private AnomalyDetectionStrategy strategy() {
        if (anomaly instanceof Anomaly.AbsoluteChange absolute) {
            return new AbsoluteChangeStrategy(
                    option(absolute.change().min()), option(absolute.change().max()), 1);
        } else if (anomaly instanceof Anomaly.RelativeChange relative) {
            return new RelativeRateOfChangeStrategy(
                    option(relative.change().min()), option(relative.change().max()), 1);
        } else if (anomaly instanceof Anomaly.OnlineNormal online) {
            return new OnlineNormalStrategy(
                    option(online.deviations().below()),
                    option(online.deviations().above()),
                    IGNORED_START,
                    true);
        } else if (anomaly instanceof Anomaly.BatchNormal batch) {
            return new BatchNormalStrategy(
                    option(batch.deviations().below()),
                    option(batch.deviations().above()),
                    false);
        } else if (anomaly instanceof Anomaly.HoltWinters seasons) {
            return new HoltWinters(seasons.season().intervals());
        }
        throw new IllegalStateException("an anomaly that Deequ is not taught: " + anomaly);
    }

    private static Option<Object> option(Optional<Double> number) {
        return number.<Option<Object>>map(Option::apply).orElse(Option.empty());
    }

    /** What is usual, in words. */
    String expected() {
        if (anomaly instanceof Anomaly.AbsoluteChange absolute) {
            return "a change of " + between(absolute.change()) + " from the one before";
        } else if (anomaly instanceof Anomaly.RelativeChange relative) {
            return between(relative.change()) + " times the one before";
        } else if (anomaly instanceof Anomaly.OnlineNormal online) {
            return deviations(online.deviations(), "the running mean");
        } else if (anomaly instanceof Anomaly.BatchNormal batch) {
            return deviations(batch.deviations(), "the mean of the earlier ones");
        } else if (anomaly instanceof Anomaly.HoltWinters seasons) {
            return "what Holt-Winters forecasts by the "
                    + seasons.season().name().toLowerCase(Locale.ROOT);
        }
        throw new IllegalStateException("an anomaly without words: " + anomaly);
    }

    private static String between(Anomaly.Change change) {
        return Words.between(change.min().map(Words::number), change.max().map(Words::number));
    }

    private static String deviations(Anomaly.Deviations deviations, String center) {
        List<String> sides = new ArrayList<>();
        deviations.below().ifPresent(factor -> sides.add(side(factor, "below", sides)));
        deviations.above().ifPresent(factor -> sides.add(side(factor, "above", sides)));
        return "at most " + String.join(" and ", sides) + " " + center;
    }

    /** {@code 3 standard deviations below}, and {@code 2 above} as the second of two. */
    private static String side(double factor, String side, List<String> before) {
        String unit = !before.isEmpty() ? " " : factor == 1 ? " standard deviation " : " standard deviations ";
        return Words.number(factor) + unit + side;
    }
}
