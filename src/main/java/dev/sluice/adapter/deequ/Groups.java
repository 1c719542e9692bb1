package dev.sluice.adapter.deequ;

import dev.sluice.frame.KeyCounts;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * How rows group by some columns. A row that has none of the columns belongs to no group, as in Deequ.
 *
 * @param count number of groups
 * @param rows rows in groups
 * @param singles groups of one row
 * @param logs sum of n ln n over groups of n rows
 * @param shared a group with several rows, where there is one and values are known
 * @param smallest a group with the fewest rows, where values are known
 * @param largest a group with the most rows, where values are known
 */
record Groups(
        long count,
        long rows,
        long singles,
        double logs,
        Optional<Group> shared,
        Optional<Group> smallest,
        Optional<Group> largest) {
    /** Values in the order of the columns' names, and how many rows have them. */
    record Group(List<String> values, long rows) {}

    /** Of no rows. */
    static final Groups NONE = new Groups(0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** Groups by a single column whose values the profile has counted, without a job. */
    static Optional<Groups> counted(SortedSet<String> set, TableProfile profile) {
        return Optional.of(set)
                .filter(columns -> columns.size() == 1)
                .map(columns -> profile.columns().get(columns.first()))
                .flatMap(ColumnProfile::distinct)
                .filter(Distinct.Counted.class::isInstance)
                .map(distinct -> of(((Distinct.Counted) distinct).frequencies()));
    }

    /** Groups that fingerprints tell apart: their numbers, without a value. */
    static Groups counted(KeyCounts counts) {
        long count = 0;
        long rows = 0;
        double logs = 0;
        for (Map.Entry<Long, Long> entry : counts.groups().entrySet()) {
            long size = entry.getKey();
            count += entry.getValue();
            rows += entry.getValue() * size;
            logs += entry.getValue() * size * Math.log((double) size);
        }
        long singles = counts.groups().getOrDefault(1L, 0L);
        return new Groups(count, rows, singles, logs, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Groups of(SortedMap<String, Long> frequencies) {
        Groups groups = NONE;
        for (Map.Entry<String, Long> entry : frequencies.entrySet()) {
            long rows = entry.getValue();
            Optional<Group> group = Optional.of(new Group(List.of(entry.getKey()), rows));
            groups = new Groups(
                    groups.count + 1,
                    groups.rows + rows,
                    groups.singles + (rows == 1 ? 1 : 0),
                    groups.logs + rows * Math.log((double) rows),
                    groups.shared.or(() -> group.filter(many -> many.rows > 1)),
                    groups.smallest.filter(least -> least.rows <= rows).or(() -> group),
                    groups.largest.filter(most -> most.rows >= rows).or(() -> group));
        }
        return groups;
    }
}
