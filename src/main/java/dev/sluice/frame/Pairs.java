package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.stats.Correlations;
import dev.sluice.stats.Pair;
import dev.sluice.stats.TableProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * What columns of a table have to do with one another, found by the scan that profiles it: each task sends what it has counted.
 * Numbers are compared as doubles, booleans as 0 and 1, texts and bytes by a hash of 64 bits.
 */
public final class Pairs {
    private Pairs() {}

    /**
     * What one scan found.
     *
     * @param correlations of each two columns of numbers, where they were asked for
     * @param label what each column has to do with the label, by name and in the table's order, of the rows that have one; empty
     *     where none was named
     */
    public record Scan(TableProfile profile, Optional<Correlations> correlations, Map<String, Pair> label) {}

    /** Whether a column of a type can be compared with a label: what is made of other values cannot. */
    public static boolean isComparable(DataType type) {
        return isNumber(type)
                || type instanceof StringType
                || type instanceof BinaryType
                || type instanceof DateType
                || type instanceof TimestampType;
    }

    /** Whether a column of a type has correlations. */
    public static boolean isNumber(DataType type) {
        return type instanceof NumericType || type instanceof BooleanType;
    }

    /**
     * Profiles a table and compares its columns, by one Spark job beside those of the rows' own shuffles.
     *
     * @param correlations whether each two columns of numbers are compared, of which there are at most {@link
     *     Correlations#MOST_COLUMNS}
     * @param label a column that can be compared, with which all others are
     */
    public static Scan scan(Dataset<Row> rows, boolean correlations, Optional<String> label) {
        StructType schema = rows.schema();
        List<StructField> compared = compared(schema, label.isPresent());
        List<String> names = compared.stream().map(StructField::name).toList();
        PairCounts.Asked asked = new PairCounts.Asked(
                schema,
                names,
                (int) compared.stream().filter(Pairs::isNumber).count(),
                correlations,
                label.map(names::indexOf).orElse(PairCounts.Asked.NONE));
        Scan found = PairCounts.merge(
                asked,
                rows.select(Stream.concat(
                                        Profiler.plain(schema),
                                        compared.stream().map(Pairs::plain))
                                .toArray(Column[]::new))
                        .toJavaRDD()
                        .mapPartitions(partition -> {
                            PairCounts counts = new PairCounts(asked);
                            partition.forEachRemaining(counts::add);
                            return List.of(counts.part()).iterator();
                        })
                        .collect());
        return new Scan(found.profile(), found.correlations(), inOrder(schema, found.label()));
    }

    /** Numbers, and after them what else a label is compared with. */
    private static List<StructField> compared(StructType schema, boolean labelled) {
        Predicate<StructField> number = Pairs::isNumber;
        Stream<StructField> others = fields(schema).filter(number.negate());
        return Stream.concat(fields(schema).filter(number), labelled ? others : Stream.of())
                .toList();
    }

    private static Map<String, Pair> inOrder(StructType schema, Map<String, Pair> pairs) {
        Map<String, Pair> ordered = new LinkedHashMap<>();
        for (String name : schema.fieldNames()) {
            if (pairs.containsKey(name)) {
                ordered.put(name, pairs.get(name));
            }
        }
        return ordered;
    }

    private static Stream<StructField> fields(StructType schema) {
        return Stream.of(schema.fields()).filter(field -> isComparable(field.dataType()));
    }

    private static boolean isNumber(StructField field) {
        return isNumber(field.dataType());
    }

    /** A number as a double, others as the 64 bits that tell them apart; null as none, which has no hash. */
    private static Column plain(StructField field) {
        Column column = col(Columns.quoted(field.name()));
        if (isNumber(field)) {
            return column.cast("double");
        } else if (field.dataType() instanceof DateType) {
            return unix_date(column).cast("long");
        } else if (field.dataType() instanceof TimestampType) {
            return unix_micros(column);
        }
        return when(column.isNotNull(), xxhash64(column));
    }
}
