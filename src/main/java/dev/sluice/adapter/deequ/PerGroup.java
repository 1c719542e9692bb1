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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
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
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    PerGroup(Shown shown) {
        this.shown = shown;
    }

    private record Asked(Check check, Bounded bounded) {}

    /** What one group has. */
    record Group(String value, long rows, Map<Analyzer<?, Metric<?>>, Metric<?>> metrics) {}

    private record Judgement(Group group, Bounded.Answer answer, double excess) {}

    void ask(String name, Check check, Bounded bounded) {
        asked.put(name, new Asked(check, bounded));
    }

    /** What is to be measured on groupings of the rows of each value of a column, by the column. */
    Map<String, Set<Analyzer<?, Metric<?>>>> groupings() {
        Map<String, Set<Analyzer<?, Metric<?>>>> each = new LinkedHashMap<>();
        asked.values().stream().filter(PerGroup::isGrouping).forEach(one -> each.computeIfAbsent(
                        one.check().per().orElseThrow(), per -> new LinkedHashSet<>())
                .addAll(one.bounded().analyzers()));
        return each;
    }

    private static boolean isGrouping(Asked one) {
        return one.bounded().analyzers().stream().allMatch(GroupMetrics::measure);
    }

    /**
     * The verdicts, by the checks' names.
     *
     * @param metrics what was measured on groupings
     */
    Map<String, Verdict> answer(Dataset<Row> rows, Metrics metrics) {
        List<Asked> scanned =
                asked.values().stream().filter(one -> !isGrouping(one)).toList();
        List<String> columns = List.copyOf(new TreeSet<>(
                scanned.stream().map(one -> one.check().per().orElseThrow()).toList()));
        List<Analyzer<?, Metric<?>>> analyzers = List.copyOf(scanned.stream()
                .flatMap(one -> one.bounded().analyzers().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        Map<String, List<Group>> groups = columns.isEmpty() ? Map.of() : scan(rows, columns, analyzers);
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        asked.forEach((name, one) -> {
            String per = one.check().per().orElseThrow();
            verdicts.put(
                    name,
                    isGrouping(one)
                            ? verdict(one, metrics.perGroup(per), Source.GROUPING)
                            : verdict(one, groups.get(per), Source.DEEQU));
        });
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

    private Verdict verdict(Asked one, List<Group> all, Source source) {
        Bounded bounded = one.bounded();
        String per = one.check().per().orElseThrow();
        long fewest = one.check().minRows().orElse(1L);
        List<Judgement> judged = all.stream()
                .filter(group -> group.rows() >= fewest)
                .map(group -> {
                    Bounded.Answer answer = bounded.answer(group.metrics()::get);
                    return new Judgement(group, answer, bounded.excess(answer));
                })
                .sorted(Comparator.comparingDouble((Judgement judgement) -> -judgement.excess())
                        .thenComparing(judgement -> judgement.group().value()))
                .toList();
        String expected = bounded.expected() + " for each " + per
                + (fewest == 1 ? "" : " of at least " + Words.count(fewest) + " rows");
        long small = (long) all.size() - judged.size();
        String left = small == 0 ? "" : "; " + Words.count(small) + " of fewer rows not judged";
        if (judged.isEmpty()) {
            // Nothing is wrong with groups that are too small to tell, but without any group nothing is known.
            return new Verdict(
                    small > 0,
                    bounded.column(),
                    OptionalDouble.empty(),
                    (all.isEmpty() ? "no rows with a " + per : "no " + per + " of " + Words.count(fewest) + " rows")
                            + left,
                    expected,
                    source);
        }
        List<Judgement> failed =
                judged.stream().filter(judgement -> judgement.excess() >= 0).toList();
        return failed.isEmpty()
                ? good(bounded, judged, left, expected, source)
                : new Verdict(
                        false,
                        bounded.column(),
                        failed.get(0).answer().value(),
                        told(bounded, failed.get(0).answer()) + " for " + per + " = "
                                + shown.value(per, failed.get(0).group().value()) + " in "
                                + Words.rows(failed.get(0).group().rows()) + ", the worst of "
                                + Words.count(failed.size()) + " that break it, of " + Words.count(judged.size())
                                + left,
                        expected,
                        source);
    }

    private static Verdict good(Bounded bounded, List<Judgement> judged, String left, String expected, Source source) {
        List<Double> ordered = judged.stream()
                .flatMap(judgement -> judgement.answer().value().stream().boxed())
                .distinct()
                .sorted()
                .toList();
        String range = ordered.isEmpty()
                ? "no value"
                : bounded.words().apply(ordered.get(0))
                        + (ordered.size() == 1 ? "" : " to " + bounded.words().apply(ordered.get(ordered.size() - 1)));
        return new Verdict(
                true,
                bounded.column(),
                ordered.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(
                                bounded.min().isPresent() ? ordered.get(0) : ordered.get(ordered.size() - 1)),
                range + " for each of " + Words.count(judged.size()) + left,
                expected,
                source);
    }

    private static String told(Bounded bounded, Bounded.Answer answer) {
        return answer.value().isPresent()
                ? bounded.words().apply(answer.value().getAsDouble()) + bounded.of()
                : "no value";
    }
}
