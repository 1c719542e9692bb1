package dev.sluice.frame.asof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import scala.collection.JavaConverters;

/** Lists and maps that aggregates give, as Spark takes them; all other values stay what they are. */
final class Nested {
    private Nested() {}

    /** In internal rows. */
    static Object internal(Object value) {
        if (value instanceof List<?> list) {
            return new GenericArrayData(list.stream().map(Nested::internal).toArray());
        }
        if (value instanceof Map<?, ?> map) {
            return new ArrayBasedMapData(
                    new GenericArrayData(map.keySet().toArray()),
                    new GenericArrayData(
                            map.values().stream().map(Nested::internal).toArray()));
        }
        return value;
    }

    /** In rows of the public interface. */
    static Object external(Object value) {
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(external(item)));
            return JavaConverters.asScalaBuffer(items).toSeq();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> items = new LinkedHashMap<>();
            map.forEach((key, item) -> items.put(key, external(item)));
            return JavaConverters.mapAsScalaMap(items);
        }
        return value;
    }
}
