package dev.sluice.feature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Features;
import dev.sluice.config.Features.Closed;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** The one written form of a {@link FeaturePlan}; keys in a fixed order, maps in declared order. */
final class FeaturePlanJson {
    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private FeaturePlanJson() {}

    static String write(FeaturePlan plan) {
        return tree(plan).toPrettyString() + "\n";
    }

    static ObjectNode tree(FeaturePlan plan) {
        ObjectNode json = object();
        json.put("format", FORMAT);
        ObjectNode spine = json.putObject("spine");
        spine.put("from", plan.spine().from().text());
        spine.set("key", texts(plan.spine().key()));
        spine.put("as_of", plan.spine().asOf().text());
        spine.set("keep", texts(plan.spine().keep()));
        plan.label().ifPresent(label -> json.putObject("label")
                .put("name", label.name())
                .put("expr", label.expr().text())
                .put("known_at", label.knownAt().text()));
        json.set("take", sqls(plan.take()));
        json.set("lookups", array(plan.lookups(), FeaturePlanJson::lookup));
        json.set("as_of_joins", array(plan.asOfJoins(), FeaturePlanJson::asOfJoin));
        json.set("windows", array(plan.windows(), FeaturePlanJson::window));
        json.set(
                "versioned",
                texts(plan.versioned().stream().map(TableName::text).toList()));
        json.set("features", array(plan.features(), f -> object().put("name", f.name())
                .put("type", f.type())));
        return json;
    }

    private static JsonNode lookup(Features.Lookup lookup) {
        ObjectNode json = object().put("from", lookup.from().text());
        json.set("keys", names(lookup.keys()));
        json.set("take", sqls(lookup.take()));
        return json.put("missing", word(lookup.missing()));
    }

    private static JsonNode asOfJoin(Features.AsOfJoin join) {
        ObjectNode json = object().put("from", join.from().text());
        json.set("keys", names(join.keys()));
        json.put("time", join.time().text()).put("known_at", join.knownAt().text());
        join.maxAge().ifPresent(age -> json.put("max_age", age.toString()));
        closed(json, join.closed(), Closed.BOTH);
        json.set("take", sqls(join.take()));
        return json.put("missing", word(join.missing()));
    }

    private static JsonNode window(Features.Window window) {
        ObjectNode json = object().put("from", window.from().text());
        json.set("by", texts(window.by()));
        json.put("time", window.time().text()).put("known_at", window.knownAt().text());
        List<String> over = window.over().stream().map(Duration::toString).toList();
        json.set("over", over.size() == 1 ? JsonNodeFactory.instance.textNode(over.get(0)) : texts(over));
        closed(json, window.closed(), Closed.RIGHT);
        window.bucket().ifPresent(bucket -> json.put("bucket", bucket.text()));
        json.set("take", sqls(window.take()));
        return json;
    }

    /** What is as usual is not written: plans from before there was a choice mean the same. */
    private static void closed(ObjectNode json, Closed closed, Closed usual) {
        if (closed != usual) {
            json.put("closed", closed.name().toLowerCase(Locale.ROOT));
        }
    }

    static FeaturePlan read(String text) {
        JsonNode json = tree(text);
        if (json.path("format").asInt() != FORMAT) {
            throw unreadable("expected format " + FORMAT + ", found " + json.path("format"), null);
        }
        JsonNode spine = json.path("spine");
        return new FeaturePlan(
                new Features.Spine(
                        table(spine, "from"),
                        texts(spine, "key"),
                        sql(spine, "as_of"),
                        texts(spine, "keep"),
                        List.of()),
                Optional.ofNullable(json.get("label"))
                        .map(label ->
                                new Features.Label(text(label, "name"), sql(label, "expr"), sql(label, "known_at"))),
                sqls(json, "take"),
                list(json, "lookups", FeaturePlanJson::lookup),
                list(json, "as_of_joins", FeaturePlanJson::asOfJoin),
                list(json, "windows", FeaturePlanJson::window),
                new TreeSet<>(list(json, "versioned", name -> new TableName(name.asText()))),
                list(json, "features", f -> new FeatureColumn(text(f, "name"), text(f, "type"))));
    }

