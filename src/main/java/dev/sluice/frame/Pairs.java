package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.stats.CoMoments;
import dev.sluice.stats.JointCounts;
import dev.sluice.stats.Pair;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampType;

/**
 * What each column of a table has to do with one of them, the label: all in one scan, of which each task sends what it has counted.
 * Numbers are compared as doubles, booleans as 0 and 1, texts and bytes by a hash of 64 bits. Rows without a label are left out.
 */
public final class Pairs {
    private Pairs() {}

    /** Whether a column of a type can be compared: what is made of other values cannot. */
    public static boolean isComparable(DataType type) {
        return isNumber(type)
                || type instanceof StringType
                || type instanceof BinaryType
                || type instanceof DateType
                || type instanceof TimestampType;
    }

    private static boolean isNumber(DataType type) {
        return type instanceof NumericType || type instanceof BooleanType;
    }

    /**
     * The pairs of all columns that can be compared and the label, by one Spark job beside those of the rows' own shuffles.
     *
     * @param label a column that can be compared
     * @return by the columns' names, in the table's order
     */
    public static Map<String, Pair> of(Dataset<Row> rows, String label) {
        StructField target = rows.schema().apply(label);
        List<StructField> fields = Stream.concat(
                        Stream.of(target),
                        Stream.of(rows.schema().fields())
                                .filter(field -> !field.name().equals(label) && isComparable(field.dataType())))
                .toList();
        boolean[] numbers = new boolean[fields.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = isNumber(fields.get(i).dataType());
        }
        List<List<Counts>> tasks = rows.select(fields.stream().map(Pairs::plain).toArray(Column[]::new))
                .toJavaRDD()
                .mapPartitions(partition -> List.of(count(partition, numbers)).iterator())
                .collect();
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (int i = 1; i < numbers.length; i++) {
            Counts all = new Counts();
            int column = i - 1;
            tasks.forEach(task -> all.add(task.get(column)));
            pairs.put(fields.get(i).name(), all.pair(numbers[0] && numbers[i]));
        }
        return pairs;
    }

    /** A number as a double, others as the 64 bits that tell them apart; null as none, which has no hash. */
    private static Column plain(StructField field) {
        Column column = col(Columns.quoted(field.name()));
        if (isNumber(field.dataType())) {
            return column.cast("double");
        } else if (field.dataType() instanceof DateType) {
            return unix_date(column).cast("long");
        } else if (field.dataType() instanceof TimestampType) {
            return unix_micros(column);
        }
        return when(column.isNotNull(), xxhash64(column));
    }

    private static List<Counts> count(Iterator<Row> rows, boolean[] numbers) {
        List<Counts> all = new ArrayList<>(
                IntStream.range(1, numbers.length).mapToObj(i -> new Counts()).toList());
        rows.forEachRemaining(row -> {
            if (!row.isNullAt(0)) {
                long label = bits(row, 0, numbers);
                for (int i = 1; i < numbers.length; i++) {
                    Counts counts = all.get(i - 1);
                    counts.joint.add(row.isNullAt(i) ? null : (Long) bits(row, i, numbers), label);
                    if (numbers[0] && numbers[i] && !row.isNullAt(i)) {
                        counts.add(row.getDouble(i), row.getDouble(0));
                    }
                }
            }
        });
        return all;
    }

    /** In the order of the values, where these have one. */
    private static long bits(Row row, int i, boolean[] numbers) {
        if (!numbers[i]) {
            return row.getLong(i);
        }
        long bits = Double.doubleToLongBits(row.getDouble(i) + 0.0);
        return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    }

    /** Of one column. */
    private static final class Counts implements Serializable {
        private static final long serialVersionUID = 1;

        private static final int BLOCK = 1024;

        private final JointCounts joint = new JointCounts();
        private final double[] xs = new double[BLOCK];
        private final double[] ys = new double[BLOCK];
        private int waiting;
        private CoMoments moments = CoMoments.NONE;

        void add(double x, double y) {
            if (!Double.isNaN(x) && !Double.isNaN(y)) {
                xs[waiting] = x;
                ys[waiting++] = y;
                if (waiting == BLOCK) {
                    moments();
                }
            }
        }

        void add(Counts other) {
            joint.add(other.joint);
            moments = moments().merge(other.moments());
        }

        private CoMoments moments() {
            moments = moments.merge(CoMoments.of(xs, ys, waiting));
            waiting = 0;
            return moments;
        }

        Pair pair(boolean numbers) {
            double correlation = moments().correlation();
            return new Pair(
                    joint.rows(),
                    numbers && !Double.isNaN(correlation) ? Optional.of(correlation) : Optional.empty(),
                    joint.mutualInformation(),
                    joint.isExact(),
                    joint.byChance(),
                    joint.labelEntropy());
        }
    }
}
