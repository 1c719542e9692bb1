package dev.sluice.frame.asof;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that happened and became known in time, and what is asked of them for each spine row.
 *
 * <p>Of the rows with equal keys only those with {@code known_at <= as_of} exist for a spine row; a row that becomes known
 * exactly then does where that is {@code atOnce}, and else not. A null never equals a key, and a row without time or known_at is never known. There is no other bound
 * towards the future: a forecast, known before its time, counts.
 *
 * @param name the table, for messages
 * @param keys spine column: column of the rows, of the same type
 * @param time SQL, a timestamp: when a row happened
 * @param knownAt SQL, a timestamp: when it became known
 * @param atOnce whether {@code known_at = as_of} is seen
 */
public record History(
        String name,
        Dataset<Row> rows,
        Map<String, String> keys,
        String time,
        String knownAt,
        boolean atOnce,
        List<Ask> asks) {
    public History {
        keys = ordered(keys);
        asks = List.copyOf(asks);
        if (keys.isEmpty() || asks.isEmpty()) {
            throw new IllegalArgumentException(
                    "a history has keys and is asked something, found " + keys + ", " + asks);
        }
    }

    /** Of rows that are seen at the very time at which they become known. */
    public History(
            String name, Dataset<Row> rows, Map<String, String> keys, String time, String knownAt, List<Ask> asks) {
        this(name, rows, keys, time, knownAt, true, asks);
    }

    /** One question to a history, answered once for each spine row. */
    public sealed interface Ask {
        /** Features, by name: SQL over the history's columns. */
        Map<String, String> take();

        /**
         * The newest row: the one with the latest time; of several with that time the one that became known last (a
         * correction replaces what it corrects); of several with that too the greatest by the taken values, compared in order
         * with null as the least. A row is taken whole, nulls included, and the choice depends on values alone.
         *
         * @param maxAge the newest row does not count where it is older
         * @param missing name of a feature that is 1.0 where no row was found and 0.0 where one was
         */
        record Newest(Map<String, String> take, Optional<Span> maxAge, Optional<String> missing) implements Ask {
            public Newest {
                take = ordered(take);
            }
        }

        /**
         * Aggregates over the rows of a span, {@code as_of - over < time} where it is open: a function of {@link
         * dev.sluice.config.Aggregates#OF_WINDOWS} of an expression, with {@code filter (where CONDITION)} over those of the
         * rows for which that is true. Without a row, or without a value that is not null, count is 0 and the others are
         * null. NaN is greater than any number, and -0.0 is less than 0.0.
         *
         * <p>{@code earliest} and {@code latest} are the values of the oldest and of the newest row that has one: by time, then by
         * known_at, then by the value. {@code seconds_since} is decision time less the time of the newest row that has a
         * value.
         *
         * <p>Sums of whole numbers are exact (modulo 2^64, as Spark's). Other sums are the true sum of the values as doubles,
         * rounded once; an average divides that by the count, which rounds once more. Variances ({@code var_samp} alias
         * {@code variance}, {@code var_pop}) and deviations ({@code stddev_samp} alias {@code stddev}, {@code stddev_pop})
         * come from exact sums too, see {@link Spread}; of one value that of a sample is null. Neither order nor partitioning
         * changes a bit.
         *
         * <p>{@code approx_count_distinct} depends on the set of values alone, see {@link dev.sluice.stats.DistinctCount}.
         * {@code percentile(x, p)} is exact and between two values in proportion, as Spark's. {@code first_k(x, k)} and
         * {@code last_k(x, k)} are the values of the k oldest and newest rows that have one, from old to new; {@code
         * top_k(x, k)} the k greatest values, from great to small; {@code histogram(x)} is how often each value is there, as
         * text. Of equal values each counts. Lists and maps without a value are null.
         *
         * <p>A feature may be an expression over several of these, evaluated by Spark from their results. With {@code
         * bucket} each feature is one aggregate, and a map from the values of that column, as text, to its result over the rows
         * that have it; a row for which it is null does not count. A map has at most 1000 keys: more end the job with
         * INPUT_MALFORMED.
         *
         * <p>Making one throws PLAN_INVALID when a feature is anything else.
         *
         * @param bucket SQL over the history's columns
         */
        record Window(Span over, Map<String, String> take, Optional<String> bucket) implements Ask {
            public Window {
                take = ordered(take);
                for (WindowFeature feature : features(take)) {
                    if (bucket.isPresent() && feature.formula().isPresent()) {
                        throw new SluiceException(
                                ErrorCode.PLAN_INVALID,
                                "feature " + feature.name()
                                        + " of a window with bucket: expected one aggregate alone, found '"
                                        + take.get(feature.name()) + "'",
                                "take the aggregates one by one, or compute with them in a window without bucket");
                    }
                }
            }

            /** Over an open span, with one result for each feature. */
            public Window(Duration over, Map<String, String> take) {
                this(Span.open(over), take, Optional.empty());
            }

            /** Names of the features that are lists or maps. */
            public List<String> ofSeveralValues() {
                return features().stream()
                        .filter(feature -> bucket.isPresent() || feature.isOfSeveralValues())
                        .map(WindowFeature::name)
                        .toList();
            }

            /** Number of aggregates that its features are made of. */
            public int aggregates() {
                return features().stream()
                        .mapToInt(feature -> feature.aggregates().size())
                        .sum();
            }

            List<WindowFeature> features() {
                return features(take);
            }

            private static List<WindowFeature> features(Map<String, String> take) {
                return take.entrySet().stream()
                        .map(feature -> WindowFeature.parse(feature.getKey(), feature.getValue()))
                        .toList();
            }
        }
    }

    private static Map<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
