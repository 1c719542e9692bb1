package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;

import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import dev.sluice.frame.asof.History.Ask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How a history's questions are answered, now that the types of their arguments are known.
 *
 * @param values arguments of all tracks side by side, as the tracks take them in; several tracks may use one
 * @param features what the tracks add to a spine row, in order
 * @param made the features that are asked for, by name and in order, of what the tracks add
 * @param furthestBack microseconds before decision time that any track looks; empty when one looks at all rows
 */
record Answers(
        List<Track> tracks,
        List<Column> values,
        List<StructField> features,
        Map<String, Column> made,
        OptionalLong furthestBack) {

    /** Arguments as the history's columns give them, each once, with the names under which they are read. */
    static final class Arguments {
        private static final String NAME = "__argument_";

        private final Map<Column, String> names = new LinkedHashMap<>();

        /** All of a history's questions. */
        static Arguments of(History history) {
            Arguments arguments = new Arguments();
            for (Ask ask : history.asks()) {
                if (ask instanceof Ask.Window window) {
                    window.features().forEach(feature -> feature.aggregates()
                            .forEach(aggregate -> arguments.name(aggregate.argument())));
                    window.bucket().map(SqlText::column).ifPresent(arguments::name);
                } else {
                    ask.take().values().stream().map(SqlText::column).forEach(arguments::name);
                }
            }
            return arguments;
        }

        /** Under which an argument is read. */
        String name(Column argument) {
            return names.computeIfAbsent(argument, same -> NAME + names.size());
        }

        List<Column> columns() {
            return names.entrySet().stream()
                    .map(argument -> argument.getKey().as(argument.getValue()))
                    .toList();
        }
    }

    /**
     * Refuses what an expression over aggregates gives that no model and no table of features can take.
     *
     * @param answered schema of a frame with the features
     * @throws dev.sluice.core.SluiceException PLAN_INVALID
     */
    void requireFeatures(StructType answered) {
        List<String> added = features.stream().map(StructField::name).toList();
        made.keySet().stream()
                .filter(name -> !added.contains(name))
                .forEach(name ->
                        Columns.requireFeature(name, answered.apply(name).dataType(), "a window"));
    }

    /**
     * Reads the types.
     *
     * @param read schema of a frame with the arguments
     */
    static Answers of(History history, Arguments arguments, StructType read) {
        Builder builder = new Builder(history.name(), arguments, read);
        for (Ask ask : history.asks()) {
            if (ask instanceof Ask.Newest newest) {
                builder.add(newest);
            } else if (ask instanceof Ask.Window window) {
                builder.add(window);
            }
        }
        return builder.answers();
    }

    private static final class Builder {
        private final String history;
        private final Arguments arguments;
        private final StructType read;
        private final List<Track> tracks = new ArrayList<>();
        private final List<Track.Window> withRows = new ArrayList<>();
        private final List<Column> values = new ArrayList<>();
        private final Map<Column, Integer> shared = new LinkedHashMap<>();
        private final List<StructField> features = new ArrayList<>();
        private final List<StructField> ofRows = new ArrayList<>();
        private final Map<String, Column> made = new LinkedHashMap<>();
        private final List<OptionalLong> backs = new ArrayList<>();

        Builder(String history, Arguments arguments, StructType read) {
            this.history = history;
            this.arguments = arguments;
            this.read = read;
        }

        void add(Ask.Newest newest) {
            OptionalLong maxAge =
                    newest.maxAge().stream().mapToLong(Span::oldest).findFirst();
            tracks.add(new Track.Newest(
                    values.size(),
                    newest.take().size(),
                    maxAge.orElse(Track.Newest.ANY_AGE),
                    newest.missing().isPresent()));
            backs.add(maxAge);
            newest.take().forEach((feature, sql) -> {
                String argument = arguments.name(SqlText.column(sql));
                Columns.requireFeature(feature, type(argument), history);
                features.add(field(feature, type(argument)));
                made.put(feature, col(Columns.quoted(feature)));
                values.add(col(argument).as("__value_" + values.size()));
            });
            newest.missing().ifPresent(flag -> {
                features.add(field(flag, DataTypes.DoubleType));
                made.put(flag, col(Columns.quoted(flag)));
            });
        }

        void add(Ask.Window window) {
            long over = window.over().tooOld();
            int category = window.bucket()
                    .map(sql -> shared(col(arguments.name(SqlText.column(sql))).cast(DataTypes.StringType)))
                    .orElse(Summary.NO_MAP);
            List<Summary> passing = new ArrayList<>();
            List<Summary> needing = new ArrayList<>();
            for (WindowFeature feature : window.features()) {
                for (int i = 0; i < feature.aggregates().size(); i++) {
                    Aggregate aggregate = feature.aggregates().get(i);
                    DataType result =
                            aggregate.function().result(feature.name(), type(arguments.name(aggregate.argument())));
                    Summary summary = summary(feature.name(), aggregate, result, category);
                    (summary.needsRows() ? needing : passing).add(summary);
                    (summary.needsRows() ? ofRows : features)
                            .add(field(
                                    feature.column(i),
                                    category == Summary.NO_MAP
                                            ? result
                                            : DataTypes.createMapType(DataTypes.StringType, result)));
                }
                made.put(feature.name(), feature.made());
            }
            if (!passing.isEmpty()) {
                tracks.add(new Track.Window(over, List.copyOf(passing)));
            }
            if (!needing.isEmpty()) {
                withRows.add(new Track.Window(over, List.copyOf(needing)));
            }
            backs.add(OptionalLong.of(over));
        }

        private Summary summary(String feature, Aggregate aggregate, DataType result, int category) {
            Column argument = col(arguments.name(aggregate.argument()));
            return new Summary(
                    feature,
                    aggregate.function(),
                    aggregate.parameter(),
                    shared(aggregate.function().prepared(argument, result)),
                    result,
                    category);
        }

        /** Index of a value that windows may share. */
        private int shared(Column value) {
            return shared.computeIfAbsent(value, same -> {
                values.add(value.as("__value_" + values.size()));
                return values.size() - 1;
            });
        }

        Answers answers() {
            OptionalLong furthest = backs.stream().allMatch(OptionalLong::isPresent)
                    ? backs.stream().mapToLong(OptionalLong::getAsLong).max()
                    : OptionalLong.empty();
            if (!withRows.isEmpty()) {
                tracks.add(new Track.Rows(List.copyOf(withRows)));
                features.addAll(ofRows);
            }
            return new Answers(
                    List.copyOf(tracks),
                    List.copyOf(values),
                    List.copyOf(features),
                    Collections.unmodifiableMap(made),
                    furthest);
        }

        private static StructField field(String name, DataType type) {
            return new StructField(name, type, true, Metadata.empty());
        }

        private DataType type(String argument) {
            return read.apply(argument).dataType();
        }
    }
}
