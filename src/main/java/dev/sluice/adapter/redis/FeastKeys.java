package dev.sluice.adapter.redis;

import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Where Feast 0.67 looks in Redis, with {@code entity_key_serialization_version: 3}: one hash for each entity, shared by the
 * views of a project with the same entity columns; in it a field for each feature and one for the view's event time. As
 * {@code feast/infra/key_encoding_utils.py} and {@code online_stores/redis.py} write it.
 */
final class FeastKeys {
    private final List<Column> entity;
    private final int[] order;
    private final byte[] project;
    private final byte[] names;

    FeastKeys(OnlineView view) {
        entity = view.entity();
        order = IntStream.range(0, entity.size())
                .boxed()
                .sorted(Comparator.comparing(
                        i -> FeastValues.text(entity.get(i).name()), Arrays::compareUnsigned)) // by code point
                .mapToInt(Integer::intValue)
                .toArray();
        project = FeastValues.text(view.project());
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

    /** The key of an entity's hash: names of the entity columns, then their values, then the project. */
    byte[] key(List<Object> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(names);
        for (int i : order) {
            OnlineView.ValueType type = entity.get(i).type();
            typed(out, type, value(type, values.get(i)));
        }
        out.writeBytes(project);
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

    /** The field of a feature: a hash of its view and name. */
    static byte[] field(String view, String feature) {
        byte[] name = FeastValues.text(view + ":" + feature);
        return int32(MurmurHash3.hash32x86(name, 0, name.length, 0));
    }

    /** The field of a view's event time. */
    static byte[] timeField(String view) {
        return ("_ts:" + view).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] int32(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
