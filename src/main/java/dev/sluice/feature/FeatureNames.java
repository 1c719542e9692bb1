package dev.sluice.feature;

import dev.sluice.config.Features;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Names of the columns of a feature table.
 *
 * @param take names of the features of the spine row itself
 */
record FeatureNames(
        Features.Spine spine,
        Collection<String> take,
        List<Features.Lookup> lookups,
        List<Features.AsOfJoin> asOfJoins,
        List<Features.Window> windows) {
    /** Names of all columns, in order. */
    List<String> all() {
        List<Optional<String>> flags = flags();
        List<String> names = new ArrayList<>(others());
        names.addAll(take);
        for (int i = 0; i < lookups.size(); i++) {
            names.addAll(lookups.get(i).take().keySet());
            flags.get(i).ifPresent(names::add);
        }
        for (int i = 0; i < asOfJoins.size(); i++) {
            names.addAll(asOfJoins.get(i).take().keySet());
            flags.get(lookups.size() + i).ifPresent(names::add);
        }
        windows.forEach(window -> names.addAll(window.names()));
        return names;
    }

    /** Names of the columns that are no features. */
    List<String> others() {
        return Stream.of(spine.key(), List.of(FeaturePlan.AS_OF), spine.keep())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * The flag of each lookup, then of each as-of join: the last part of the table's name, without a version, and {@code _missing}; where that is
     * taken {@code _missing_2} and so on.
     */
    List<Optional<String>> flags() {
        Map<String, Integer> seen = new HashMap<>();
        List<Optional<String>> flags = new ArrayList<>();
        lookups.forEach(lookup -> flags.add(flag(lookup.from(), lookup.missing(), seen)));
        asOfJoins.forEach(join -> flags.add(flag(join.from(), join.missing(), seen)));
        return flags;
    }

    private static Optional<String> flag(TableName table, Features.Missing missing, Map<String, Integer> seen) {
        if (missing == Features.Missing.NULL) {
            return Optional.empty();
        }
        String called = table.unversioned().text();
        String name = called.substring(called.lastIndexOf('.') + 1) + "_missing";
        int count = seen.merge(name, 1, Integer::sum);
        return Optional.of(count == 1 ? name : name + "_" + count);
    }

    /**
     * Refuses names that another column has, whatever the letter case.
     *
     * @throws SluiceException PLAN_INVALID naming them
     */
    void refuseEqual() {
        Set<String> seen = new HashSet<>();
        List<String> twice = all().stream()
                .filter(name -> !seen.add(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (!twice.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "the feature table would have more than one column of the name " + String.join(", ", twice),
                    "give each key, kept column and feature a name of its own; as_of and the flags TABLE_missing are taken");
        }
    }
}
