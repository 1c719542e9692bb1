package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;

import dev.sluice.frame.Columns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
import scala.Tuple2;

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
        RDD<Tuple2<Integer, byte[]>> spineBlocks = Exchange.exchanged(met, tasks, spineRows(keyTypes, tasks, ranges));
        List<Question> questions = new ArrayList<>();
        List<RDD<Tuple2<Integer, byte[]>>> histories = new ArrayList<>();
        for (Asked one : asked) {
            Question question = Question.of(one, keys.size());
            Exchange.Sending sending = historyRows(question, keyTypes, tasks, ranges);
            Exchange.Sending needed =
                    index.map(slots -> pruned(question, slots, sending)).orElse(sending);
            questions.add(question);
            histories.add(Exchange.exchanged(one.events(), tasks, needed));
        }
        List<StructField> features =
                asked.stream().flatMap(one -> one.answers().features().stream()).toList();
        StructType answers = new StructType(features.toArray(StructField[]::new));
        RDD<InternalRow> answered =
                new Meetings(spineBlocks, met.columns().length, keyTypes, histories, questions, answers);
        StructType schema =
                new StructType(Stream.concat(Arrays.stream(met.schema().fields()), features.stream())
                        .toArray(StructField[]::new));
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

    /** Spine rows of keys that several tasks share go to the ranges of their times, others where their keys go. */
    static Exchange.Sending spineRows(DataType[] keyTypes, int tasks, Optional<Broadcast<Ranges>> ranges) {
        return ranges.<Exchange.Sending>map(
                        cuts -> rows -> Exchange.Sent.to(rows, cuts.value().reader()::task))
                .orElse(rows -> byKey(rows, keyTypes, tasks));
    }

    /** The same of a history. */
    private static Exchange.Sending historyRows(
            Question question, DataType[] keyTypes, int tasks, Optional<Broadcast<Ranges>> ranges) {
        return ranges.<Exchange.Sending>map(
                        cuts -> rows -> new Shared(rows, question, cuts.value().reader()))
                .orElse(rows -> byKey(rows, keyTypes, tasks));
    }

    private static Exchange.Sent byKey(Iterator<InternalRow> rows, DataType[] keyTypes, int tasks) {
        Slots noSlots = new Slots(keyTypes);
        return Exchange.Sent.to(rows, row -> noSlots.part(row, tasks));
    }

    /** Rows of a history that some slot may need, without a shuffle. */
    static Exchange.Sending pruned(Question question, Broadcast<Slots> index, Exchange.Sending sending) {
        return rows -> sending.send(new Pruning(rows, question, index.value().reader()));
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
