package dev.sluice.frame;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Batches of columns as {@link Batches} are, each of one file and with it of one partition, whose name follows from any of their
 * rows.
 *
 * @param columns which of a batch's columns each column of the rows but the last is
 */
record PartitionBatches(RDD<ColumnarBatch> batches, List<Integer> columns, Namer namer) {
    /** Says of which partition a batch is. */
    record Namer(Seq<Expression> name, Seq<Attribute> batch) implements Serializable {
        /** For the batches of one task. */
        Function<ColumnarBatch, String> start() {
            UnsafeProjection projection = UnsafeProjection.create(name, batch);
            return rows -> projection.apply(rows.getRow(0)).getUTF8String(0).toString();
        }
    }

    /**
     * Where the last column is computed of nothing but columns that files are partitioned by, and the others are columns of
     * batches.
     */
    static Optional<PartitionBatches> of(Dataset<Row> named) {
        if (!(Batches.inner(named.queryExecution().executedPlan()) instanceof ProjectExec project)
                || !(Batches.inner(project.child()) instanceof ColumnarToRowExec toRows)
                || !(Batches.inner(toRows.child()) instanceof FileSourceScanExec scan)) {
            return Optional.empty();
        }
        List<?> chosen = JavaConverters.seqAsJavaList(project.projectList());
        Expression name = (Expression) chosen.get(chosen.size() - 1);
        List<Integer> columns = chosen.subList(0, chosen.size() - 1).stream()
                .map(column -> Batches.position(column, scan))
                .toList();
        Set<String> partitionedBy = Set.of(scan.relation().partitionSchema().fieldNames());
        boolean ofPartition = JavaConverters.asJavaCollection(name.references().toSeq()).stream()
                .allMatch(column -> partitionedBy.contains(column.name()));
        if (!ofPartition || columns.contains(-1)) {
            return Optional.empty();
        }
        return Optional.of(new PartitionBatches(
                scan.executeColumnar(),
                columns,
                new Namer(
                        JavaConverters.asScalaBuffer(List.of(name)).toList(),
                        scan.output().toList())));
    }
}
