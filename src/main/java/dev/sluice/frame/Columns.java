package dev.sluice.frame;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.replace;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/** Columns by their names, and what must be true of them, refused in words of the pipeline when it is not. */
public final class Columns {
    private Columns() {}

    /** The same rows, those with equal values of columns in few tasks: in one, or in several where they are many. */
    public static Dataset<Row> rebalanced(Dataset<Row> rows, List<String> columns) {
        return rows.hint(
                "rebalance",
                columns.stream().map(name -> col(quoted(name)).expr()).toArray());
    }

    /**
     * Selects named SQL expressions; see {@link #select(Dataset, List, String)}.
     *
     * @param named name: expression
     */
    public static Dataset<Row> select(Dataset<Row> rows, Map<String, String> named, String what) {
        List<Column> columns = new ArrayList<>();
        named.forEach((name, sql) -> columns.add(SqlText.column(sql).as(name)));
        return select(rows, columns, what);
    }

    /**
     * Selects columns, one row for each row: the value of an expression is that of its row alone, always the same.
     *
     * @param what what they are for, as it reads after "cannot read"
     * @throws SluiceException PLAN_INVALID when the rows cannot give them, or when an expression makes rows (explode), looks at
     *     other rows (aggregates, window functions) or is random
     */
    public static Dataset<Row> select(Dataset<Row> rows, List<Column> columns, String what) {
        try {
            Dataset<Row> selected = rows.select(columns.toArray(Column[]::new));
            if (!isRowByRow(selected, rows)) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "cannot read " + what
                                + ": expected expressions that give one value for one row, always the same;"
                                + " found one that makes rows, looks at other rows or is random",
                        "take out explode, aggregates, window functions and rand(); what other rows say belongs into"
                                + " windows and as-of joins");
            }
            return selected;
        } catch (Exception e) {
            // Scala code throws it without saying so, which is why the compiler does not let it be caught by name.
            if (e instanceof AnalysisException refused) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "cannot read " + what + ": " + refused.getSimpleMessage(),
                        "correct the expression, or the columns of the table it reads",
                        e);
            }
            throw e;
        }
    }

    private static boolean isRowByRow(Dataset<Row> selected, Dataset<Row> rows) {
        return selected.queryExecution().analyzed() instanceof Project project
                && project.child().equals(rows.queryExecution().analyzed())
                && SqlText.list(project.projectList()).stream().allMatch(named -> ((Expression) named).deterministic());
    }

    /** Refuses what is no point in time. */
    public static void requireTimestamp(Dataset<Row> rows, String column, String what) {
        require(
                rows.schema().apply(column).dataType(),
                DataTypes.TimestampType,
                what,
                "cast it, and say in which zone its midnight is meant: to_utc_timestamp(x, 'America/New_York')");
    }

    /** Refuses what is neither true nor false. */
    public static void requireCondition(Dataset<Row> rows, String column, String what) {
        require(
                rows.schema().apply(column).dataType(),
                DataTypes.BooleanType,
                what,
                "compare it with something, such as status = 'closed'");
    }

    /** Refuses what is no date. */
    public static void requireDate(Dataset<Row> rows, String column, String what) {
        require(
                rows.schema().apply(column).dataType(),
                DataTypes.DateType,
                what,
                "derive it as a date of the pipeline's zone when the table is ingested");
    }

    private static void require(DataType found, DataType expected, String what, String hint) {
        if (!found.equals(expected)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    what + " is of type " + found.simpleString() + ", expected " + expected.simpleString(),
                    hint);
        }
    }

    /** Refuses what a model cannot take: a feature is a number, a boolean or a text. */
    public static void requireFeature(String feature, DataType type, String what) {
        if (!(type instanceof NumericType || type instanceof BooleanType || type instanceof StringType)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "feature " + feature + " of " + what + " is of type " + type.simpleString()
                            + ", expected a number, a boolean or a text",
                    "turn it into numbers, such as datediff(...) or unix_seconds(...), or cast it to string");
        }
    }

    /**
     * Refuses keys whose equality is not plain: of different types on both sides, or of a type with parts. Of floating-point keys
     * NaN equals NaN and -0.0 equals 0.0, as in Spark's joins.
     */
    public static void requireSameKey(StructField spine, StructField other, String what) {
        DataType type = spine.dataType();
        boolean plain = type instanceof IntegralType
                || type instanceof StringType
                || type instanceof BooleanType
                || type instanceof DecimalType
                || type instanceof DoubleType
                || type instanceof FloatType
                || type instanceof DateType
                || type instanceof TimestampType;
        if (!plain || !type.equals(other.dataType())) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "the key of " + what + " is of type " + type.simpleString() + " in the spine and "
                            + other.dataType().simpleString() + " in the table, expected one type for both: a"
                            + " number, string, boolean, date or timestamp",
                    "declare the column with the same type in both sources");
        }
    }

    /** A date or timestamp as the number that it is, so that it passes through the JVM untouched; others as they are. */
    public static Column packed(StructField field) {
        Column column = col(quoted(field.name()));
        if (field.dataType() instanceof TimestampType) {
            return unix_micros(column).as(field.name());
        }
        return field.dataType() instanceof DateType ? unix_date(column).as(field.name()) : column;
    }

    /** The schema of a row of {@link #packed(StructField)} columns. */
    public static StructType packed(StructType schema) {
        return new StructType(Arrays.stream(schema.fields())
                .map(field -> new StructField(field.name(), packed(field.dataType()), true, field.metadata()))
                .toArray(StructField[]::new));
    }

    private static DataType packed(DataType type) {
        if (type instanceof TimestampType) {
            return DataTypes.LongType;
        }
        return type instanceof DateType ? DataTypes.IntegerType : type;
    }

    /** Takes back {@link #packed(StructField)}. */
    public static Column unpacked(StructField field) {
        Column column = col(quoted(field.name()));
        if (field.dataType() instanceof TimestampType) {
            return timestamp_micros(column).as(field.name());
        }
        return field.dataType() instanceof DateType
                ? date_from_unix_date(column).as(field.name())
                : column;
    }

    /**
     * The name of a row's partition: {@code day=2013-01-01/origin=EWR}. Values are as Spark casts them to texts, with a backslash
     * before backslashes and slashes; {@code origin} alone is a partition without a value. Without columns it is empty.
     */
    public static Column partition(List<String> by) {
        List<Column> parts = new ArrayList<>(List.of(lit("")));
        for (String name : by) {
            Column value = col(quoted(name)).cast(DataTypes.StringType);
            parts.add(lit(parts.size() == 1 ? name : "/" + name));
            Column escaped = replace(replace(value, lit("\\"), lit("\\\\")), lit("/"), lit("\\/"));
            parts.add(coalesce(concat(lit("="), escaped), lit("")));
        }
        return concat(parts.toArray(Column[]::new));
    }

    /** A name as SQL takes it whatever it holds. */
    public static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
