package dev.sluice.adapter.delta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frame.DeclaredColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BinaryComparison;
import org.apache.spark.sql.catalyst.expressions.BindReferences;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.package$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * What a condition is of the rows of a file, by what the log tells of the file. A comparison of a column with a value divides the column's
 * values in two at that value; so what it is of the least and of the greatest one of a file, it is of all between.
 */
final class FileCondition {
    /** Of how many rows of a file it is true. */
    enum Truth {
        ALL,
        NONE,
        /** Only the rows can tell. */
        UNCLEAR
    }

    private final List<Side> sides;
    private final String zone;

    private FileCondition(List<Side> sides, String zone) {
        this.sides = sides;
        this.zone = zone;
    }

    /**
     * A comparison that must be true.
     *
     * @param holds of the column's value
     * @param isPartition whether all rows of a file have one value, which is known exactly
     */
    private record Side(Expression holds, StructField column, boolean isPartition) {
        boolean of(Object value) {
            return Boolean.TRUE.equals(holds.eval(new GenericInternalRow(new Object[] {value})));
        }
    }

    /**
     * A condition of comparisons, all of which must be true.
     *
     * @param condition as Spark resolved it against the table
     * @param zone of the times among the values of partitions
     * @return empty where it is another one, or about columns whose statistics are not exact
     */
    static Optional<FileCondition> of(
            Expression condition, StructType schema, List<String> partitionedBy, String zone) {
        List<Side> sides = new ArrayList<>();
        for (Expression part : parts(condition)) {
            if (Literal.TrueLiteral().equals(part)) {
                continue;
            }
            Optional<Side> side = side(part, schema, partitionedBy);
            if (side.isEmpty()) {
                return Optional.empty();
            }
            sides.add(side.get());
        }
        return Optional.of(new FileCondition(sides, zone));
    }

    private static List<Expression> parts(Expression condition) {
        List<Expression> parts = new ArrayList<>();
        if (condition instanceof And both) {
            parts.addAll(parts(both.left()));
            parts.addAll(parts(both.right()));
        } else if (condition instanceof EqualTo equal) {
            // What is equal is on neither side, and between two values that are not equal there may be one that is.
            parts.add(new GreaterThanOrEqual(equal.left(), equal.right()));
            parts.add(new LessThanOrEqual(equal.left(), equal.right()));
        } else {
            parts.add(condition);
        }
        return parts;
    }

    private static Optional<Side> side(Expression part, StructType schema, List<String> partitionedBy) {
        if (!(part instanceof BinaryComparison comparison) || part instanceof EqualNullSafe) {
            return Optional.empty();
        }
        boolean isColumnLeft = comparison.left() instanceof AttributeReference;
        Expression column = isColumnLeft ? comparison.left() : comparison.right();
        Expression value = isColumnLeft ? comparison.right() : comparison.left();
        boolean isValue = value instanceof Literal || (value instanceof Cast cast && cast.child() instanceof Literal);
        if (!isValue || !(column instanceof AttributeReference compared)) {
            return Optional.empty();
        }
        int at = DeclaredColumns.indexOf(schema, compared.name());
        if (at < 0) {
            return Optional.empty();
        }
        StructField field = schema.apply(at);
        boolean isPartition = partitionedBy.contains(field.name());
        boolean isExact = field.dataType() instanceof DateType || field.dataType() instanceof IntegralType;
        if (!isPartition && !isExact) {
            return Optional.empty();
        }
        Expression holds = BindReferences.bindReference(
                part, package$.MODULE$.AttributeSeq(JavaConverters.asScalaBuffer(List.of(compared))), false);
        return Optional.of(new Side(holds, field, isPartition));
    }

    /**
     * Of the rows of a file.
     *
     * @param partition its values by column, as the log has them
     * @param statistics of its other columns; missing where the log has none
     */
    Truth of(Map<String, String> partition, JsonNode statistics) {
        Truth all = Truth.ALL;
        for (Side side : sides) {
            Truth truth = side.isPartition() ? exactly(side, partition) : between(side, statistics);
            if (truth == Truth.NONE) {
                return Truth.NONE;
            }
            all = truth == Truth.UNCLEAR ? Truth.UNCLEAR : all;
        }
        return all;
    }

    private Truth exactly(Side side, Map<String, String> partition) {
        String text = partition.get(side.column().name());
        if (text == null || text.isEmpty()) { // in the log an empty text is no value
            return Truth.NONE;
        }
        Object value = value(text, side.column().dataType());
        if (value == null) {
            return Truth.UNCLEAR;
        }
        return side.of(value) ? Truth.ALL : Truth.NONE;
    }

    private Truth between(Side side, JsonNode statistics) {
        String name = side.column().name();
        DataType type = side.column().dataType();
        JsonNode nulls = statistics.path("nullCount").path(name);
        JsonNode rows = statistics.path("numRecords");
        if (nulls.isIntegralNumber() && nulls.equals(rows)) {
            return Truth.NONE;
        }
        Object least = value(statistics.path("minValues").path(name).asText(), type);
        Object greatest = value(statistics.path("maxValues").path(name).asText(), type);
        if (least == null || greatest == null || side.of(least) != side.of(greatest)) {
            return Truth.UNCLEAR;
        }
        if (!side.of(least)) {
            return Truth.NONE;
        }
        return nulls.isIntegralNumber() && nulls.asLong() == 0 ? Truth.ALL : Truth.UNCLEAR;
    }

    /** Null where the text is none of the type. */
    private Object value(String text, DataType type) {
        return new Cast(Literal.create(text, DataTypes.StringType), type, Option.apply(zone), EvalMode.LEGACY())
                .eval(null);
    }
}
