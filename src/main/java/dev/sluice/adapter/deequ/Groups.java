package dev.sluice.adapter.deequ;

import dev.sluice.frame.Columns;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
 * @param logs sum of n ln n over groups of n rows
 * @param shared the first group, in order of its values, with several rows
 * @param smallest a group with the fewest rows
 * @param largest a group with the most rows
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

    private static final Groups NONE = new Groups(0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** Groups by a single column whose values the profile has counted, without a job. */
    static Optional<Groups> counted(SortedSet<String> set, TableProfile profile) {
        return Optional.of(set)
                .filter(columns -> columns.size() == 1)
                .map(columns -> profile.columns().get(columns.first()))
                .flatMap(ColumnProfile::distinct)
                .filter(Distinct.Counted.class::isInstance)
                .map(distinct -> of(((Distinct.Counted) distinct).frequencies()));
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

    /**
     * How rows group by several sets of columns.
     *
     * @param groups by set
     * @param information of each pair of columns, in nats; empty where no row has both
     */
    record Scanned(Map<SortedSet<String>, Groups> groups, Map<SortedSet<String>, OptionalDouble> information) {}

    /**
     * Groups by each set of columns, and what columns of each pair say of one another, by one scan and shuffle of only these
     * columns.
     */
    static Scanned scan(Set<SortedSet<String>> sets, Set<SortedSet<String>> pairs, Dataset<Row> rows) {
        Set<SortedSet<String>> grouped = new LinkedHashSet<>(sets);
        pairs.forEach(pair -> {
            grouped.add(pair);
            pair.forEach(column -> grouped.add(new TreeSet<>(List.of(column))));
        });
        Query query = new Query(
                List.copyOf(grouped),
                List.copyOf(pairs),
                List.copyOf(grouped.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new))));
        return grouped.isEmpty() ? new Scanned(Map.of(), Map.of()) : query.run(rows);
    }

    /**
     * One query: every set of columns is grouped by as what it is.
     *
     * @param names of all columns
     */
    private record Query(List<SortedSet<String>> sets, List<SortedSet<String>> pairs, List<String> names) {
        /** Columns of the answer before those of pairs. */
        private static final int OWN = 8;

        Scanned run(Dataset<Row> rows) {
            String view = "groups_" + UUID.randomUUID().toString().replace("-", "");
            rows.createOrReplaceTempView(view);
            try {
                Map<SortedSet<String>, Groups> groups = new HashMap<>();
                Map<SortedSet<String>, Row> answers = new HashMap<>();
                sets.forEach(set -> groups.put(set, NONE));
                for (Row row : rows.sparkSession().sql(sql(view)).collectAsList()) {
                    SortedSet<String> set = sets.stream()
                            .filter(known -> groupingId(known, names) == row.getLong(0))
                            .findFirst()
                            .orElseThrow();
                    answers.put(set, row);
                    groups.put(
                            set,
                            new Groups(
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getDouble(4),
                                    group(row, 5, set, names),
                                    group(row, 6, set, names),
                                    group(row, 7, set, names)));
                }
                Map<SortedSet<String>, OptionalDouble> information = new HashMap<>();
                for (int i = 0; i < pairs.size(); i++) {
                    information.put(pairs.get(i), information(pairs.get(i), OWN + 2 * i, answers));
                }
                return new Scanned(groups, information);
            } finally {
                rows.sparkSession().catalog().dropTempView(view);
            }
        }

        /**
         * Deequ's: the sum of n/N ln(n N / (a b)) over groups of n rows that have both values, among N that have one of them;
         * a and b rows have the one and the other.
         */
        private static OptionalDouble information(SortedSet<String> pair, int at, Map<SortedSet<String>, Row> answers) {
            Row joint = answers.get(pair);
            if (joint == null || joint.getLong(at) == 0) {
                return OptionalDouble.empty();
            }
            double total = (double) joint.getLong(2);
            double sum = joint.getDouble(at + 1) + joint.getLong(at) * Math.log(total);
            for (String column : pair) {
                sum -= answers.get(new TreeSet<>(List.of(column))).getDouble(at + 1);
            }
            return OptionalDouble.of(sum / total);
        }

        private String sql(String view) {
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
            StringBuilder both = new StringBuilder();
            StringBuilder summed = new StringBuilder();
            StringBuilder told = new StringBuilder();
            for (int i = 0; i < pairs.size(); i++) {
                both.append(", count_if(")
                        .append(pairs.get(i).stream()
                                .map(name -> keys.get(names.indexOf(name)) + " IS NOT NULL")
                                .collect(Collectors.joining(" AND ")))
                        .append(") AS both" + i);
                summed.append(", sum(both" + i + ") AS both" + i + ", sum(both" + i + " * ln(n)) AS logs" + i);
                told.append(", both" + i + ", logs" + i);
            }
            return """
                WITH grouped AS (
                  SELECT %1$s, grouping_id() AS grouping_set, count(*) AS n%9$s
                  FROM (SELECT %2$s FROM %3$s) GROUP BY %1$s GROUPING SETS (%4$s)
                ), summed AS (
                  SELECT grouping_set, count(*) AS groups, sum(n) AS total, count_if(n = 1) AS singles,
                    sum(n * ln(n)) AS logs,
                    min(struct(%1$s, n)) FILTER (WHERE n > 1) AS shared,
                    min(struct(n, %1$s)) AS smallest, max(struct(n, %1$s)) AS largest%10$s
                  FROM grouped WHERE %5$s GROUP BY grouping_set
                )
                SELECT grouping_set, groups, total, singles, logs, %6$s, %7$s, %8$s%11$s FROM summed
                """
                    .formatted(
                            all,
                            columns,
                            view,
                            groupingSets,
                            some,
                            texts("shared", keys),
                            texts("smallest", keys),
                            texts("largest", keys),
                            both,
                            summed,
                            told);
        }
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
