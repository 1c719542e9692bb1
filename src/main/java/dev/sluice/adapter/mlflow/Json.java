package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** JSON as MLflow's API speaks it. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** One object; anything else, also nothing, is no JSON of MLflow's. */
    static JsonNode read(String text) throws JsonProcessingException {
        JsonNode node = MAPPER.readTree(text);
        if (!node.isObject()) {
            throw new JsonParseException(null, "expected a JSON object");
        }
        return node;
    }

    /** {@code [{"key": …, "value": …}, …]}, sorted by key. */
    static ArrayNode pairs(Map<String, String> map) {
        ArrayNode pairs = array();
        new TreeMap<>(map)
                .forEach((key, value) -> pairs.addObject().put("key", key).put("value", value));
        return pairs;
    }

    /** Reads what {@link #pairs} wrote. */
    static Map<String, String> map(JsonNode pairs) {
        Map<String, String> map = new TreeMap<>();
        pairs.forEach(
                pair -> map.put(pair.path("key").asText(), pair.path("value").asText()));
        return map;
    }
}
