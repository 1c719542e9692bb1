package dev.sluice.frame.asof;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Murmur3Hash;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.plans.physical.HashPartitioning;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.exchange.REPARTITION_BY_NUM$;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import org.apache.spark.sql.execution.exchange.ShuffleOrigin;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The calls into Spark's internals that the probe stands on; the passing of rows as Spark holds them is among them. */
final class Internals {
    /** Whether this Spark has what is called here. */
    static final boolean AVAILABLE = areThere();

    /** Place of a row that goes where its key goes. */
    static final int BY_KEY = 0;

    private static final int SEED = 42;
    private static final int ROWS_BEFORE_SPILLING_MAY_BEGIN = 4096;

    private Internals() {}

    private static boolean areThere() {
        try {
            return Stream.of(
                            ShuffleExchangeExec.class.getConstructor(
                                    Partitioning.class, SparkPlan.class, ShuffleOrigin.class, Option.class),
                            ExternalAppendOnlyUnsafeRowArray.class.getConstructor(int.class, int.class),
                            SparkSession.class.getMethod(
                                    "internalCreateDataFrame", RDD.class, StructType.class, boolean.class))
                    .allMatch(Objects::nonNull);
        } catch (NoSuchMethodException | LinkageError e) {
            return false;
        }
    }

    /**
     * Rows by their first columns: Spark's own exchange, whose number of tasks nothing changes afterwards, so that two of them fit
     * together. Rows with a null in these columns meet nothing, and are spread by what else they hold. A task's rows are one object
     * each time.
     */
    static RDD<InternalRow> byKey(Dataset<Row> rows, int keys, int tasks) {
        return exchanged(rows, plan -> place(output(plan), keys), tasks);
    }

    /** The same, but rows whose last column is not {@link #BY_KEY} go to the task that has this one of the {@link #places}. */
    static RDD<InternalRow> byPlace(Dataset<Row> rows, int keys, int tasks) {
        return exchanged(
                rows,
                plan -> {
                    List<Expression> columns = output(plan);
                    Expression place = columns.get(columns.size() - 1);
                    Expression byKey = place(columns.subList(0, columns.size() - 1), keys);
                    return new If(new EqualTo(place, Literal.create(BY_KEY, DataTypes.IntegerType)), byKey, place);
                },
                tasks);
    }

    /** For each task a number that {@link #byPlace} sends there. */
    static int[] places(int tasks) {
        int[] places = new int[tasks];
        int missing = tasks;
        for (int place = BY_KEY + 1; missing > 0; place++) {
            Expression number = Literal.create(place, DataTypes.IntegerType);
            Expression task = new HashPartitioning(seq(List.of(number)), tasks).partitionIdExpression();
            int found = (Integer) task.eval(null);
            if (places[found] == BY_KEY) {
                places[found] = place;
                missing--;
            }
        }
        return places;
    }

    private static RDD<InternalRow> exchanged(Dataset<Row> rows, Function<SparkPlan, Expression> place, int tasks) {
        SparkSession session = rows.sparkSession();
        SparkPlan exchange = session.withActive(() -> {
            SparkPlan plan = rows.queryExecution().executedPlan();
            Partitioning byHash = new HashPartitioning(seq(List.of(place.apply(plan))), tasks);
            return new ShuffleExchangeExec(byHash, plan, REPARTITION_BY_NUM$.MODULE$, Option.empty());
        });
        return new Deferred<>(session.sparkContext(), exchange::execute, InternalRow.class);
    }

    private static List<Expression> output(SparkPlan plan) {
        return List.copyOf(JavaConverters.seqAsJavaList(plan.output()));
    }

    /** A number by which rows are shuffled. */
    private static Expression place(List<Expression> columns, int keys) {
        List<Expression> key = columns.subList(0, keys);
        List<Expression> others = columns.subList(keys, columns.size()).stream()
                .filter(column -> column.dataType() instanceof AtomicType)
                .toList();
        Expression isNull =
                key.stream().<Expression>map(IsNull::new).reduce(Or::new).orElseThrow();
        return new If(isNull, new Murmur3Hash(seq(others), SEED), new Murmur3Hash(seq(key), SEED));
    }

    private static Seq<Expression> seq(List<Expression> expressions) {
        return JavaConverters.asScalaBuffer(expressions).toList();
    }

    /** Rows as Spark holds them, in the tasks that read them; one object each time. */
    static RDD<InternalRow> rows(Dataset<Row> rows) {
        return new Deferred<>(
                rows.sparkSession().sparkContext(), () -> rows.queryExecution().toRdd(), InternalRow.class);
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
