package dev.sluice.feature;

import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Histories that are met by the same keys, and how. */
record Pass(List<History> histories, Strategy.Choice choice) {
    /**
     * {@code probe of bronze.flights, bronze.weather by origin (842 spine rows, 3.1 MiB of history)}.
     *
     * @param shared which keys several tasks share
     */
    String told(Optional<String> shared) {
        String names = histories.stream().map(History::name).distinct().collect(Collectors.joining(", "));
        String keys = histories.get(0).keys().keySet().stream()
                .map(key -> key.substring(FeatureQuery.SPINE_KEY.length()))
                .collect(Collectors.joining(", "));
        return choice.strategy().word() + " of " + names + " by " + keys + " (" + choice.why()
                + shared.map(", "::concat).orElse("") + ")";
    }
}
