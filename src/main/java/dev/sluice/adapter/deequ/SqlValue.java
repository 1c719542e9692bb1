package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzers;
import com.amazon.deequ.analyzers.ScanShareableAnalyzer;
import com.amazon.deequ.analyzers.SumState;
import com.amazon.deequ.metrics.DoubleMetric;
import com.amazon.deequ.metrics.Entity;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.Seq;

/**
 * A number that one expression of aggregates gives, as an analyzer of Deequ's, so that it shares the scan of all others; Deequ's own
 * {@code CustomSql} would have a scan and a view for itself.
 *
 * @param sql the expression for this run
 * @param written the expression as the pipeline has it, the same for every run
 */
record SqlValue(String sql, String written) implements ScanShareableAnalyzer<SumState, DoubleMetric> {
    private static final Pattern COUNT = Pattern.compile("(?i)\\s*count\\s*\\(\\s*(\\*|1)\\s*\\)\\s*");

    /** A number of no series. */
    SqlValue(String sql) {
        this(sql, sql);
    }

    @Override
    public Seq<Column> aggregationFunctions() {
        return Constraints.seq(List.of(functions.expr(sql).cast(DataTypes.DoubleType)));
    }

    @Override
    public Option<SumState> fromAggregationResult(Row result, int offset) {
        return result.isNullAt(offset) ? Option.empty() : Option.apply(new SumState(result.getDouble(offset)));
    }

    @Override
    public DoubleMetric computeMetricFrom(Option<SumState> state) {
        return Constraints.metric(
                this, state.isDefined() ? OptionalDouble.of(state.get().metricValue()) : OptionalDouble.empty());
    }

    @Override
    public DoubleMetric toFailureMetric(Exception failure) {
        return Analyzers.metricFromFailure(failure, "SqlValue", sql, Entity.Dataset());
    }

    /** Whether it is the number of rows. */
    boolean countsRows() {
        return COUNT.matcher(sql).matches();
    }
}
