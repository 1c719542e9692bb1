package dev.sluice.frame.asof;

import java.util.Iterator;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/** The calls into Spark's internals that the probe stands on; the passing of rows as Spark holds them is among them. */
final class Internals {
    /** Whether this Spark has what is called here. */
    static final boolean AVAILABLE = areThere();

    private static final int ROWS_BEFORE_SPILLING_MAY_BEGIN = 4096;

    private Internals() {}

    private static boolean areThere() {
        try {
            return Stream.of(
                            ExternalAppendOnlyUnsafeRowArray.class.getConstructor(int.class, int.class),
                            SparkSession.class.getMethod(
                                    "internalCreateDataFrame", RDD.class, StructType.class, boolean.class))
                    .allMatch(Objects::nonNull);
        } catch (NoSuchMethodException | LinkageError e) {
            return false;
        }
    }

    /** What is made of rows as Spark holds them, in the tasks that read them; these are one object each time. */
    static <T> RDD<T> made(Dataset<Row> rows, Deferred.Making<InternalRow, T> making, Class<? super T> type) {
        return new Deferred<>(
                rows.sparkSession().sparkContext(),
                () -> rows.queryExecution().toRdd(),
                InternalRow.class,
                making,
                type);
    }

    /** All rows, by one job. */
    static Iterator<InternalRow> collected(Dataset<Row> rows) {
        return JavaConverters.asJavaIterator(
                rows.queryExecution().executedPlan().executeCollectIterator()._2());
    }

    /** A frame of rows, which may be one object each time. */
    static Dataset<Row> frame(SparkSession session, RDD<InternalRow> rows, StructType schema) {
        return session.internalCreateDataFrame(rows, schema, false);
    }

    /** Rows that are kept, on disk where memory is short; only within a task. */
    static final class Kept {
        private final ExternalAppendOnlyUnsafeRowArray rows =
                new ExternalAppendOnlyUnsafeRowArray(ROWS_BEFORE_SPILLING_MAY_BEGIN, Integer.MAX_VALUE);

        void add(InternalRow row) {
            rows.add((UnsafeRow) row);
        }

        /** In the order in which they came. */
        Iterator<UnsafeRow> iterator() {
            return JavaConverters.asJavaIterator(rows.generateIterator());
        }
    }
}