    private static Features.Lookup lookup(JsonNode json) {
        return new Features.Lookup(
                table(json, "from"), map(json, "keys", JsonNode::asText), sqls(json, "take"), missing(json));
    }

    private static Features.AsOfJoin asOfJoin(JsonNode json) {
        return new Features.AsOfJoin(
                table(json, "from"),
                map(json, "keys", JsonNode::asText),
                sql(json, "time"),
                sql(json, "known_at"),
                json.has("max_age") ? Optional.of(Duration.parse(text(json, "max_age"))) : Optional.empty(),
                closed(json, Closed.BOTH),
                sqls(json, "take"),
                missing(json));
    }

    private static Features.Window window(JsonNode json) {
        return new Features.Window(
                table(json, "from"),
                texts(json, "by"),
                sql(json, "time"),
                sql(json, "known_at"),
                value(json, "over").isArray()
                        ? list(json, "over", span -> Duration.parse(span.asText()))
                        : List.of(Duration.parse(text(json, "over"))),
                closed(json, Closed.RIGHT),
                json.has("bucket") ? Optional.of(sql(json, "bucket")) : Optional.empty(),
                sqls(json, "take"));
    }

    private static JsonNode tree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw unreadable("expected JSON, found: " + e.getOriginalMessage(), e);
        }
    }

    private static SluiceException unreadable(String why, Throwable cause) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                FeaturePlan.FILE + " cannot be read: " + why,
                "use the file that was saved with the model, whole and unchanged",
                cause);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static <T> ArrayNode array(Collection<T> items, Function<T, JsonNode> write) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(write.apply(item)));
        return array;
    }

    private static ArrayNode texts(Collection<String> texts) {
        return array(texts, JsonNodeFactory.instance::textNode);
    }

    private static ObjectNode names(Map<String, String> names) {
        ObjectNode json = object();
        names.forEach(json::put);
        return json;
    }

    private static ObjectNode sqls(Map<String, Sql> sqls) {
        ObjectNode json = object();
        sqls.forEach((name, sql) -> json.put(name, sql.text()));
        return json;
    }

    private static String word(Features.Missing missing) {
        return missing.name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode value(JsonNode json, String key) {
        JsonNode value = json.get(key);
        if (value == null) {
            throw unreadable("expected the key " + key + " in " + json, null);
        }
        return value;
    }

    private static String text(JsonNode json, String key) {
        return value(json, key).asText();
    }

    private static TableName table(JsonNode json, String key) {
        return new TableName(text(json, key));
    }

    private static Sql sql(JsonNode json, String key) {
        return new Sql(text(json, key));
    }

    private static Features.Missing missing(JsonNode json) {
        return Features.Missing.valueOf(text(json, "missing").toUpperCase(Locale.ROOT));
    }

    private static Closed closed(JsonNode json, Closed usual) {
        return json.has("closed") ? Closed.valueOf(text(json, "closed").toUpperCase(Locale.ROOT)) : usual;
    }

    private static <T> List<T> list(JsonNode json, String key, Function<JsonNode, T> read) {
        List<T> list = new ArrayList<>();
        value(json, key).forEach(item -> list.add(read.apply(item)));
        return list;
    }

    private static List<String> texts(JsonNode json, String key) {
        return list(json, key, JsonNode::asText);
    }

    private static <T> Map<String, T> map(JsonNode json, String key, Function<JsonNode, T> read) {
        Map<String, T> map = new LinkedHashMap<>();
        value(json, key).fields().forEachRemaining(entry -> map.put(entry.getKey(), read.apply(entry.getValue())));
        return map;
    }

    private static Map<String, Sql> sqls(JsonNode json, String key) {
        return map(json, key, value -> new Sql(value.asText()));
    }
}
