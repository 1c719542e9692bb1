package dev.sluice.frame;

import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.types.StructType;

/**
 * The profiles of one slicing column that one task makes: of the first {@link Slices#MOST} values that it sees, and of all other
 * rows. Which values come first is chance, so that the driver keeps only values that every task has whole.
 */
final class SlicedProfile {
    private final StructType schema;
    private final Map<String, PartitionProfile> values = new HashMap<>();
    private PartitionProfile others;

    SlicedProfile(StructType schema) {
        this.schema = schema;
    }

    /**
     * A row.
     *
     * @param value of the slicing column, as text; null where there is none
     * @param row puts it into the profile that it is given
     */
    void add(String value, Consumer<PartitionProfile> row) {
        PartitionProfile profile = values.get(value);
        if (profile == null && value != null && values.size() < Slices.MOST) {
            profile = new PartitionProfile(schema);
            values.put(value, profile);
        }
        if (profile == null) {
            others = others == null ? new PartitionProfile(schema) : others;
            profile = others;
        }
        row.accept(profile);
    }

    /** What a task sends to the driver. */
    Part part() {
        Map<String, byte[]> states = new HashMap<>();
        values.forEach((value, profile) -> states.put(value, profile.encoded()));
        return new Part(values.size() == Slices.MOST, states, others == null ? List.of() : List.of(others.encoded()));
    }

    /**
     * States of one task.
     *
     * @param full whether rows of further values are among the others
     * @param others one state or none
     */
    record Part(boolean full, Map<String, byte[]> values, List<byte[]> others) implements Serializable {}

    /** All rows, from what the tasks sent, in the order of their partitions. */
    static Slices merge(StructType schema, List<Part> parts) {
        Map<String, List<byte[]>> states = new TreeMap<>();
        List<byte[]> left = new ArrayList<>();
        parts.forEach(part -> {
            part.values().forEach((value, state) -> states.computeIfAbsent(value, any -> new ArrayList<>())
                    .add(state));
            left.addAll(part.others());
        });
        Set<String> whole = new HashSet<>(states.keySet());
        parts.stream()
                .filter(Part::full)
                .forEach(part -> whole.retainAll(part.values().keySet()));
        SortedMap<String, TableProfile> merged = new TreeMap<>();
        states.forEach((value, own) -> {
            if (whole.contains(value)) {
                merged.put(value, PartitionProfile.merge(schema, own));
            } else {
                left.addAll(own);
            }
        });
        // Each task has few; all together may have many.
        merged.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, TableProfile> entry) ->
                        -entry.getValue().rows()))
                .skip(Slices.MOST)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(value -> left.add(ProfileCodec.encode(merged.remove(value))));
        return new Slices(
                merged, left.isEmpty() ? Optional.empty() : Optional.of(PartitionProfile.merge(schema, left)));
    }
}
