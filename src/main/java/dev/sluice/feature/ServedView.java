package dev.sluice.feature;

import dev.sluice.config.Push;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.ValueType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * What a view serves of a feature table: its columns with their types, as Feast's Spark source maps them (decimals are
 * doubles, dates and timestamps whole seconds). What is pushed and what Feast is told of it are both made of this.
 */
public final class ServedView {
    private static final Set<ValueType> KEYS =
            EnumSet.of(ValueType.STRING, ValueType.BYTES, ValueType.INT32, ValueType.INT64);

    private final StructType table;

    private ServedView(StructType table) {
        this.table = table;
    }

    /**
     * A view over a feature table with these columns.
     *
     * @param name of the view, one of {@code push}
     * @throws SluiceException PLAN_INVALID when a column is not there, or of a type that Feast has not
     */
    public static OnlineView of(Push push, String name, StructType table) {
        ServedView served = new ServedView(table);
        Push.View view = push.views().get(name);
        return new OnlineView(
                push.project(),
                name,
                view.entity().stream().map(served::key).toList(),
                view.features().stream().map(served::column).toList(),
                view.expireAfter().orElse(OnlineView.FOR_EVER));
    }

    /**
     * The type of a column, whose name is compared as Spark compares names.
     *
     * @throws SluiceException PLAN_INVALID when it is not there
     */
    public static DataType type(StructType table, String name) {
        return Stream.of(table.fields())
                .filter(field -> field.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "the feature table has no column " + name + ", which push takes; it has "
                                + String.join(", ", table.fieldNames()),
                        "run the step features again, or correct the section push"))
                .dataType();
    }

    private OnlineView.Column key(String name) {
        OnlineView.Column column = column(name);
        if (column.isList() || !KEYS.contains(column.type())) {
            throw refused(name, "a text, a binary or a whole number, which is what an entity's key can be in Feast");
        }
        return column;
    }

    private OnlineView.Column column(String name) {
        DataType type = type(table, name);
        boolean isList = type instanceof ArrayType;
        ValueType online = online(isList ? ((ArrayType) type).elementType() : type)
                .orElseThrow(() -> refused(name, "a type that Feast has: no map, no struct, no list of lists"));
        return new OnlineView.Column(name, online, isList);
    }

    private SluiceException refused(String name, String expected) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "column " + name + " of the feature table has type "
                        + type(table, name).catalogString() + ", expected " + expected,
                "make a feature of another type of it, such as by cast");
    }

    private static Optional<ValueType> online(DataType type) {
        return Optional.ofNullable(
                switch (type.typeName().replaceFirst("\\(.*", "")) {
                    case "string" -> ValueType.STRING;
                    case "binary" -> ValueType.BYTES;
                    case "byte", "short", "integer" -> ValueType.INT32;
                    case "long" -> ValueType.INT64;
                    case "double", "decimal" -> ValueType.DOUBLE;
                    case "float" -> ValueType.FLOAT;
                    case "boolean" -> ValueType.BOOL;
                    case "date", "timestamp" -> ValueType.TIME;
                    default -> null;
                });
    }
}
