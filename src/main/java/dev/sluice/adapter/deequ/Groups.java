package dev.sluice.adapter.deequ;

import dev.sluice.frame.Columns;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How rows group by some columns. A row that has none of the columns belongs to no group, as in Deequ.
 *
 * @param count number of groups
 * @param rows rows in groups
 * @param singles groups of one row
 * @param shared the first group, in order of its values, with several rows
 * @param smallest a group with the fewest rows
 * @param largest a group with the most rows
 */
record Groups(
        long count,
        long rows,
        long singles,
        Optional<Group> shared,
        Optional<Group> smallest,
        Optional<Group> largest) {
    /** Values in the order of the columns' names, and how many rows have them. */
    record Group(List<String> values, long rows) {}

    private static final Groups NONE = new Groups(0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Groups by each set of columns: those of a single column whose values the profile has counted without a job, all
     * others together by one scan and shuffle of only their columns.
     */
    static Map<SortedSet<String>, Groups> of(
            Collection<SortedSet<String>> sets, Dataset<Row> rows, TableProfile profile) {
        Map<SortedSet<String>, Groups> groups = new HashMap<>();
        Set<SortedSet<String>> unknown = new LinkedHashSet<>();
        for (SortedSet<String> set : sets) {
            counted(set, profile).ifPresentOrElse(known -> groups.put(set, of(known)), () -> unknown.add(set));
        }
        if (!unknown.isEmpty()) {
            groups.putAll(scan(List.copyOf(unknown), rows));
        }
        return groups;
    }

    private static Optional<SortedMap<String, Long>> counted(SortedSet<String> set, TableProfile profile) {
        return Optional.of(set)
                .filter(columns -> columns.size() == 1)
                .map(columns -> profile.columns().get(columns.first()))
                .flatMap(ColumnProfile::distinct)
                .filter(Distinct.Counted.class::isInstance)
                .map(distinct -> ((Distinct.Counted) distinct).frequencies());
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
                    groups.shared.or(() -> group.filter(many -> many.rows > 1)),
                    groups.smallest.filter(least -> least.rows <= rows).or(() -> group),
                    groups.largest.filter(most -> most.rows >= rows).or(() -> group));
        }
        return groups;
    }

    private static Map<SortedSet<String>, Groups> scan(List<SortedSet<String>> sets, Dataset<Row> rows) {
        List<String> names =
                List.copyOf(sets.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new)));
        String view = "groups_" + UUID.randomUUID().toString().replace("-", "");
        rows.createOrReplaceTempView(view);
        try {
            Map<SortedSet<String>, Groups> found = new HashMap<>();
            sets.forEach(set -> found.put(set, NONE));
            for (Row row : rows.sparkSession().sql(query(sets, names, view)).collectAsList()) {
                SortedSet<String> set = sets.stream()
                        .filter(known -> groupingId(known, names) == row.getLong(0))
                        .findFirst()
                        .orElseThrow();
                found.put(
                        set,
                        new Groups(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                group(row, 4, set, names),
                                group(row, 5, set, names),
                                group(row, 6, set, names)));
            }
            return found;
        } finally {
            rows.sparkSession().catalog().dropTempView(view);
        }
    }

    /** Grouping sets: every set of columns is grouped by as what it is, in one pass. */
    private static String query(List<SortedSet<String>> sets, List<String> names, String view) {
        List<String> keys =
                IntStream.range(0, names.size()).mapToObj(i -> "k" + i).toList();
        String columns = IntStream.range(0, names.size())
                .mapToObj(i -> Columns.quoted(names.get(i)) + " AS " + keys.get(i))
                .collect(Collectors.joining(", "));
        String groupingSets = sets.stream()
                .map(set -> set.stream()
                        .map(name -> keys.get(names.indexOf(name)))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        String all = String.join(", ", keys);
        String some = keys.stream().map(key -> key + " IS NOT NULL").collect(Collectors.joining(" OR "));
        return """
            WITH grouped AS (
              SELECT %1$s, grouping_id() AS grouping_set, count(*) AS n
              FROM (SELECT %2$s FROM %3$s) GROUP BY %1$s GROUPING SETS (%4$s)
            ), summed AS (
              SELECT grouping_set, count(*) AS groups, sum(n) AS total, count_if(n = 1) AS singles,
                min(struct(%1$s, n)) FILTER (WHERE n > 1) AS shared,
                min(struct(n, %1$s)) AS smallest, max(struct(n, %1$s)) AS largest
              FROM grouped WHERE %5$s GROUP BY grouping_set
            )
            SELECT grouping_set, groups, total, singles, %6$s, %7$s, %8$s FROM summed
            """
                .formatted(
                        all,
                        columns,
                        view,
                        groupingSets,
                        some,
                        texts("shared", keys),
                        texts("smallest", keys),
                        texts("largest", keys));
    }

    private static String texts(String struct, List<String> keys) {
        return keys.stream()
                .map(key -> "CAST(" + struct + "." + key + " AS STRING)")
                .collect(Collectors.joining(", ", "array(CAST(" + struct + ".n AS STRING), ", ")"));
    }

    private static Optional<Group> group(Row row, int i, SortedSet<String> set, List<String> names) {
        List<String> texts = row.getList(i);
        if (texts.get(0) == null) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        set.forEach(name -> values.add(String.valueOf(texts.get(1 + names.indexOf(name)))));
        return Optional.of(new Group(values, Long.parseLong(texts.get(0))));
    }

    /** One bit per column, the first one highest, set where the column is not grouped by. */
    private static long groupingId(SortedSet<String> set, List<String> names) {
        long id = 0;
        for (String name : names) {
            id = 2 * id + (set.contains(name) ? 0 : 1);
        }
        return id;
    }
}
