package dev.sluice.frame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructType;

/**
 * The profiles of groups of partitions that one task makes. It reads one file behind the other, so that few are open at a time;
 * of those that were not seen for longest there are only states, and perhaps several of one group.
 */
final class GroupedProfile {
    private static final int MOST_OPEN = 16;

    private final StructType schema;
    private final Map<String, String> groups;
    private final Map<String, List<byte[]>> closed = new TreeMap<>();
    private final Map<String, PartitionProfile> open = new LinkedHashMap<>(MOST_OPEN, 0.75f, true);
    private String last;
    private PartitionProfile profile;

    /**
     * Of no rows yet.
     *
     * @param groups group of each partition, by its name
     */
    GroupedProfile(StructType schema, Map<String, String> groups) {
        this.schema = schema;
        this.groups = groups;
    }

    /** The profile that rows of a partition belong into. */
    PartitionProfile of(String partition) {
        if (!partition.equals(last)) {
            last = partition;
            profile = opened(Objects.requireNonNull(groups.get(partition), partition));
        }
        return profile;
    }

    private PartitionProfile opened(String group) {
        PartitionProfile found = open.computeIfAbsent(group, any -> new PartitionProfile(schema));
        if (open.size() > MOST_OPEN) {
            Map.Entry<String, PartitionProfile> eldest =
                    open.entrySet().iterator().next();
            close(eldest.getKey(), eldest.getValue());
            open.remove(eldest.getKey());
        }
        return found;
    }

    private void close(String group, PartitionProfile rows) {
        closed.computeIfAbsent(group, any -> new ArrayList<>()).add(rows.encoded());
    }

    /** What a task sends to the driver: states of each group. */
    Map<String, List<byte[]>> states() {
        open.forEach(this::close);
        open.clear();
        return closed;
    }

    /** What all tasks sent, in the order of their partitions. */
    static Map<String, List<byte[]>> all(List<Map<String, List<byte[]>>> tasks) {
        Map<String, List<byte[]>> all = new TreeMap<>();
        tasks.forEach(task -> task.forEach((group, states) ->
                all.computeIfAbsent(group, any -> new ArrayList<>()).addAll(states)));
        return all;
    }
}
