package dev.sluice.model;

import dev.sluice.core.TableVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What training hands on to later steps, as the facts of its record.
 *
 * @param selected the candidate that was best on the validation rows
 * @param candidates all that have a model, in the order of the file
 * @param folder where their models are in the lake, by candidate
 * @param training the training table, with the column {@code split}
 * @param keys columns that identify a row of it
 * @param features columns that the models read
 * @param planHash hash of the feature plan
 */
public record Trained(
        String selected,
        List<String> candidates,
        String folder,
        TableVersion training,
        List<String> keys,
        List<String> features,
        String planHash) {
    public Trained {
        candidates = List.copyOf(candidates);
        keys = List.copyOf(keys);
        features = List.copyOf(features);
    }

    /** Reads what {@link #facts} wrote. */
    public static Trained of(Map<String, String> facts) {
        return new Trained(
                facts.get("selected"),
                names(facts.get("candidates")),
                facts.get("models"),
                TableVersion.parse(facts.get("training")),
                names(facts.get("keys")),
                names(facts.get("features")),
                facts.get("plan_hash"));
    }

    /** As short texts; {@code model} is the selected one's folder. */
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("selected", selected);
        facts.put("candidates", String.join(",", candidates));
        facts.put("models", folder);
        facts.put("model", model(selected));
        facts.put("training", training.toString());
        facts.put("keys", String.join(",", keys));
        facts.put("features", String.join(",", features));
        facts.put("plan_hash", planHash);
        return facts;
    }

    /** A candidate's model, relative to the lake's root. */
    public String model(String candidate) {
        return folder + "/" + candidate;
    }

    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }
}
