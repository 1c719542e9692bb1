package dev.sluice.adapter.deequ;

import dev.sluice.frame.KeyCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Groups of all rows that are counted by fingerprints: their numbers, and of some a value that several rows share. */
final class KeyGroups {
    private KeyGroups() {}

    /**
     * Groups by each set, by one job; one more when a value is named.
     *
     * @param named sets of which a value that several rows share is named
     * @param count number of rows
     */
    static Map<SortedSet<String>, Groups> of(
            Dataset<Row> rows, Set<SortedSet<String>> sets, Set<SortedSet<String>> named, long count) {
        Map<SortedSet<String>, KeyCounts> counts = KeyCounts.of(rows, sets, count);
        Map<SortedSet<String>, KeyCounts.Key> repeated = new LinkedHashMap<>();
        counts.forEach((set, known) ->
                known.repeated().filter(key -> named.contains(set)).ifPresent(key -> repeated.put(set, key)));
        Map<SortedSet<String>, List<String>> values = KeyCounts.values(rows, repeated);
        Map<SortedSet<String>, Groups> groups = new LinkedHashMap<>();
        counts.forEach((set, known) -> groups.put(
                set,
                groups(
                        known,
                        Optional.ofNullable(repeated.get(set))
                                .map(key -> new Groups.Group(texts(values.get(set)), key.rows())))));
        return groups;
    }

    private static List<String> texts(List<String> values) {
        return values.stream().map(String::valueOf).toList();
    }

    private static Groups groups(KeyCounts known, Optional<Groups.Group> shared) {
        long count = 0;
        long rows = 0;
        double logs = 0;
        for (Map.Entry<Long, Long> entry : known.groups().entrySet()) {
            long size = entry.getKey();
            count += entry.getValue();
            rows += entry.getValue() * size;
            logs += entry.getValue() * size * Math.log((double) size);
        }
        long singles = known.groups().getOrDefault(1L, 0L);
        return new Groups(count, rows, singles, logs, shared, Optional.empty(), Optional.empty());
    }
}
