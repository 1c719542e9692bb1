package dev.sluice.frame;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Source;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;

/**
 * The columns that a source declares, found by name among those that are there, under its policy for what differs. A name
 * in another letter case, or with blanks around it, is the same name, unless the exact one is there too.
 */
public final class DeclaredColumns {
    private static final Set<String> OWN =
            Set.of(RowSource.MALFORMED, RowSource.WHY, RowSource.ENCODING, RowSource.ORIGIN, RowSource.POSITION);

    /** Digits before the decimal point that each integer type may need. */
    private static final Map<DataType, Integer> DIGITS = Map.of(
            DataTypes.ByteType, 3,
            DataTypes.ShortType, 5,
            DataTypes.IntegerType, 10,
            DataTypes.LongType, 19);

    /** Decimal digits that any number of a double keeps. */
    private static final int DIGITS_OF_DOUBLE = 15;

    private final String name;
    private final Source source;

    /**
     * Declared columns.
     *
     * @param name the source's name in the pipeline
     */
    public DeclaredColumns(String name, Source source) {
        this.name = name;
        this.source = source;
    }

    /**
     * The declared columns of these rows, in their order: of text, or of a type that the declared one holds without loss, in
     * which case they are cast to it; a missing one is null. Then new columns where the source adds them, and those of {@link
     * RowSource}.
     *
     * @param where what has these columns, for the message, such as {@code file.csv:1: the header}
     * @throws SluiceException INPUT_MALFORMED when the policy refuses a difference
     */
    public Dataset<Row> of(Dataset<Row> rows, String where) {
        StructType schema = rows.schema();
        Map<String, StructField> match = match(schema, where);
        List<Column> columns = new ArrayList<>();
        source.columns().forEach((column, type) -> {
            StructField field = match.get(column);
            columns.add(
                    field == null
                            ? functions.lit(null).cast(DataTypes.StringType).as(column)
                            : typed(field, column, type, where));
        });
        for (StructField fresh : fresh(schema, match, where)) {
            columns.add(
                    functions.col(Columns.quoted(fresh.name())).as(fresh.name().strip()));
        }
        for (StructField field : schema.fields()) {
            if (OWN.contains(field.name())) {
                columns.add(functions.col(field.name()));
            }
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    /** The columns of these rows that are not declared and that {@link #of} adds. */
    public List<String> added(Dataset<Row> rows) {
        if (source.evolve().fresh() != Source.OnNew.ADD) {
            return List.of();
        }
        Set<String> declared = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        declared.addAll(source.columns().keySet());
        return Arrays.stream(rows.columns())
                .map(String::strip)
                .filter(column -> !declared.contains(column) && !OWN.contains(column))
                .toList();
    }

    private Map<String, StructField> match(StructType schema, String where) {
        Map<String, StructField> exact = new LinkedHashMap<>();
        List<StructField> fields = new ArrayList<>();
        for (StructField field : schema.fields()) {
            if (!OWN.contains(field.name())) {
                fields.add(field);
                if (exact.put(field.name().strip(), field) != null) {
                    throw malformed(where + " names the column " + field.name().strip() + " twice");
                }
            }
        }
        Map<String, StructField> match = new LinkedHashMap<>();
        for (String column : source.columns().keySet()) {
            List<StructField> like = fields.stream()
                    .filter(field -> field.name().strip().equalsIgnoreCase(column))
                    .toList();
            if (exact.containsKey(column)) {
                match.put(column, exact.get(column));
            } else if (like.size() > 1) {
                throw malformed(where + " has several columns that may be " + column + ": "
                        + like.stream().map(StructField::name).collect(Collectors.joining(", ")));
            } else if (!like.isEmpty()) {
                match.put(column, like.get(0));
            }
        }
        List<String> missing = source.columns().keySet().stream()
                .filter(column -> !match.containsKey(column))
                .toList();
        if (!missing.isEmpty() && source.evolve().missing() == Source.OnMissing.FAIL) {
            Set<String> free = new TreeSet<>(exact.keySet());
            match.values().forEach(field -> free.remove(field.name().strip()));
            throw malformed(where + " lacks "
                    + missing.stream()
                            .map(column -> column
                                    + Nearest.of(column, free)
                                            .map(near -> " (is '" + near + "' meant?)")
                                            .orElse(""))
                            .collect(Collectors.joining(", ")));
        }
        return match;
    }

    private List<StructField> fresh(StructType schema, Map<String, StructField> match, String where) {
        if (source.evolve().fresh() == Source.OnNew.IGNORE) {
            return List.of();
        }
        List<StructField> fresh = new ArrayList<>();
        for (StructField field : schema.fields()) {
            if (!OWN.contains(field.name()) && !match.containsValue(field)) {
                fresh.add(field);
            }
        }
        if (!fresh.isEmpty() && source.evolve().fresh() == Source.OnNew.FAIL) {
            throw malformed(where + " has columns that are not declared: "
                    + fresh.stream().map(StructField::name).collect(Collectors.joining(", ")));
        }
        for (StructField field : fresh) {
            boolean nested = field.dataType() instanceof StructType
                    || field.dataType() instanceof ArrayType
                    || field.dataType() instanceof MapType;
            if (nested || !field.name().strip().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw malformed(where + " has the new column '" + field.name() + "' of type "
                        + field.dataType().catalogString()
                        + ", expected a plain value and a name of letters, digits and _ to add");
            }
        }
        return fresh;
    }

    private Column typed(StructField field, String column, ColumnType declared, String where) {
        DataType to = DataType.fromDDL(declared.sql());
        DataType from = field.dataType();
        Column value = functions.col(Columns.quoted(field.name()));
        if (from instanceof StringType || from.equals(to)) {
            return value.as(column);
        }
        if (!holds(to, from)) {
            throw malformed(where + " has " + column + " as " + from.catalogString() + ", which " + declared
                    + " does not hold without loss");
        }
        if (source.evolve().type() == Source.OnType.FAIL) {
            throw malformed(where + " has " + column + " as " + from.catalogString() + ", expected " + declared);
        }
        return value.cast(to).as(column);
    }

    /** The place of a name, without regard to letter case; -1 where it is not there. */
    public static int indexOf(StructType schema, String name) {
        for (int i = 0; i < schema.length(); i++) {
            if (schema.apply(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether every value of a type is one of the other too. */
    public static boolean holds(DataType wide, DataType narrow) {
        if (wide.equals(narrow)) {
            return true;
        }
        if (wide instanceof StringType) {
            return !(narrow instanceof StructType
                    || narrow instanceof ArrayType
                    || narrow instanceof MapType
                    || narrow.equals(DataTypes.BinaryType));
        }
        Optional<Integer> digits = Optional.ofNullable(DIGITS.get(narrow));
        if (wide instanceof DecimalType decimal) {
            int whole = decimal.precision() - decimal.scale();
            return narrow instanceof DecimalType small
                    ? whole >= small.precision() - small.scale() && decimal.scale() >= small.scale()
                    : digits.isPresent() && whole >= digits.get();
        }
        if (wide.equals(DataTypes.DoubleType)) {
            return narrow.equals(DataTypes.FloatType)
                    || digits.filter(n -> n <= DIGITS_OF_DOUBLE).isPresent()
                    || (narrow instanceof DecimalType small && small.precision() <= DIGITS_OF_DOUBLE);
        }
        if (wide.equals(DataTypes.TimestampType)) {
            return narrow instanceof TimestampNTZType; // a time without a zone is one of UTC, as in texts
        }
        return DIGITS.containsKey(wide) && digits.isPresent() && DIGITS.get(wide) >= digits.get();
    }

    private SluiceException malformed(String what) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                what + "; source " + name + " declares "
                        + String.join(", ", source.columns().keySet()),
                "correct the input or the declaration, or set the source's evolve policy");
    }
}
