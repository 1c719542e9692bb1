package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.SluiceException;
import dev.sluice.port.TrackedRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Values in the form and within the limits of MLflow 3. */
final class Values {
    private static final int LONGEST_NAME = 250;
    private static final int LONGEST_PARAM = 6000;
    private static final int LONGEST_TAG = 5000;

    private Values() {}

    /** Parameters; what MLflow would cut in silence is cut here and says so. */
    static SortedMap<String, String> params(Map<String, String> params) {
        return named(params, value -> cut(value, LONGEST_PARAM));
    }

    static SortedMap<String, String> tags(Map<String, String> tags) {
        return named(tags, value -> cut(value, LONGEST_TAG));
    }

    /** Metrics that are numbers; MLflow would give infinity back as the largest double. */
    static SortedMap<String, Double> metrics(Map<String, Double> metrics) {
        Map<String, Double> finite = new TreeMap<>(metrics);
        finite.values().removeIf(value -> !Double.isFinite(value));
        return named(finite, Function.identity());
    }

    /** The other metrics, as tags {@code metric.NAME}. */
    static SortedMap<String, String> metricTags(Map<String, Double> metrics) {
        Map<String, String> tags = new TreeMap<>();
        metrics.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                tags.put("metric." + name, value.toString());
            }
        });
        return named(tags, Function.identity());
    }

    /** A table version as a dataset; its digest differs by context, since MLflow keeps one input for each digest. */
    static ObjectNode dataset(TrackedRun.Input input) {
        String location = input.location();
        long version = input.version().version();
        ObjectNode dataset = Json.object();
        dataset.putArray("tags").addObject().put("key", "mlflow.data.context").put("value", input.context());
        dataset.putObject("dataset")
                .put("name", input.version().table().text())
                .put(
                        "digest",
                        "v" + version + "-"
                                + Hashes.id(location, input.context()).substring(0, 12))
                .put("source_type", "delta_table")
                .put(
                        "source",
                        Json.object()
                                .put("path", location)
                                .put("delta_table_version", version)
                                .toString())
                .put(
                        "schema",
                        Json.object()
                                .set("mlflow_colspec", columns(input.columns()))
                                .toString())
                .put("profile", Json.object().put("approx_count", input.rows()).toString());
        return dataset;
    }

    /** Lists of at most so many. */
    static <T> List<List<T>> batches(List<T> all, int size) {
        List<List<T>> batches = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            batches.add(all.subList(i, Math.min(all.size(), i + size)));
        }
        return batches;
    }

    private static ArrayNode columns(Map<String, String> columns) {
        ArrayNode specs = Json.array();
        columns.forEach((name, type) ->
                specs.addObject().put("type", type(type)).put("name", name).put("required", false));
        return specs;
    }

    /** MLflow's word for a Spark SQL type. */
    private static String type(String spark) {
        String word = spark.toLowerCase(Locale.ROOT).replaceFirst("[(<].*", "");
        return switch (word) {
            case "tinyint", "smallint", "int", "integer" -> "integer";
            case "bigint", "long" -> "long";
            case "float", "double", "boolean", "string", "binary" -> word;
            case "decimal" -> "double";
            case "date", "timestamp", "timestamp_ntz" -> "datetime";
            default -> "any";
        };
    }

    private static String cut(String value, int longest) {
        if (value.length() <= longest) {
            return value;
        }
        String note = "… (cut from " + value.length() + " characters)";
        return value.substring(0, longest - note.length()) + note;
    }

    /** The same values under names that MLflow accepts: other characters become _. */
    private static <V> SortedMap<String, V> named(Map<String, V> map, Function<V, V> value) {
        SortedMap<String, V> named = new TreeMap<>();
        map.forEach((name, v) -> {
            String accepted = name.replaceAll("[^A-Za-z0-9_./: -]", "_");
            if (accepted.isBlank() || accepted.length() > LONGEST_NAME || named.put(accepted, value.apply(v)) != null) {
                throw new SluiceException(
                        ErrorCode.REGISTRY_REFUSED,
                        "'" + name + "' is no name that MLflow accepts beside the others (" + accepted
                                + "), expected one of at most " + LONGEST_NAME
                                + " letters, digits, spaces and _ - . / :",
                        "rename what it is made of");
            }
        });
        return Collections.unmodifiableSortedMap(named);
    }
}
