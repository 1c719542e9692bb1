package dev.sluice.feature;

import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.Strategy;
import java.util.List;
import java.util.stream.Collectors;

/** Histories that are met by the same keys, and how. */
record Pass(List<History> histories, Strategy strategy) {
    /** {@code probe of bronze.flights, bronze.weather by origin}. */
    @Override
    public String toString() {
        String names = histories.stream().map(History::name).distinct().collect(Collectors.joining(", "));
        String keys = histories.get(0).keys().keySet().stream()
                .map(key -> key.substring(FeaturePlan.SPINE_KEY.length()))
                .collect(Collectors.joining(", "));
        return strategy.word() + " of " + names + " by " + keys;
    }
}
