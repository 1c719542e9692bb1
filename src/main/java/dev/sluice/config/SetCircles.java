package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Feature sets may read each other, and none of them, by whatever way, itself or the feature table that is made of them. */
final class SetCircles {
    private final CrossCheck check;
    private final Map<TableName, FeatureSet> sets = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Optional<TableName> features;

    SetCircles(Pipeline pipeline, CrossCheck check) {
        this.check = check;
        this.features = pipeline.features().map(Features::table);
        pipeline.featureSets().forEach((name, set) -> {
            if (sets.putIfAbsent(set.table(), set) == null) {
                names.add(name);
            }
        });
    }

    /** Tells of each circle once, where the set that stands first reads one that leads back to it. */
    void check() {
        List<TableName> order = List.copyOf(sets.keySet());
        for (int i = 0; i < order.size(); i++) {
            TableName table = order.get(i);
            String root = Place.child("feature_sets", names.get(i));
            for (var read : places(root, sets.get(table)).entrySet()) {
                TableName from = read.getValue();
                if (features.equals(Optional.of(from))) {
                    check.problem(
                            read.getKey(),
                            "expected a table that is made before feature sets, found " + from
                                    + ", which is made after them");
                } else if (sets.containsKey(from)
                        && order.indexOf(from) >= i
                        && reaches(from, table, new HashSet<>(order.subList(0, i)))) {
                    check.problem(
                            read.getKey(),
                            "expected a table that is not made of " + table + ", found "
                                    + (from.equals(table)
                                            ? "the table itself"
                                            : from + ", which reads it in a circle"));
                }
            }
        }
    }

    /** Whether one table leads to another without a way through those that were seen. */
    private boolean reaches(TableName from, TableName table, Set<TableName> seen) {
        return from.equals(table)
                || (seen.add(from)
                        && Optional.ofNullable(sets.get(from)).stream()
                                .flatMap(set -> set.reads().stream())
                                .anyMatch(next -> reaches(next, table, seen)));
    }

    /** The tables that a set reads, by the place of their names. */
    private static Map<String, TableName> places(String root, FeatureSet set) {
        Map<String, TableName> places = new LinkedHashMap<>();
        places.put(root + "/spine/from", set.spine().from());
        for (int i = 0; i < set.lookups().size(); i++) {
            places.put(root + "/lookups/" + i + "/from", set.lookups().get(i).from());
        }
        for (int i = 0; i < set.asOfJoins().size(); i++) {
            places.put(
                    root + "/as_of_joins/" + i + "/from", set.asOfJoins().get(i).from());
        }
        for (int i = 0; i < set.windows().size(); i++) {
            places.put(root + "/windows/" + i + "/from", set.windows().get(i).from());
        }
        return places;
    }
}
