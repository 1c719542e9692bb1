package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Answers all questions to one history in one pass: spine rows (slots) and history rows (events) of a key meet in the order
 * of decision time and of becoming known, so that what a slot may see is what has passed. One shuffle, one sort, O(n log
 * n); in memory are, for one key at a time, the rows of its windows.
 */
public final class PointInTime {
    private static final String KEY = "__key_";
    private static final String AT = "__at";
    private static final String IS_SLOT = "__is_slot";
    private static final String SLOT = "__slot";
    private static final String TIME = "__time";

    private PointInTime() {}

    /**
     * The spine rows, each once and with all its columns, and behind them the features of each ask in order. The frame is
     * lazy.
     *
     * @param asOf timestamp column of the spine: decision time; a row without one sees nothing
     * @param reach of exactly these spine rows; of the history only what they can see is read
     * @throws dev.sluice.core.SluiceException PLAN_INVALID when the history's columns do not fit
     */
    public static Dataset<Row> add(Dataset<Row> spine, String asOf, Reach reach, History history) {
        Columns.requireTimestamp(spine, asOf, "decision time " + asOf);
        Dataset<Row> read = read(spine, history);
        Answers answers = Answers.of(history, read.schema());
        StructType packed = Columns.packed(spine.schema());
        Dataset<Row> events = events(read.where(visible(reach, history, answers)), history, answers, packed);
        Dataset<Row> slots = slots(spine, asOf, history, events.schema());

        List<Column> keys = keys(history);
        List<Column> order = new ArrayList<>(keys);
        order.addAll(List.of(col(AT), col(IS_SLOT)));
        StructType answered = new StructType(Stream.concat(Arrays.stream(packed.fields()), answers.features().stream())
                .toArray(StructField[]::new));
        Dataset<Row> rows = slots.union(events)
                .repartition(array(keys))
                .sortWithinPartitions(array(order))
                .mapPartitions(new Pass(keys.size(), packed.size(), answers.tracks()), Encoders.row(answered));
        return rows.select(Stream.concat(
                        Arrays.stream(spine.schema().fields()).map(Columns::unpacked),
                        answers.features().stream().map(f -> col(Columns.quoted(f.name()))))
                .toArray(Column[]::new));
    }

    /** Keys, times and arguments of the history, resolved and of the right types. */
    private static Dataset<Row> read(Dataset<Row> spine, History history) {
        List<Column> columns = new ArrayList<>();
        for (String key : history.keys().values()) {
            columns.add(col(Columns.quoted(key)).as(KEY + columns.size()));
        }
        columns.add(SqlText.column(history.knownAt()).as(AT));
        columns.add(SqlText.column(history.time()).as(TIME));
        columns.addAll(Answers.arguments(history));
        Dataset<Row> read = Columns.select(history.rows(), columns, "the history " + history.name());
        Columns.requireTimestamp(read, AT, "known_at of " + history.name());
        Columns.requireTimestamp(read, TIME, "time of " + history.name());
        int i = 0;
        for (Map.Entry<String, String> key : history.keys().entrySet()) {
            StructField ofSpine = spine.schema().apply(key.getKey());
            StructField ofRows = read.schema().fields()[i++];
            Columns.requireSameKey(ofSpine, ofRows, history.name() + " (" + key.getKey() + ": " + key.getValue() + ")");
        }
        return read;
    }

    /** Leaves out what no slot sees; the comparisons can be pushed into the scan. */
    private static Column visible(Reach reach, History history, Answers answers) {
        if (reach.first().isEmpty() || reach.last().isEmpty()) {
            return lit(false);
        }
        Column visible =
                col(AT).leq(timestamp(reach.last().getAsLong())).and(col(TIME).isNotNull());
        for (Column key : keys(history)) {
            visible = visible.and(key.isNotNull());
        }
        OptionalLong back = answers.furthestBack();
        return back.isEmpty()
                ? visible
                : visible.and(col(TIME).geq(timestamp(reach.first().getAsLong() - back.getAsLong())));
    }

    /** {@code keys, at, is_slot, slot, time, arguments} of history rows: the slot is null. */
    private static Dataset<Row> events(Dataset<Row> read, History history, Answers answers, StructType packed) {
        List<Column> columns = new ArrayList<>(keys(history));
        columns.add(unix_micros(col(AT)).as(AT));
        columns.add(lit(false).as(IS_SLOT));
        columns.add(lit(null).cast(packed).as(SLOT));
        columns.add(unix_micros(col(TIME)).as(TIME));
        columns.addAll(answers.values());
        return read.select(array(columns));
    }

    /** The spine in the same columns: time and arguments are null. */
    private static Dataset<Row> slots(Dataset<Row> spine, String asOf, History history, StructType events) {
        List<Column> columns = new ArrayList<>();
        for (String key : history.keys().keySet()) {
            columns.add(col(Columns.quoted(key)).as(KEY + columns.size()));
        }
        columns.add(unix_micros(col(Columns.quoted(asOf))).as(AT));
        columns.add(lit(true).as(IS_SLOT));
        columns.add(struct(Arrays.stream(spine.schema().fields())
                        .map(Columns::packed)
                        .toArray(Column[]::new))
                .as(SLOT));
        for (StructField field : Arrays.asList(events.fields()).subList(columns.size(), events.size())) {
            columns.add(lit(null).cast(field.dataType()).as(field.name()));
        }
        return spine.select(array(columns));
    }

    private static List<Column> keys(History history) {
        List<Column> keys = new ArrayList<>();
        for (int i = 0; i < history.keys().size(); i++) {
            keys.add(col(KEY + i));
        }
        return keys;
    }

    private static Column[] array(List<Column> columns) {
        return columns.toArray(Column[]::new);
    }

    private static Column timestamp(long micros) {
        return lit(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
