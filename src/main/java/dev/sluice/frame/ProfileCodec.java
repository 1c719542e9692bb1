package dev.sluice.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.Quantiles;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Profiles as JSON: kept beside models and in tables, and decoded years later to be merged and compared without the data.
 * The text says what it is and of which version; equal profiles give equal texts.
 */
public final class ProfileCodec {
    private static final String MARK = "sluice.profile";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProfileCodec() {}

    /** The whole profile as one text. */
    public static String encode(TableProfile profile) {
        ObjectNode root = JSON.createObjectNode().put(MARK, VERSION).put("rows", profile.rows());
        ArrayNode columns = root.putArray("columns");
        profile.columns().forEach((name, column) -> columns.add(column(column).put("name", name)));
        return print(root);
    }

    /** The profile of one column as one text. */
    public static String encode(ColumnProfile profile) {
        return print(column(profile).put(MARK, VERSION));
    }

    /**
     * Reads what {@link #encode(TableProfile)} wrote.
     *
     * @throws IllegalArgumentException when it is another text, or of a version that is not known
     */
    public static TableProfile decode(String text) {
        JsonNode root = parse(text);
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        root.required("columns")
                .forEach(column -> columns.put(column.required("name").asText(), column(column)));
        return new TableProfile(root.required("rows").longValue(), columns);
    }

    /**
     * Reads what {@link #encode(ColumnProfile)} wrote.
     *
     * @throws IllegalArgumentException when it is another text, or of a version that is not known
     */
    public static ColumnProfile decodeColumn(String text) {
        return column(parse(text));
    }

    private static ObjectNode column(ColumnProfile column) {
        ObjectNode node = JSON.createObjectNode()
                .put("type", column.type())
                .put("rows", column.rows())
                .put("nulls", column.nulls());
        column.numbers().ifPresent(numbers -> node.set("numbers", numbers(numbers)));
        column.extent()
                .ifPresent(extent ->
                        node.putObject("extent").put("min", extent.min()).put("max", extent.max()));
        column.distinct().ifPresent(distinct -> {
            if (distinct instanceof Distinct.Counted counted) {
                ObjectNode frequencies = node.putObject("frequencies");
                counted.frequencies().forEach(frequencies::put);
            } else if (distinct instanceof Distinct.Estimated estimated) {
                node.put("hll", estimated.sketch());
            }
        });
        return node;
    }

    private static ColumnProfile column(JsonNode node) {
        return new ColumnProfile(
                node.required("type").asText(),
                node.required("rows").longValue(),
                node.required("nulls").longValue(),
                Optional.ofNullable(node.get("numbers")).map(ProfileCodec::numbers),
                Optional.ofNullable(node.get("extent"))
                        .map(extent -> new ColumnProfile.Extent(
                                extent.required("min").asText(),
                                extent.required("max").asText())),
                distinct(node));
    }

    private static Optional<Distinct> distinct(JsonNode node) {
        if (node.has("hll")) {
            return Optional.of(new Distinct.Estimated(node.get("hll").asText()));
        }
        return Optional.ofNullable(node.get("frequencies")).map(frequencies -> {
            SortedMap<String, Long> counted = new TreeMap<>();
            frequencies
                    .fields()
                    .forEachRemaining(entry ->
                            counted.put(entry.getKey(), entry.getValue().longValue()));
            return new Distinct.Counted(counted);
        });
    }

    private static ObjectNode numbers(Numbers numbers) {
        ObjectNode node = JSON.createObjectNode().put("count", numbers.count()).put("nans", numbers.nans());
        node.set("min", real(numbers.min()));
        node.set("max", real(numbers.max()));
        node.set("sum", real(numbers.sum()));
        node.set("squares", real(numbers.squares()));
        ObjectNode quantiles = node.putObject("quantiles")
                .put("over", numbers.quantiles().over())
                .put("under", numbers.quantiles().under());
        ArrayNode levels = quantiles.putArray("levels");
        for (Quantiles.Level level : numbers.quantiles().levels()) {
            ArrayNode values = levels.addObject().put("upper", level.upper()).putArray("values");
            level.values().forEach(value -> values.add(real(value)));
        }
        return node;
    }

    private static Numbers numbers(JsonNode node) {
        JsonNode quantiles = node.required("quantiles");
        List<Quantiles.Level> levels = new ArrayList<>();
        for (JsonNode level : quantiles.required("levels")) {
            List<Double> values = new ArrayList<>();
            level.required("values").forEach(value -> values.add(real(value)));
            levels.add(new Quantiles.Level(values, level.required("upper").booleanValue()));
        }
        return new Numbers(
                node.required("count").longValue(),
                node.required("nans").longValue(),
                real(node.required("min")),
                real(node.required("max")),
                real(node.required("sum")),
                real(node.required("squares")),
                new Quantiles(
                        levels,
                        quantiles.required("over").longValue(),
                        quantiles.required("under").longValue()));
    }

    /** JSON has no NaN and no infinities: they are texts. */
    private static JsonNode real(double value) {
        return Double.isFinite(value)
                ? JSON.getNodeFactory().numberNode(value)
                : JSON.getNodeFactory().textNode(Double.toString(value));
    }

    private static double real(JsonNode node) {
        return node.isTextual() ? Double.parseDouble(node.asText()) : node.doubleValue();
    }

    private static String print(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can always be printed", e);
        }
    }

    private static JsonNode parse(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a profile in JSON, found a text that is no JSON", e);
        }
        if (!root.path(MARK).isInt()) {
            throw new IllegalArgumentException("expected a profile in JSON with the key " + MARK + ", found none");
        }
        if (root.get(MARK).intValue() != VERSION) {
            throw new IllegalArgumentException("expected a profile of version " + VERSION
                    + ", the only one this version of Sluice reads, found version " + root.get(MARK));
        }
        return root;
    }
}
