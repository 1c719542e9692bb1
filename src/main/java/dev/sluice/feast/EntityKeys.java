package dev.sluice.feast;

import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The entities of a view as bytes, with {@code entity_key_serialization_version: 3}: names of the entity columns, then their
 * values, sorted by name. As {@code feast/infra/key_encoding_utils.py} writes them.
 */
public final class EntityKeys {
    private final List<Column> entity;
    private final int[] order;
    private final byte[] names;

    public EntityKeys(OnlineView view) {
        entity = view.entity();
        order = IntStream.range(0, entity.size())
                .boxed()
                .sorted(Comparator.comparing(
                        i -> FeastValues.text(entity.get(i).name()), Arrays::compareUnsigned)) // by code point
                .mapToInt(Integer::intValue)
                .toArray();
        names = names();
    }

    private byte[] names() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(int32(order.length));
        for (int i : order) {
            typed(
                    out,
                    OnlineView.ValueType.STRING,
                    FeastValues.text(entity.get(i).name()));
        }
        return out.toByteArray();
    }

    /** The bytes of the entity with these values, in the order of the view's columns. */
    public byte[] bytes(List<Object> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(names);
        for (int i : order) {
            OnlineView.ValueType type = entity.get(i).type();
            typed(out, type, value(type, values.get(i)));
        }
        return out.toByteArray();
    }

    private static byte[] value(OnlineView.ValueType type, Object value) {
        return switch (type) {
            case STRING -> FeastValues.text(value);
            case BYTES -> (byte[]) value;
            case INT32 -> int32((Integer) value);
            case INT64 ->
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong((Long) value)
                        .array();
            case DOUBLE, FLOAT, BOOL, TIME -> throw new IllegalArgumentException(type + " is no type of a Feast key");
        };
    }

    private static void typed(ByteArrayOutputStream out, OnlineView.ValueType type, byte[] bytes) {
        out.writeBytes(int32(FeastValues.number(type)));
        out.writeBytes(int32(bytes.length));
        out.writeBytes(bytes);
    }

    private static byte[] int32(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
