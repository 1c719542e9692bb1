package dev.sluice.adapter.deequ;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.ScanShareableAnalyzer;
import com.amazon.deequ.analyzers.State;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/**
 * Numbers of each group: what Deequ's analyzers aggregate, grouped by the values of columns, all checks and all columns in one job; and
 * what they measure on groupings, which all are one job anyway. Rows without a value belong to no group.
 */
final class PerGroup {
    /** Of more groups there is no verdict: they would all come to the driver. */
    static final int MOST = 10_000;

    private static final String GROUP = "__group";
    private static final String NUMBER = GROUP + ".number";
    private static final String VALUE = GROUP + ".value";

    private final Shown shown;
    private final Map<String, GroupJudge> asked = new LinkedHashMap<>();

    private final SortedMap<String, Set<Analyzer<?, Metric<?>>>> measured = new TreeMap<>();
    private final Map<String, List<Group>> groups = new HashMap<>();

    PerGroup(Shown shown) {
        this.shown = shown;
    }

    /** What one group has. */
    record Group(String value, long rows, Map<Analyzer<?, Metric<?>>, Metric<?>> metrics) {}

    void ask(String name, Check check, List<Bounded> parts) {
        asked.put(name, new GroupJudge(check, parts, shown));
    }

    /** What the scan is to measure of each group besides. */
    void measure(String per, Set<Analyzer<?, Metric<?>>> analyzers) {
        measured.computeIfAbsent(per, column -> new LinkedHashSet<>()).addAll(analyzers);
    }

    /** What is to be measured on groupings of the rows of each value of a column, by the column. */
    Map<String, Set<Analyzer<?, Metric<?>>>> groupings() {
        Map<String, Set<Analyzer<?, Metric<?>>>> each = new LinkedHashMap<>();
        asked.values().stream().filter(PerGroup::isGrouping).forEach(one -> each.computeIfAbsent(
                        one.per(), per -> new LinkedHashSet<>())
                .addAll(one.analyzers()));
        return each;
    }

    private static boolean isGrouping(GroupJudge one) {
        return one.analyzers().stream().allMatch(GroupMetrics::measure);
    }

    /** Measures each group, all columns by one scan. */
    void scan(Dataset<Row> rows) {
        asked.values().stream().filter(one -> !isGrouping(one)).forEach(one -> measure(one.per(), one.analyzers()));
        if (!measured.isEmpty()) {
            groups.putAll(scan(
                    rows,
                    List.copyOf(measured.keySet()),
                    List.copyOf(measured.values().stream()
                            .flatMap(Set::stream)
                            .collect(Collectors.toCollection(LinkedHashSet::new)))));
        }
    }

    /** The groups of a column that was scanned. */
    List<Group> of(String per) {
        return groups.get(per);
    }

    /**
     * The verdicts, by the checks' names.
     *
     * @param metrics what was measured on groupings
     */
    Map<String, Verdict> answer(Metrics metrics) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        asked.forEach((name, one) -> verdicts.put(
                name,
                isGrouping(one)
                        ? one.verdict(metrics.perGroup(one.per()), Source.GROUPING)
                        : one.verdict(of(one.per()), Source.DEEQU)));
        return verdicts;
    }

    private static Map<String, List<Group>> scan(
            Dataset<Row> rows, List<String> columns, List<Analyzer<?, Metric<?>>> analyzers) {
        List<Column> keys = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column value = col(Columns.quoted(columns.get(i))).cast("string");
            keys.add(struct(lit(i).as("number"), value.as("value")));
        }
        List<Column> aggregates = new ArrayList<>();
        analyzers.forEach(analyzer -> aggregates.addAll(functions(analyzer)));
        List<Row> answers = rows.withColumn(GROUP, explode(array(keys.toArray(Column[]::new))))
                .where(col(VALUE).isNotNull())
                .groupBy(col(NUMBER), col(VALUE))
                .agg(count(lit(1)), aggregates.toArray(Column[]::new))
                .limit(columns.size() * MOST + 1)
                .collectAsList();
        Map<String, List<Group>> groups = new LinkedHashMap<>();
        columns.forEach(column -> groups.put(column, new ArrayList<>()));
        for (Row row : answers) {
            Map<Analyzer<?, Metric<?>>, Metric<?>> metrics = new LinkedHashMap<>();
            int at = 3;
            for (Analyzer<?, Metric<?>> analyzer : analyzers) {
                metrics.put(analyzer, Metrics.told(metric((ScanShareableAnalyzer<?, ?>) analyzer, row, at)));
                at += functions(analyzer).size();
            }
            groups.get(columns.get(row.getInt(0))).add(new Group(row.getString(1), row.getLong(2), metrics));
        }
        groups.forEach((column, all) -> requireFew(column, all.size()));
        return groups;
    }

    /**
     * Passes when there are not too many groups.
     *
     * @throws SluiceException PLAN_INVALID when there are
     */
    static void requireFew(String column, int groups) {
        if (groups > MOST) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "checks are decided for each value of " + column + ": expected at most " + Words.count(MOST)
                            + " values, found more",
                    "name a column with fewer values in per, or say it of each row by a rule");
        }
    }

    private static List<Column> functions(Analyzer<?, ?> analyzer) {
        return JavaConverters.seqAsJavaList(((ScanShareableAnalyzer<?, ?>) analyzer).aggregationFunctions());
    }

    private static <S extends State<?>, M extends Metric<?>> Metric<?> metric(
            ScanShareableAnalyzer<S, M> analyzer, Row row, int at) {
        return analyzer.computeMetricFrom(analyzer.fromAggregationResult(row, at));
    }
}
