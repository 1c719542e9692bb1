package dev.sluice.adapter.deequ;

import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
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
 * @param logs sum of n ln n over groups of n rows
 * @param shared a group with several rows, where one is asked for
 * @param smallest a group with the fewest rows, where it is asked for
 * @param largest a group with the most rows, where it is asked for
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

    /** Stands for the value of a column where none is asked for. */
    static final String ALL = "";

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
     * Groups by columns, of all rows or of those of each value of a column.
     *
     * @param per column whose every value's rows are grouped by themselves
     */
    record Asked(SortedSet<String> columns, Optional<String> per) {
        static Asked of(SortedSet<String> columns) {
            return new Asked(columns, Optional.empty());
        }

        static Asked of(String column, Optional<String> per) {
            return new Asked(new TreeSet<>(List.of(column)), per);
        }

        /** The columns by which rows must be grouped for it. */
        private SortedSet<String> set() {
            NavigableSet<String> set = new TreeSet<>(columns);
            per.ifPresent(set::add);
            return set;
        }
    }

    /**
     * How rows group.
     *
     * @param groups of what was asked for, by the value of its column; of all rows, by {@link #ALL}
     * @param information of each pair of columns, in nats, by the same; nothing where no row has both
     */
    record Scanned(Map<Asked, Map<String, Groups>> groups, Map<Asked, Map<String, Double>> information) {
        /** Of all rows. */
        Groups ofAll(Asked asked) {
            return groups.get(asked).getOrDefault(ALL, NONE);
        }
    }

    /**
     * Groups by each set of columns, and what columns of each pair say of one another, by one scan and shuffle of only these
     * columns.
     *
     * @throws SluiceException PLAN_INVALID when a column has more than {@link PerGroup#MOST} values whose rows are asked for
     */
    static Scanned scan(Set<Asked> groups, Set<Asked> pairs, Dataset<Row> rows) {
        Set<Asked> asked = new LinkedHashSet<>(groups);
        pairs.forEach(pair -> {
            asked.add(pair);
            pair.columns().forEach(column -> asked.add(Asked.of(column, pair.per())));
        });
        Query query = new Query(
                List.copyOf(asked),
                List.copyOf(pairs),
                List.copyOf(asked.stream().map(Asked::set).collect(Collectors.toCollection(LinkedHashSet::new))),
                List.copyOf(asked.stream()
                        .flatMap(one -> one.set().stream())
                        .collect(Collectors.toCollection(TreeSet::new))));
        return asked.isEmpty() ? new Scanned(Map.of(), Map.of()) : query.run(rows);
    }

    /**
     * One query: every set of columns is grouped by as what it is, and its groups are put together for each that asks for them.
     *
     * @param names of all columns
     */
    private record Query(List<Asked> asked, List<Asked> pairs, List<SortedSet<String>> sets, List<String> names) {
        /** Columns of the answer before those of pairs. */
        private static final int OWN = 9;

        Scanned run(Dataset<Row> rows) {
            String view = "groups_" + UUID.randomUUID().toString().replace("-", "");
            rows.createOrReplaceTempView(view);
            try {
                Map<Asked, Map<String, Row>> answers = new HashMap<>();
                asked.forEach(one -> answers.put(one, new HashMap<>()));
                for (Row row : rows.sparkSession().sql(sql(view)).collectAsList()) {
                    answers.get(asked.get(row.getInt(0))).put(row.isNullAt(1) ? ALL : row.getString(1), row);
                }
                Map<Asked, Map<String, Groups>> groups = new HashMap<>();
                answers.forEach((one, values) -> groups.put(one, groups(one, values)));
                Map<Asked, Map<String, Double>> information = new HashMap<>();
                for (int i = 0; i < pairs.size(); i++) {
                    information.put(pairs.get(i), information(pairs.get(i), OWN + 2 * i, answers));
                }
                return new Scanned(groups, information);
            } finally {
                rows.sparkSession().catalog().dropTempView(view);
            }
        }

        private Map<String, Groups> groups(Asked one, Map<String, Row> values) {
            one.per().ifPresent(per -> PerGroup.requireFew(per, values.size()));
            Map<String, Groups> groups = new HashMap<>();
            values.forEach((value, row) -> groups.put(
                    value,
                    new Groups(
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getDouble(5),
                            group(row, 6, one.columns(), names),
                            group(row, 7, one.columns(), names),
                            group(row, 8, one.columns(), names))));
            return groups;
        }

        /**
         * Deequ's: the sum of n/N ln(n N / (a b)) over groups of n rows that have both values, among N that have one of them;
         * a and b rows have the one and the other.
         */
        private static Map<String, Double> information(Asked pair, int at, Map<Asked, Map<String, Row>> answers) {
            Map<String, Double> information = new HashMap<>();
            answers.get(pair).forEach((value, joint) -> {
                if (joint.getLong(at) > 0) {
                    double total = (double) joint.getLong(3);
                    double sum = joint.getDouble(at + 1) + joint.getLong(at) * Math.log(total);
                    for (String column : pair.columns()) {
                        sum -= answers.get(Asked.of(column, pair.per()))
                                .get(value)
                                .getDouble(at + 1);
                    }
                    information.put(value, sum / total);
                }
            });
            return information;
        }

        private String sql(String view) {
            List<String> keys =
                    IntStream.range(0, names.size()).mapToObj(i -> "k" + i).toList();
            String columns = IntStream.range(0, names.size())
                    .mapToObj(i -> Columns.quoted(names.get(i)) + " AS " + keys.get(i))
                    .collect(Collectors.joining(", "));
            String groupingSets = sets.stream()
                    .map(set -> set.stream().map(this::key).collect(Collectors.joining(", ", "(", ")")))
                    .collect(Collectors.joining(", "));
            StringBuilder both = new StringBuilder();
            StringBuilder summed = new StringBuilder();
            StringBuilder told = new StringBuilder();
            for (int i = 0; i < pairs.size(); i++) {
                both.append(", count_if(")
                        .append(present(pairs.get(i), " AND "))
                        .append(") AS both" + i);
                summed.append(", sum(both" + i + ") AS both" + i + ", sum(both" + i + " * ln(n)) AS logs" + i);
                told.append(", both" + i + ", logs" + i);
            }
            return """
                WITH grouped AS (
                  SELECT %1$s, grouping_id() AS grouping_set, count(*) AS n%8$s
                  FROM (SELECT %2$s FROM %3$s) GROUP BY %1$s GROUPING SETS (%4$s)
                ), wanted AS (
                  SELECT *, explode(filter(CASE grouping_set%11$s END, a -> a IS NOT NULL)) AS ask FROM grouped
                ), summed AS (
                  SELECT ask.number AS number, ask.value AS value,
                    count(*) AS groups, sum(n) AS total, count_if(n = 1) AS singles, sum(n * ln(n)) AS logs,
                    min(struct(%1$s, n)) FILTER (WHERE n > 1) AS shared,
                    min(struct(n, %1$s)) AS smallest, max(struct(n, %1$s)) AS largest%9$s
                  FROM wanted GROUP BY ask.number, ask.value
                )
                SELECT number, value, groups, total, singles, logs, %5$s, %6$s, %7$s%10$s FROM summed%12$s
                """
                    .formatted(
                            String.join(", ", keys),
                            columns,
                            view,
                            groupingSets,
                            texts("shared", keys),
                            texts("smallest", keys),
                            texts("largest", keys),
                            both,
                            summed,
                            told,
                            wanted(),
                            limit());
        }

        /** For each set of columns, who asks for its groups, and of which value. */
        private String wanted() {
            StringBuilder cases = new StringBuilder();
            for (SortedSet<String> set : sets) {
                List<String> all = new ArrayList<>();
                for (int i = 0; i < asked.size(); i++) {
                    Asked one = asked.get(i);
                    if (one.set().equals(set)) {
                        String value = one.per().map(this::key).orElse("NULL");
                        String some = "(" + present(one, " OR ") + ")"
                                + one.per()
                                        .map(per -> " AND " + key(per) + " IS NOT NULL")
                                        .orElse("");
                        all.add("IF(" + some + ", named_struct('number', " + i + ", 'value', CAST(" + value
                                + " AS STRING)), NULL)");
                    }
                }
                cases.append(" WHEN ").append(groupingId(set, names)).append(" THEN array(");
                cases.append(String.join(", ", all)).append(')');
            }
            return cases.toString();
        }

        /** More rows than all that may be: one of the columns has too many values. */
        private String limit() {
            long each = asked.stream().filter(one -> one.per().isPresent()).count();
            return each == 0 ? "" : " LIMIT " + (asked.size() + each * PerGroup.MOST + 1);
        }

        private String present(Asked one, String operator) {
            return one.columns().stream()
                    .map(name -> key(name) + " IS NOT NULL")
                    .collect(Collectors.joining(operator));
        }

        private String key(String name) {
            return "k" + names.indexOf(name);
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
