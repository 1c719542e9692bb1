package dev.sluice.feast;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Values as Feast's message {@code feast.types.Value}: one field, whose number says the type. No value: no bytes. */
public final class FeastValues {
    private static final byte[] NONE = {};
    /** What the number of a type's list is above the number of the type. */
    private static final int LISTS = 10;

    private FeastValues() {}

    /**
     * The bytes of a row's features, in the order of the view; nulls where the entity is deleted.
     *
     * @throws SluiceException as {@link #bytes(Column, Object)} does
     */
    public static List<byte[]> bytes(OnlineView view, OnlineRow row) {
        int features = view.features().size();
        return row.features()
                .map(values -> IntStream.range(0, features)
                        .mapToObj(i -> bytes(view.features().get(i), values.get(i)))
                        .toList())
                .orElse(Collections.nCopies(features, null));
    }

    /**
     * The bytes of a value.
     *
     * @throws SluiceException INPUT_MALFORMED for a list with a null, which Feast cannot keep
     */
    public static byte[] bytes(Column column, Object value) {
        if (value == null) {
            return NONE;
        }
        if (column.isList()) {
            return new ProtobufBytes()
                    .bytes(number(column.type()) + LISTS, list(column, (List<?>) value))
                    .done();
        }
        return one(new ProtobufBytes(), number(column.type()), column.type(), value)
                .done();
    }

    /** Numbers of fields in {@code Value.proto}. */
    static int number(ValueType type) {
        return switch (type) {
            case BYTES -> 1;
            case STRING -> 2;
            case INT32 -> 3;
            case INT64 -> 4;
            case DOUBLE -> 5;
            case FLOAT -> 6;
            case BOOL -> 7;
            case TIME -> 8;
        };
    }

    private static ProtobufBytes one(ProtobufBytes message, int field, ValueType type, Object value) {
        return switch (type) {
            case STRING -> message.bytes(field, text(value));
            case BYTES -> message.bytes(field, (byte[]) value);
            case INT32, INT64, TIME -> message.number(field, ((Number) value).longValue());
            case DOUBLE -> message.fixed(field, (Double) value);
            case FLOAT -> message.fixed(field, (Float) value);
            case BOOL -> message.number(field, (Boolean) value ? 1 : 0);
        };
    }

    /** A message with the repeated field 1: texts and bytes one by one, numbers packed. */
    private static byte[] list(Column column, List<?> values) {
        if (values.stream().anyMatch(Objects::isNull)) {
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    "feature " + column.name() + " has a list with a null in it, expected a value, which is all that a"
                            + " list of Feast's can hold",
                    "take the nulls out where the feature is made, such as by filter(x, e -> e is not null)");
        }
        ProtobufBytes message = new ProtobufBytes();
        if (column.type() == ValueType.STRING || column.type() == ValueType.BYTES) {
            values.forEach(value -> one(message, 1, column.type(), value));
        } else if (!values.isEmpty()) {
            ProtobufBytes packed = new ProtobufBytes();
            values.forEach(value -> pack(packed, column.type(), value));
            message.bytes(1, packed.done());
        }
        return message.done();
    }

    private static void pack(ProtobufBytes packed, ValueType type, Object value) {
        switch (type) {
            case INT32, INT64, TIME -> packed.varint(((Number) value).longValue());
            case DOUBLE -> packed.raw((double) (Double) value);
            case FLOAT -> packed.raw((float) (Float) value);
            case BOOL -> packed.varint((Boolean) value ? 1 : 0);
            case STRING, BYTES -> throw new IllegalStateException(type + " is not packed");
        }
    }

    static byte[] text(Object value) {
        return ((String) value).getBytes(StandardCharsets.UTF_8);
    }
}
