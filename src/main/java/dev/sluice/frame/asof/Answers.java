package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;

import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import dev.sluice.frame.asof.History.Ask;
import java.time.Duration;
import java.util.ArrayList;
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
 * @param values arguments of all tracks side by side, one per feature but flags, as the tracks take them in
 * @param features what the tracks add to a spine row, in order
 * @param furthestBack microseconds before decision time that any track looks; empty when one looks at all rows
 */
record Answers(List<Track> tracks, List<Column> values, List<StructField> features, OptionalLong furthestBack) {
    private static final String ARGUMENT = "__argument_";

    /** The arguments as the history's columns give them. */
    static List<Column> arguments(History history) {
        List<Column> arguments = new ArrayList<>();
        for (Ask ask : history.asks()) {
            for (Map.Entry<String, String> feature : ask.take().entrySet()) {
                Column argument = ask instanceof Ask.Window
                        ? Aggregate.parse(feature.getKey(), feature.getValue()).argument()
                        : SqlText.column(feature.getValue());
                arguments.add(argument.as(ARGUMENT + arguments.size()));
            }
        }
        return arguments;
    }

    /**
     * Reads the types.
     *
     * @param read schema of a frame with {@link #arguments}
     */
    static Answers of(History history, StructType read) {
        Builder builder = new Builder(history.name(), read);
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
        private final StructType read;
        private final List<Track> tracks = new ArrayList<>();
        private final List<Column> values = new ArrayList<>();
        private final List<StructField> features = new ArrayList<>();
        private final List<OptionalLong> backs = new ArrayList<>();

        Builder(String history, StructType read) {
            this.history = history;
            this.read = read;
        }

        void add(Ask.Newest newest) {
            OptionalLong maxAge =
                    newest.maxAge().stream().mapToLong(Builder::micros).findFirst();
            tracks.add(new Track.Newest(
                    values.size(),
                    newest.take().size(),
                    maxAge.orElse(Track.Newest.ANY_AGE),
                    newest.missing().isPresent()));
            backs.add(maxAge);
            newest.take().keySet().forEach(feature -> {
                Columns.requireFeature(feature, type(), history);
                feature(feature, type());
                values.add(argument());
            });
            newest.missing().ifPresent(flag -> feature(flag, DataTypes.DoubleType));
        }

        void add(Ask.Window window) {
            long over = micros(window.over());
            int first = values.size();
            List<Aggregate.Function> functions = new ArrayList<>();
            List<Boolean> whole = new ArrayList<>();
            window.take().forEach((feature, sql) -> {
                Aggregate.Function function = Aggregate.parse(feature, sql).function();
                DataType result = function.result(feature, type());
                functions.add(function);
                whole.add(result.equals(DataTypes.LongType));
                feature(feature, result);
                values.add(function.prepared(argument(), result).as(name()));
            });
            tracks.add(new Track.Window(first, over, List.copyOf(functions), List.copyOf(whole)));
            backs.add(OptionalLong.of(over));
        }

        Answers answers() {
            OptionalLong furthest = backs.stream().allMatch(OptionalLong::isPresent)
                    ? backs.stream().mapToLong(OptionalLong::getAsLong).max()
                    : OptionalLong.empty();
            return new Answers(List.copyOf(tracks), List.copyOf(values), List.copyOf(features), furthest);
        }

        private void feature(String name, DataType type) {
            features.add(new StructField(name, type, true, Metadata.empty()));
        }

        /** The argument that comes next. */
        private String name() {
            return ARGUMENT + values.size();
        }

        private Column argument() {
            return col(name());
        }

        private DataType type() {
            return read.apply(name()).dataType();
        }

        private static long micros(Duration duration) {
            return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
        }
    }
}
