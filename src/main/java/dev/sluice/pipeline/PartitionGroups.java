package dev.sluice.pipeline;

import dev.sluice.core.Hashes;
import dev.sluice.port.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which partitions of a table have a state together: each its own, unless they are so many that the states would not fit into
 * memory.
 *
 * @param groups group of each partition, by its name
 * @param marks mark of the files of each group
 */
record PartitionGroups(SortedMap<String, String> groups, SortedMap<String, String> marks) {
    /** So many states of columns there are of one table at most. */
    static final int MOST_STATES = 16_384;

    PartitionGroups {
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
        marks = Collections.unmodifiableSortedMap(new TreeMap<>(marks));
    }

    /** Of a whole table. */
    static PartitionGroups of(Partitions partitions, int mostStates) {
        return of(partitions, partitions.files().keySet(), most(partitions, mostStates));
    }

    /** Of some of its partitions, each of which has a state of its own. */
    static PartitionGroups ofEach(Partitions partitions, Collection<String> chosen) {
        return of(partitions, chosen, Integer.MAX_VALUE);
    }

    /** Whether each partition has a state of its own. */
    static boolean isOfEach(Partitions partitions, int mostStates) {
        return partitions.files().size() <= most(partitions, mostStates);
    }

    private static int most(Partitions partitions, int mostStates) {
        return Math.max(1, mostStates / Math.max(1, partitions.schema().length()));
    }

    private static PartitionGroups of(Partitions partitions, Collection<String> chosen, int most) {
        boolean each = partitions.files().size() <= most;
        SortedMap<String, String> groups = new TreeMap<>();
        SortedMap<String, List<String>> files = new TreeMap<>();
        partitions.files().forEach((name, mark) -> {
            if (chosen.contains(name)) {
                String group = each ? name : "group " + Math.floorMod(name.hashCode(), most) + " of " + most;
                groups.put(name, group);
                files.computeIfAbsent(group, any -> new ArrayList<>()).addAll(List.of(name, mark));
            }
        });
        SortedMap<String, String> marks = new TreeMap<>();
        files.forEach((group, parts) -> marks.put(group, Hashes.id(parts.toArray(String[]::new))));
        return new PartitionGroups(groups, marks);
    }
}
