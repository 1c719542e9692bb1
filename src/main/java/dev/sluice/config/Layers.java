package dev.sluice.config;

import java.util.Set;

/**
 * Three layers, each over the one before: the pipeline file, an environment overlay, the command line. An overlay sets
 * vars, connections and spark alone; mappings are merged key by key, everything else is replaced whole. The command line
 * sets vars and params alone.
 */
final class Layers {
    private static final Set<String> OVERLAID = Set.of("vars", "connections", "spark");

    private Layers() {}

    /** The file with the overlay over it; what an overlay may not set is told and left out. */
    static Node.Keys over(Node.Keys file, Node overlay, Problems problems) {
        if (!(overlay instanceof Node.Keys keys)) {
            problems.add(
                    overlay.at(),
                    "",
                    "expected a mapping with the keys connections, spark, vars, found " + Place.kind(overlay));
            return file;
        }
        Node.Keys merged = file;
        for (var entry : keys.entries().entrySet()) {
            if (OVERLAID.contains(entry.getKey())) {
                merged = merged.with(entry.getKey(), merge(merged.entries().get(entry.getKey()), entry.getValue()));
            } else {
                problems.add(
                        entry.getValue().at(),
                        entry.getKey(),
                        () -> "expected vars, connections or spark, the only sections an overlay may set"
                                + Problem.near(entry.getKey(), OVERLAID));
            }
        }
        return merged;
    }

    private static Node.Entry merge(Node.Entry below, Node.Entry above) {
        if (below == null
                || !(below.value() instanceof Node.Keys lower)
                || !(above.value() instanceof Node.Keys upper)) {
            return above;
        }
        Node.Keys merged = lower;
        for (var entry : upper.entries().entrySet()) {
            merged = merged.with(entry.getKey(), merge(lower.entries().get(entry.getKey()), entry.getValue()));
        }
        return new Node.Entry(below.at(), merged);
    }
}
