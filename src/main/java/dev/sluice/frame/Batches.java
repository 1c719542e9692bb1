package dev.sluice.frame;

import java.util.List;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The batches of columns that rows are made of, where Spark's plan makes rows of batches and does nothing else with them
 * than to choose, order and rename columns. A filter, a computed column, deletion vectors of a Delta table: there are none.
 *
 * @param columns which of a batch's columns each column of the rows is
 */
record Batches(RDD<ColumnarBatch> batches, List<Integer> columns) {
    static Optional<Batches> of(Dataset<Row> rows) {
        SparkPlan plan = inner(rows.queryExecution().executedPlan());
        Seq<?> chosen = plan.output();
        if (plan instanceof ProjectExec project) {
            chosen = project.projectList();
            plan = inner(project.child());
        }
        if (!(plan instanceof ColumnarToRowExec toRows)) {
            return Optional.empty();
        }
        SparkPlan scan = inner(toRows.child());
        List<Integer> columns = JavaConverters.seqAsJavaList(chosen).stream()
                .map(column -> position(column, scan))
                .toList();
        if (columns.contains(-1)) {
            return Optional.empty();
        }
        return Optional.of(new Batches(scan.executeColumnar(), columns));
    }

    /** What compiled code is made of is the same plan. */
    static SparkPlan inner(SparkPlan plan) {
        if (plan instanceof WholeStageCodegenExec stage) {
            return inner(stage.child());
        }
        return plan instanceof InputAdapter adapter ? inner(adapter.child()) : plan;
    }

    /** Which column of a scan an expression is; -1 when it is another. */
    static int position(Object column, SparkPlan scan) {
        Object plain = column instanceof Alias alias ? alias.child() : column;
        if (!(plain instanceof Attribute attribute)) {
            return -1;
        }
        int position = 0;
        for (Attribute output : JavaConverters.seqAsJavaList(scan.output())) {
            if (output.exprId().equals(attribute.exprId())) {
                return position;
            }
            position++;
        }
        return -1;
    }
}
