package dev.sluice.adapter.deequ;

import dev.sluice.frame.Columns;
import dev.sluice.frame.OneJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How rows group by sets of columns, and what the columns of pairs say of one another, by one query: every set of columns is grouped by
 * as what it is, and its groups are put together for each that asks for them.
 *
 * @param sets by which rows are grouped
 * @param names of all columns
 */
record GroupQuery(List<Grouping> asked, List<Grouping> pairs, List<SortedSet<String>> sets, List<String> names) {
    /** Stands for the value of a column where none is asked for. */
    static final String ALL = "";

    /** Columns of the answer before those of pairs. */
    private static final int OWN = 9;

    /**
     * How rows group.
     *
     * @param groups of what was asked for, by the value of its column; of all rows, by {@link #ALL}
     * @param information of each pair of columns, in nats, by the same; nothing where no row has both
     */
    record Answer(Map<Grouping, Map<String, Groups>> groups, Map<Grouping, Map<String, Double>> information) {
        /** Of all rows. */
        Groups ofAll(Grouping asked) {
            return groups.get(asked).getOrDefault(ALL, Groups.NONE);
        }
    }

    static GroupQuery of(Set<Grouping> groups, Set<Grouping> pairs) {
        Set<Grouping> asked = new LinkedHashSet<>(groups);
        pairs.forEach(pair -> {
            asked.add(pair);
            pair.columns().forEach(column -> asked.add(Grouping.of(column, pair.per())));
        });
        return new GroupQuery(
                List.copyOf(asked),
                List.copyOf(pairs),
                List.copyOf(asked.stream().map(Grouping::set).collect(Collectors.toCollection(LinkedHashSet::new))),
                List.copyOf(asked.stream()
                        .flatMap(one -> one.set().stream())
                        .collect(Collectors.toCollection(TreeSet::new))));
    }

    /**
     * Asks. The answer is PLAN_INVALID when a column has more than {@link PerGroup#MOST} values whose rows are asked for.
     *
     * @param answer what is told how rows group; nothing where nothing is asked for
     */
    void ask(OneJob job, Consumer<Answer> answer) {
        if (asked.isEmpty()) {
            return;
        }
        String view = "groups_" + UUID.randomUUID().toString().replace("-", "");
        Dataset<Row> rows = job.rows();
        SparkSession spark = rows.sparkSession();
        rows.createOrReplaceTempView(view);
        try {
            job.ask(spark.sql(sql(view)), found -> answer.accept(answer(found)));
        } finally {
            spark.catalog().dropTempView(view);
        }
    }

    private Answer answer(List<Row> found) {
        Map<Grouping, Map<String, Row>> answers = new HashMap<>();
        asked.forEach(one -> answers.put(one, new HashMap<>()));
        found.forEach(row -> answers.get(asked.get(row.getInt(0))).put(row.isNullAt(1) ? ALL : row.getString(1), row));
        Map<Grouping, Map<String, Groups>> groups = new HashMap<>();
        answers.forEach((one, values) -> groups.put(one, groups(one, values)));
        Map<Grouping, Map<String, Double>> information = new HashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            information.put(pairs.get(i), information(pairs.get(i), OWN + 2 * i, answers));
        }
        return new Answer(groups, information);
    }

    private Map<String, Groups> groups(Grouping one, Map<String, Row> values) {
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
    private static Map<String, Double> information(Grouping pair, int at, Map<Grouping, Map<String, Row>> answers) {
        Map<String, Double> information = new HashMap<>();
        answers.get(pair).forEach((value, joint) -> {
            if (joint.getLong(at) > 0) {
                double total = (double) joint.getLong(3);
                double sum = joint.getDouble(at + 1) + joint.getLong(at) * Math.log(total);
                for (String column : pair.columns()) {
                    sum -= answers.get(Grouping.of(column, pair.per()))
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
            both.append(", count_if(").append(present(pairs.get(i), " AND ")).append(") AS both" + i);
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
                Grouping one = asked.get(i);
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

    private String present(Grouping one, String operator) {
        return one.columns().stream().map(name -> key(name) + " IS NOT NULL").collect(Collectors.joining(operator));
    }

    private String key(String name) {
        return "k" + names.indexOf(name);
    }

    private static String texts(String struct, List<String> keys) {
        return keys.stream()
                .map(key -> "CAST(" + struct + "." + key + " AS STRING)")
                .collect(Collectors.joining(", ", "array(CAST(" + struct + ".n AS STRING), ", ")"));
    }

    private static Optional<Groups.Group> group(Row row, int i, SortedSet<String> set, List<String> names) {
        List<String> texts = row.getList(i);
        if (texts.get(0) == null) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        set.forEach(name -> values.add(String.valueOf(texts.get(1 + names.indexOf(name)))));
        return Optional.of(new Groups.Group(values, Long.parseLong(texts.get(0))));
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
