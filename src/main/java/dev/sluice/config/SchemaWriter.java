package dev.sluice.config;

import dev.sluice.core.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON Schema (draft 2020-12) of the files, made from the records that bind them. As strict as the binder where a
 * schema can be: names that refer to each other and the words of SQL are known to the binder alone.
 */
public final class SchemaWriter {
    private static final String REFERENCE = "^\\$\\{(var|param|env):[^${}]+\\}$";

    private final Map<String, Object> definitions = new TreeMap<>();

    private SchemaWriter() {}

    /** The schema of pipeline files. */
    public static String pipeline() {
        return write("Sluice pipeline", Pipeline.class);
    }

    /** The schema of contract files. */
    public static String contract() {
        return write("Sluice contract", Contract.class);
    }

    private static String write(String title, Class<?> type) {
        SchemaWriter writer = new SchemaWriter();
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", title);
        schema.putAll(writer.object(Shape.of(type), Optional.empty()));
        writer.definitions.put("reference", Map.of("type", "string", "pattern", REFERENCE));
        schema.put("$defs", writer.definitions);
        return Json.text(schema);
    }

    private Map<String, Object> schema(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar);
        }
        if (shape instanceof Shape.Words words) {
            List<Object> values = new ArrayList<>(words.words().keySet());
            if (values.contains("null")) {
                values.add(null); // as other readers take the word
            }
            return orReference(ordered("enum", values));
        }
        if (shape instanceof Shape.ListOf list) {
            Map<String, Object> several = ordered("type", "array", "items", schema(list.item()));
            if (!list.oneOrMore()) {
                return several;
            }
            several.put("minItems", 1);
            return ordered("anyOf", List.of(schema(list.item()), several));
        }
        if (shape instanceof Shape.MapOf map) {
            Map<String, Object> schema = ordered("type", "object", "additionalProperties", schema(map.value()));
            if (!map.key().pattern().isEmpty()) {
                schema.put("propertyNames", Map.of("pattern", "^" + map.key().pattern() + "$"));
            }
            return schema;
        }
        if (shape instanceof Shape.Choice choice) {
            return defined(choice.type(), choice(choice));
        }
        Shape.Group group = (Shape.Group) shape;
        return defined(group.type(), object(group, Optional.empty()));
    }

    private static Map<String, Object> scalar(Shape.Scalar scalar) {
        if (scalar.bare()) {
            String type =
                    scalar.type() == boolean.class ? "boolean" : scalar.type() == double.class ? "number" : "integer";
            return orReference(ordered("type", type));
        }
        if (scalar.pattern().isEmpty()) {
            return ordered("type", List.of("string", "number", "boolean")); // a text needs no quotes
        }
        Map<String, Object> right = ordered("type", "string", "pattern", "^" + scalar.pattern() + "$");
        return scalar.type() == Secret.class
                ? right
                : ordered("anyOf", List.of(right, ordered("type", "string", "pattern", "\\$\\{")));
    }

    private Map<String, Object> object(Shape.Group group, Optional<Map.Entry<String, String>> chosen) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        chosen.ifPresent(by -> {
            properties.put(by.getKey(), Map.of("const", by.getValue()));
            required.add(by.getKey());
        });
        for (Shape.Field field : group.fields()) {
            Map<String, Object> property = new LinkedHashMap<>();
            property.put("description", field.doc());
            property.putAll(schema(field.shape()));
            field.fallback().ifPresent(text -> property.put("default", value(field.shape(), text)));
            properties.put(field.key(), property);
            if (field.required()) {
                required.add(field.key());
            }
        }
        return ordered(
                "description",
                group.doc(),
                "type",
                "object",
                "properties",
                properties,
                "required",
                required,
                "additionalProperties",
                false);
    }

    private Map<String, Object> choice(Shape.Choice choice) {
        List<Object> members = new ArrayList<>();
        choice.groups().forEach((word, group) -> {
            Map<String, Object> member = object(group, choice.key().map(key -> Map.entry(key, word)));
            if (choice.key().isEmpty()) {
                member.put("required", with(word, (List<?>) member.get("required")));
            }
            members.add(member);
        });
        return ordered("description", choice.doc(), "oneOf", members);
    }

    private static List<Object> with(String key, List<?> required) {
        List<Object> all = new ArrayList<>(List.of(key));
        required.stream().filter(other -> !other.equals(key)).forEach(all::add);
        return all;
    }

    private Map<String, Object> defined(Class<?> type, Map<String, Object> schema) {
        String name =
                type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
        definitions.put(name, schema);
        return ordered("$ref", "#/$defs/" + name);
    }

    private static Map<String, Object> orReference(Map<String, Object> schema) {
        return ordered("anyOf", List.of(schema, ordered("$ref", "#/$defs/reference")));
    }

    private static Object value(Shape shape, String text) {
        Node node = YamlReader.fallback(text);
        if (node instanceof Node.Keys keys) {
            Map<String, Object> object = new LinkedHashMap<>();
            keys.entries().forEach((key, entry) -> object.put(key, ((Node.Scalar) entry.value()).text()));
            return object;
        }
        String scalar = ((Node.Scalar) node).text();
        return shape instanceof Shape.Scalar known && known.bare()
                ? known.parse().apply(scalar)
                : scalar;
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
