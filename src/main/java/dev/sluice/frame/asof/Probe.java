package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.frame.Columns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * {@link Strategy#PROBE}, and {@link Strategy#PRUNE} before it. All histories with the same keys pass the same slots, so that the
 * spine is shuffled once.
 */
final class Probe {
    private Probe() {}

    /**
     * The spine rows, and behind their columns the features of each history.
     *
     * @param index the slots of the whole spine, by which histories are pruned where they are read
     * @param ranges of the keys that several tasks share
     */
    static Dataset<Row> add(
            Dataset<Row> spine,
            List<String> keys,
            String asOf,
            List<Asked> asked,
            int tasks,
            Optional<Broadcast<Slots>> index,
            Optional<Broadcast<Ranges>> ranges) {
        List<Column> columns = Arrays.stream(spine.columns())
                .map(name -> col(Columns.quoted(name)))
                .toList();
        Dataset<Row> met = Asked.spine(spine, keys, asOf, columns);
        DataType[] keyTypes = Asked.keyTypes(met, keys.size());
        JavaRDD<Meeting> meetings = ranges.map(cuts -> byRange(met, keys.size(), tasks, cuts, Ranges::spine))
                .orElseGet(() -> Internals.byKey(met, keys.size(), tasks))
                .toJavaRDD()
                .mapPartitions(rows -> single(Meeting.of(rows, keyTypes)));
        for (Asked one : asked) {
            Question question = Question.of(one, keys.size());
            Dataset<Row> needed =
                    index.map(slots -> pruned(one.events(), question, slots)).orElse(one.events());
            JavaRDD<InternalRow> events = ranges.map(cuts -> byRange(
                            needed, keys.size(), tasks, cuts, (reader, rows) -> new Shared(rows, question, reader)))
                    .orElseGet(() -> Internals.byKey(needed, keys.size(), tasks))
                    .toJavaRDD();
            meetings = meetings.zipPartitions(events, (meeting, rows) -> {
                Meeting same = meeting.next();
                same.ask(question, rows);
                return single(same);
            });
        }
        RDD<InternalRow> answered = meetings.flatMap(Meeting::answers).rdd();
        List<StructField> features =
                asked.stream().flatMap(one -> one.answers().features().stream()).toList();
        StructType kept = ranges.isPresent() ? placed(met).schema() : met.schema();
        StructType schema = new StructType(
                Stream.concat(Arrays.stream(kept.fields()), features.stream()).toArray(StructField[]::new));
        Column[] wanted = Stream.concat(
                        columns.stream(), features.stream().map(feature -> col(Columns.quoted(feature.name()))))
                .toArray(Column[]::new);
        return Internals.frame(spine.sparkSession(), answered, schema).select(wanted);
    }

    /** The slots of a spine; reads its keys and decision times by one job. */
    static Slots index(Dataset<Row> spine, List<String> keys, String asOf) {
        Dataset<Row> met = Asked.spine(spine, keys, asOf, List.of());
        Slots slots = new Slots(Asked.keyTypes(met, keys.size()));
        Internals.collected(met).forEachRemaining(slots::add);
        slots.number();
        return slots;
    }

    /** For all tasks. */
    static <T> Broadcast<T> sent(Dataset<Row> rows, T value) {
        return JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
                .broadcast(value);
    }

    /** Rows of keys that several tasks share by the ranges to which they go, others by key. */
    private static RDD<InternalRow> byRange(
            Dataset<Row> rows, int keys, int tasks, Broadcast<Ranges> ranges, Sharing sharing) {
        Dataset<Row> placed = placed(rows);
        JavaRDD<InternalRow> shared = Internals.rows(placed)
                .toJavaRDD()
                .mapPartitions(part -> sharing.share(ranges.value().reader(), part));
        return Internals.byPlace(Internals.frame(rows.sparkSession(), shared.rdd(), placed.schema()), keys, tasks);
    }

    /** Rows with a column behind all others that will say where each goes. */
    private static Dataset<Row> placed(Dataset<Row> rows) {
        return rows.withColumn("__place", lit(Internals.BY_KEY));
    }

    /** Gives rows their places. */
    @FunctionalInterface
    private interface Sharing extends Serializable {
        Iterator<InternalRow> share(Ranges ranges, Iterator<InternalRow> rows);
    }

    /** Rows of a history that some slot may need, without a shuffle. */
    static Dataset<Row> pruned(Dataset<Row> events, Question question, Broadcast<Slots> index) {
        JavaRDD<InternalRow> needed = Internals.rows(events)
                .toJavaRDD()
                .mapPartitions(rows -> new Pruning(rows, question, index.value().reader()));
        return Internals.frame(events.sparkSession(), needed.rdd(), events.schema());
    }

    private static Iterator<Meeting> single(Meeting meeting) {
        return Collections.singleton(meeting).iterator();
    }

    /**
     * What is asked of the rows of a history.
     *
     * @param keys number of key columns
     * @param columns of a row: {@code keys, at, time, arguments}
     */
    record Question(List<Track> tracks, int keys, StructType columns) implements Serializable {
        static Question of(Asked asked, int keys) {
            return new Question(asked.answers().tracks(), keys, asked.events().schema());
        }

        List<Board> boards(int slots) {
            List<Board> boards = new ArrayList<>();
            for (Track track : tracks) {
                boards.add(track.board(keys + 2, columns, slots));
            }
            return boards;
        }

        NewestBoard board(Track.Newest track, int slots) {
            return track.board(keys + 2, columns, slots);
        }

        long known(InternalRow event) {
            return event.getLong(keys);
        }

        long time(InternalRow event) {
            return event.getLong(keys + 1);
        }
    }
}
