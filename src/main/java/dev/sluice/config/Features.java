package dev.sluice.config;

import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

@Doc("The feature table: one row per spine row, with nothing that was not known at decision time.")
public record Features(
        @Doc("Name of the feature table.") TableName table,
        @Doc("What the rows hang on.") Spine spine,
        @Doc("What is to be predicted.") Label label,
        @Doc("Features of the spine row itself, by name: Spark SQL over its columns.") Map<String, Sql> take,
        @Doc("Values looked up by key; the version valid at decision time where the table keeps history.")
                List<Lookup> lookups,
        @Doc("The newest row known at decision time.") @Name("as_of_joins") List<AsOfJoin> asOfJoins,
        @Doc("Aggregates over the rows of a span of time that were known at decision time.") List<Window> windows,
        @Doc("What is true of the table, by check name.") Map<String, Check> checks,
        @Doc("How rows are written.") Write write)
        implements FeatureTable {
    public Features {
        take = Ordered.copy(take);
        lookups = List.copyOf(lookups);
        asOfJoins = List.copyOf(asOfJoins);
        windows = List.copyOf(windows);
        checks = Ordered.copy(checks);
    }

    @Override
    public Optional<Label> predicts() {
        return Optional.of(label);
    }

    /** The same, made from tables of other names. */
    public Features reading(UnaryOperator<TableName> names) {
        return new Features(
                table,
                spine.reading(names),
                label,
                take,
                lookups.stream().map(lookup -> lookup.reading(names)).toList(),
                asOfJoins.stream().map(join -> join.reading(names)).toList(),
                windows.stream().map(window -> window.reading(names)).toList(),
                checks,
                write);
    }

    @Doc("What the rows hang on: entity, decision time.")
    public record Spine(
            @Doc("Table that the rows come from.") TableName from,
            @Doc("Columns that identify a row, at least one.") List<String> key,
            @Doc("Decision time: nothing that became known later may enter the row.") @Name("as_of") Sql asOf,
            @Doc("Columns of the table that are kept beside the features, such as the partition date.")
                    List<String> keep,
            @Doc("Columns that are known only after the decision: using one as a feature is refused at plan time.")
                    List<String> never) {
        public Spine {
            key = List.copyOf(key);
            keep = List.copyOf(keep);
            never = List.copyOf(never);
            Invalid.unless(!key.isEmpty(), "key", "expected at least one column, found none");
        }

        Spine reading(UnaryOperator<TableName> names) {
            return new Spine(names.apply(from), key, asOf, keep, never);
        }
    }

    @Doc("What is to be predicted.")
    public record Label(
            @Doc("Name of the label.") String name,
            @Doc("1 or 0 over the spine table's columns; NULL is not trained on, but scored.") Sql expr,
            @Doc("When the label is known.") @Name("known_at") Sql knownAt) {}

    @Doc("Values looked up by key.")
    public record Lookup(
            @Doc("Table that is looked up.") TableName from,
            @Doc("Column of the spine table: column of the looked-up table.") Map<String, String> keys,
            @Doc("Features, by name: Spark SQL over the looked-up table's columns.") Map<String, Sql> take,
            @Doc("A row without match: flag adds NAME_missing per lookup, null leaves nulls alone.") @Default("null")
                    Missing missing) {
        public Lookup {
            keys = Ordered.copy(keys);
            take = Ordered.copy(take);
        }

        Lookup reading(UnaryOperator<TableName> names) {
            return new Lookup(names.apply(from), keys, take, missing);
        }
    }

    @Doc("The newest row known at decision time.")
    public record AsOfJoin(
            @Doc("Table that is joined.") TableName from,
            @Doc("Column of the spine table: column of the joined table.") Map<String, String> keys,
            @Doc("When the joined row happened.") Sql time,
            @Doc("When the joined row became known.") @Name("known_at") Sql knownAt,
            @Doc("Older rows do not count.") @Name("max_age") Optional<Duration> maxAge,
            @Doc(
                            "Which ends of the span count: the right one is known_at = as_of, the left one time = as_of - max_age.")
                    @Default("both")
                    Closed closed,
            @Doc("Features, by name: Spark SQL over the joined table's columns.") Map<String, Sql> take,
            @Doc("A row without match: flag adds NAME_missing per join, null leaves nulls alone.") @Default("null")
                    Missing missing) {
        public AsOfJoin {
            keys = Ordered.copy(keys);
            take = Ordered.copy(take);
        }

        /** Closed at both ends. */
        public AsOfJoin(
                TableName from,
                Map<String, String> keys,
                Sql time,
                Sql knownAt,
                Optional<Duration> maxAge,
                Map<String, Sql> take,
                Missing missing) {
            this(from, keys, time, knownAt, maxAge, Closed.BOTH, take, missing);
        }

        AsOfJoin reading(UnaryOperator<TableName> names) {
            return new AsOfJoin(names.apply(from), keys, time, knownAt, maxAge, closed, take, missing);
        }
    }

    @Doc("Aggregates over the rows of a span of time that were known at decision time.")
    public record Window(
            @Doc("Table that is aggregated.") TableName from,
            @Doc("Columns that group the rows, at least one; of the same name in the spine table.") List<String> by,
            @Doc("When a row happened.") Sql time,
            @Doc("When a row became known.") @Name("known_at") Sql knownAt,
            @Doc(
                            "Span before decision time: rows with as_of - over < time and known_at <= as_of count. Of several spans"
                                    + " each gives every feature, named FEATURE_SPAN such as fare_7d.")
                    @OneOrMore
                    List<Duration> over,
            @Doc("Which ends of the span count: the right one is known_at = as_of, the left one time = as_of - over.")
                    @Default("right")
                    Closed closed,
            @Doc(
                            "Makes every feature a map: from the values of this over the aggregated table's columns, as text, to the"
                                    + " result over the rows that have it; at most 1000.")
                    Optional<Sql> bucket,
            @Doc("Features, by name: avg, sum, count, min, max, stddev, variance, earliest, latest, seconds_since,"
                            + " approx_count_distinct, percentile, first_k, last_k, top_k or histogram of an expression, or an"
                            + " expression over several of them; with filter (where CONDITION) of some of the rows.")
                    Map<String, Sql> take) {
        public Window {
            by = List.copyOf(by);
            over = List.copyOf(over);
            take = Ordered.copy(take);
            Invalid.unless(!by.isEmpty(), "by", "expected at least one column, found none");
            Invalid.unless(!over.isEmpty(), "over", "expected at least one span, found none");
            for (Duration span : over) {
                Invalid.unless(
                        !span.isNegative() && !span.isZero(),
                        "over",
                        "expected a span above zero, found " + Durations.print(span));
                Invalid.unless(
                        Collections.frequency(over, span) == 1,
                        "over",
                        "expected each span once, found " + Durations.print(span) + " again");
            }
        }

        /** Closed at decision time alone. */
        public Window(
                TableName from,
                List<String> by,
                Sql time,
                Sql knownAt,
                List<Duration> over,
                Optional<Sql> bucket,
                Map<String, Sql> take) {
            this(from, by, time, knownAt, over, Closed.RIGHT, bucket, take);
        }

        /** Names of the features: those of {@code take}, once for each span where there are several. */
        public List<String> names() {
            return take.keySet().stream()
                    .flatMap(name -> over.stream().map(span -> name(name, span)))
                    .toList();
        }

        /** The name of a feature over a span. */
        public String name(String feature, Duration span) {
            return over.size() == 1
                    ? feature
                    : feature + "_" + Durations.print(span).replace(" ", "");
        }

        Window reading(UnaryOperator<TableName> names) {
            return new Window(names.apply(from), by, time, knownAt, over, closed, bucket, take);
        }
    }

    /**
     * Which ends of a span before decision time belong to it. The left end is the oldest {@code time}, the right end the latest {@code
     * known_at}.
     */
    public enum Closed {
        BOTH,
        LEFT,
        RIGHT,
        NEITHER;

        /** Whether a row counts whose time is exactly the span before decision time. */
        public boolean left() {
            return this == BOTH || this == LEFT;
        }

        /** Whether a row counts that becomes known exactly at decision time. */
        public boolean right() {
            return this == BOTH || this == RIGHT;
        }
    }

    /** What a row without match gets. */
    public enum Missing {
        NULL,
        FLAG
    }
}
