package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A history as it is read for a spine, and how its questions are answered.
 *
 * @param events the rows that some spine row may see: {@code keys, at, time, arguments}, times in microseconds; {@code at} is
 *     the first decision time that sees a row
 */
record Asked(Dataset<Row> events, Answers answers) {
    private static final String KEY = "__key_";
    private static final String AT = "__at";
    private static final String TIME = "__time";

    /** Reads it by the keys in the spine's order. */
    static Asked of(StructType spine, List<String> spineKeys, Reach reach, History history) {
        Answers.Arguments arguments = Answers.Arguments.of(history);
        Dataset<Row> read = read(spine, spineKeys, history, arguments.columns());
        Answers answers = Answers.of(history, arguments, read.schema());
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < spineKeys.size(); i++) {
            columns.add(joined(key(i), read.schema().apply(KEY + i).dataType()).as(KEY + i));
        }
        columns.add(firstSeen(history).as(AT));
        columns.add(unix_micros(col(TIME)).as(TIME));
        columns.addAll(answers.values());
        Column visible = visible(spineKeys.size(), reach, history, answers.furthestBack());
        return new Asked(read.where(visible).select(columns.toArray(Column[]::new)), answers);
    }

    /** The spine as it is met: {@code keys, at, spine columns}; {@code at} is decision time in microseconds. */
    static Dataset<Row> spine(Dataset<Row> spine, List<String> spineKeys, String asOf, List<Column> others) {
        List<Column> columns = new ArrayList<>();
        for (String key : spineKeys) {
            Column column = col(Columns.quoted(key));
            columns.add(joined(column, spine.schema().apply(key).dataType()).as(KEY + columns.size()));
        }
        columns.add(unix_micros(col(Columns.quoted(asOf))).as(AT));
        columns.addAll(others);
        return spine.select(columns.toArray(Column[]::new));
    }

    /** Types of the keys. */
    static DataType[] keyTypes(Dataset<Row> met, int keys) {
        DataType[] types = new DataType[keys];
        for (int i = 0; i < keys; i++) {
            types[i] = met.schema().fields()[i].dataType();
        }
        return types;
    }

    static Column key(int i) {
        return col(KEY + i);
    }

    static Column at() {
        return col(AT);
    }

    static Column time() {
        return col(TIME);
    }

    /** Keys, times and arguments of the history, resolved and of the right types. */
    private static Dataset<Row> read(
            StructType spine, List<String> spineKeys, History history, List<Column> arguments) {
        List<Column> columns = new ArrayList<>();
        for (String spineKey : spineKeys) {
            String key = history.keys().get(spineKey);
            columns.add(col(Columns.quoted(key)).as(KEY + columns.size()));
        }
        columns.add(SqlText.column(history.knownAt()).as(AT));
        columns.add(SqlText.column(history.time()).as(TIME));
        columns.addAll(arguments);
        Dataset<Row> read = Columns.select(history.rows(), columns, "the history " + history.name());
        Columns.requireTimestamp(read, AT, "known_at of " + history.name());
        Columns.requireTimestamp(read, TIME, "time of " + history.name());
        for (int i = 0; i < spineKeys.size(); i++) {
            StructField ofSpine = spine.apply(spineKeys.get(i));
            String pair = spineKeys.get(i) + ": " + history.keys().get(spineKeys.get(i));
            Columns.requireSameKey(ofSpine, read.schema().fields()[i], history.name() + " (" + pair + ")");
        }
        return read;
    }

    /** The first decision time that sees a row, a whole number; it is one where the row is {@link #visible}. */
    private static Column firstSeen(History history) {
        Column known = unix_micros(col(AT));
        return history.atOnce() ? known : known.plus(lit(1L));
    }

    /** Leaves out what no spine row sees; the comparisons can be pushed into the scan. */
    private static Column visible(int keys, Reach reach, History history, OptionalLong furthestBack) {
        if (reach.first().isEmpty() || reach.last().isEmpty()) {
            return lit(false);
        }
        Column last = timestamp(reach.last().getAsLong());
        Column visible = (history.atOnce() ? at().leq(last) : at().lt(last)).and(time().isNotNull());
        for (int i = 0; i < keys; i++) {
            visible = visible.and(key(i).isNotNull());
        }
        return furthestBack.isEmpty()
                ? visible
                : visible.and(time().geq(timestamp(reach.first().getAsLong() - furthestBack.getAsLong())));
    }

    /** A key by whose bytes rows meet as Spark's joins let them meet: there is one NaN and one zero. */
    private static Column joined(Column key, DataType type) {
        if (!(type instanceof DoubleType || type instanceof FloatType)) {
            return key;
        }
        return when(isnan(key), lit(Double.NaN).cast(type))
                .when(key.equalTo(lit(0.0).cast(type)), lit(0.0).cast(type))
                .otherwise(key);
    }

    private static Column timestamp(long micros) {
        return lit(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
