package dev.sluice.feature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.frame.SqlText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a written plan means, as a text that is the same for plans that differ in nothing but how they are written: the order
 * of keys, spaces, comments and letter case in SQL. Where it cannot tell, as with brackets that change nothing, it takes two
 * plans for different ones, which costs work and never mixes rows.
 */
final class Meaning {
    /** Keys whose value is an expression; under {@code take} all values are. */
    private static final Set<String> SQL = Set.of("as_of", "expr", "time", "known_at", "bucket");

    private Meaning() {}

    static String of(ObjectNode plan) {
        ObjectNode meant = (ObjectNode) of("", plan, false);
        meant.remove("format");
        return meant.toString();
    }

    private static JsonNode of(String key, JsonNode node, boolean sql) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            object.fields()
                    .forEachRemaining(field -> sorted.put(
                            field.getKey(),
                            of(field.getKey(), field.getValue(), key.equals("take") || SQL.contains(field.getKey()))));
            ObjectNode same = JsonNodeFactory.instance.objectNode();
            sorted.forEach(same::set);
            return same;
        }
        if (node instanceof ArrayNode array) {
            List<JsonNode> items = new ArrayList<>();
            array.forEach(item -> items.add(of(key, item, false)));
            if (key.equals("by")) {
                items.sort(Comparator.comparing(JsonNode::asText));
            }
            ArrayNode same = JsonNodeFactory.instance.arrayNode();
            items.forEach(same::add);
            return same;
        }
        return sql ? JsonNodeFactory.instance.textNode(SqlText.normal(node.asText())) : node;
    }
}
