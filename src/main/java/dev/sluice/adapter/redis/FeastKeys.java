package dev.sluice.adapter.redis;

import dev.sluice.feast.EntityKeys;
import dev.sluice.port.OnlineView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Where Feast 0.67 looks in Redis: one hash for each entity, shared by the views of a project with the same entity columns; in
 * it a field for each feature and one for the view's event time. As {@code feast/infra/online_stores/redis.py} writes it.
 */
final class FeastKeys {
    private final EntityKeys entities;
    private final byte[] project;

    FeastKeys(OnlineView view) {
        entities = new EntityKeys(view);
        project = view.project().getBytes(StandardCharsets.UTF_8);
    }

    /** The key of an entity's hash: the entity, then the project. */
    byte[] key(List<Object> values) {
        byte[] entity = entities.bytes(values);
        return ByteBuffer.allocate(entity.length + project.length)
                .put(entity)
                .put(project)
                .array();
    }

    /** The field of a feature: a hash of its view and name. */
    static byte[] field(String view, String feature) {
        byte[] name = (view + ":" + feature).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MurmurHash3.hash32x86(name, 0, name.length, 0))
                .array();
    }

    /** The field of a view's event time. */
    static byte[] timeField(String view) {
        return ("_ts:" + view).getBytes(StandardCharsets.UTF_8);
    }
}
