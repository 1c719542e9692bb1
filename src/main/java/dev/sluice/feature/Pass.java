package dev.sluice.feature;

import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Histories that are met by the same keys, and how.
 *
 * @param shared for people, which keys several tasks share
 */
public record Pass(List<History> histories, Strategy.Choice choice, Optional<String> shared) {
    public Pass {
        histories = List.copyOf(histories);
    }

    /** Columns of the spine. */
    public List<String> keys() {
        return histories.get(0).keys().keySet().stream()
                .map(key -> key.substring(FeatureQuery.SPINE_KEY.length()))
                .toList();
    }

    /** {@code probe of bronze.flights, bronze.weather by origin (842 spine rows, 3.1 MiB of history)}. */
    public String told() {
        String names = histories.stream().map(History::name).distinct().collect(Collectors.joining(", "));
        return choice.strategy().word() + " of " + names + " by " + String.join(", ", keys()) + " (" + choice.why()
                + shared.map(", "::concat).orElse("") + ")";
    }

    Pass sharing(Optional<String> keys) {
        return new Pass(histories, choice, keys);
    }
}
