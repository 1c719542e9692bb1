package dev.sluice.model;

import dev.sluice.config.Train.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One fit that is tried: a candidate with one combination of its grid.
 *
 * @param candidate its name in the pipeline file
 * @param number counts the candidate's trials from 1
 * @param of how many trials the candidate has
 * @param params parameter values, in the order of the file
 */
public record Trial(String candidate, Candidate settings, int number, int of, Map<String, Double> params) {
    public Trial {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** Every combination of every candidate, in the order of the file; the last parameter varies fastest. */
    public static List<Trial> all(Map<String, Candidate> candidates) {
        List<Trial> trials = new ArrayList<>();
        candidates.forEach((name, settings) -> {
            List<Map<String, Double>> combinations = combinations(settings.grid());
            for (int i = 0; i < combinations.size(); i++) {
                trials.add(new Trial(name, settings, i + 1, combinations.size(), combinations.get(i)));
            }
        });
        return List.copyOf(trials);
    }

    private static List<Map<String, Double>> combinations(Map<String, List<Double>> grid) {
        List<Map<String, Double>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<Double>> axis : grid.entrySet()) {
            List<Map<String, Double>> longer = new ArrayList<>();
            for (Map<String, Double> shorter : combinations) {
                for (Double value : axis.getValue()) {
                    Map<String, Double> combination = new LinkedHashMap<>(shorter);
                    combination.put(axis.getKey(), value);
                    longer.add(combination);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    /** {@code logreg 2/6 (regParam=0.01, elasticNetParam=0.0)}. */
    @Override
    public String toString() {
        String values = params.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(", "));
        return candidate + " " + number + "/" + of + (values.isEmpty() ? "" : " (" + values + ")");
    }
}
