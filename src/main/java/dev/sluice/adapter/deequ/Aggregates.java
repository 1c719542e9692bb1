package dev.sluice.adapter.deequ;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.KLLSketch;
import com.amazon.deequ.analyzers.Preconditions;
import com.amazon.deequ.analyzers.ScanShareableAnalyzer;
import com.amazon.deequ.analyzers.State;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.frame.OneJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * What Deequ's analyzers aggregate, with their own columns and their own metrics of these. An analyzer that does not fit the columns has
 * the failed metric that Deequ gives it.
 */
final class Aggregates {
    private static final String GROUP = "__group";
    private static final String NUMBER = GROUP + ".number";
    private static final String VALUE = GROUP + ".value";

    private final Map<Analyzer<?, Metric<?>>, Metric<?>> unfit = new HashMap<>();
    private final Map<Analyzer<?, Metric<?>>, Integer> first = new HashMap<>();
    private final List<Column> columns = new ArrayList<>();

    private Aggregates(Collection<Analyzer<?, Metric<?>>> all, StructType schema) {
        for (Analyzer<?, Metric<?>> analyzer : all) {
            Option<Exception> misfit = Preconditions.findFirstFailing(schema, analyzer.preconditions());
            if (misfit.isDefined()) {
                unfit.put(analyzer, analyzer.toFailureMetric(misfit.get()));
            } else {
                first.put(analyzer, columns.size());
                columns.addAll(JavaConverters.seqAsJavaList(shared(analyzer).aggregationFunctions()));
            }
        }
    }

    /** Whether an analyzer only aggregates. Deequ has a pass of its own for sketches. */
    static boolean measure(Analyzer<?, ?> analyzer) {
        return analyzer instanceof ScanShareableAnalyzer && !(analyzer instanceof KLLSketch);
    }

    /**
     * Asks for metrics of all rows.
     *
     * @param analyzers that {@link #measure}
     */
    static void ask(
            OneJob job,
            Collection<Analyzer<?, Metric<?>>> analyzers,
            Consumer<Map<Analyzer<?, Metric<?>>, Metric<?>>> answer) {
        Aggregates all = new Aggregates(analyzers, job.schema());
        answer.accept(all.unfit);
        if (!all.columns.isEmpty()) {
            job.ask(
                    job.rows()
                            .agg(
                                    all.columns.get(0),
                                    all.columns.subList(1, all.columns.size()).toArray(Column[]::new)),
                    found -> answer.accept(all.metrics(found.get(0), 0)));
        }
    }

    /**
     * Asks for metrics of each group of all columns, by one query. The answer is {@link SluiceException} PLAN_INVALID when there are more
     * than {@link PerGroup#MOST}.
     *
     * @param each what is measured of the rows of each value of a column, by the column
     * @param answer what is told the groups of each column; nothing where nothing is asked for
     */
    static void askEach(
            OneJob job,
            Map<String, Set<Analyzer<?, Metric<?>>>> each,
            Consumer<Map<String, List<PerGroup.Group>>> answer) {
        if (each.isEmpty()) {
            return;
        }
        Aggregates all = new Aggregates(
                each.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(LinkedHashSet::new)),
                job.schema());
        List<String> columns = List.copyOf(each.keySet());
        List<Column> keys = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column value = col(Columns.quoted(columns.get(i))).cast("string");
            keys.add(struct(lit(i).as("number"), value.as("value")));
        }
        Dataset<Row> query = job.rows()
                .withColumn(GROUP, explode(array(keys.toArray(Column[]::new))))
                .where(col(VALUE).isNotNull())
                .groupBy(col(NUMBER), col(VALUE))
                .agg(count(lit(1)), all.columns.toArray(Column[]::new))
                .limit(columns.size() * PerGroup.MOST + 1);
        job.ask(query, found -> answer.accept(all.groups(columns, found)));
    }

    private Map<String, List<PerGroup.Group>> groups(List<String> columns, List<Row> found) {
        Map<String, List<PerGroup.Group>> groups = new LinkedHashMap<>();
        columns.forEach(column -> groups.put(column, new ArrayList<>()));
        found.forEach(row -> groups.get(columns.get(row.getInt(0)))
                .add(new PerGroup.Group(row.getString(1), row.getLong(2), metrics(row, 3))));
        groups.forEach((column, all) -> PerGroup.requireFew(column, all.size()));
        return groups;
    }

    /** Metrics from a row of an answer, in which ours come after some other columns. */
    private Map<Analyzer<?, Metric<?>>, Metric<?>> metrics(Row row, int others) {
        Map<Analyzer<?, Metric<?>>, Metric<?>> metrics = new HashMap<>(unfit);
        first.forEach((analyzer, at) -> metrics.put(analyzer, metric(shared(analyzer), row, others + at)));
        return metrics;
    }

    private static ScanShareableAnalyzer<?, ?> shared(Analyzer<?, ?> analyzer) {
        return (ScanShareableAnalyzer<?, ?>) analyzer;
    }

    private static <S extends State<?>, M extends Metric<?>> Metric<?> metric(
            ScanShareableAnalyzer<S, M> analyzer, Row row, int at) {
        return analyzer.computeMetricFrom(analyzer.fromAggregationResult(row, at));
    }
}
