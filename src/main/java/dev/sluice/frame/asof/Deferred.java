package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What is made of each task's rows. The rows are asked for when they are first needed, since planning a query with adaptive execution in
 * it runs jobs. Spark's own way to say this is a chain of closures, for each of which it reads the code of whole classes.
 */
final class Deferred<S, T> extends RDD<T> {
    private static final long serialVersionUID = 1L;

    private final transient Supplier<RDD<S>> rows;
    private final Making<S, T> making;
    private final ClassTag<S> tag;

    /** What is made of the rows of one task. */
    @FunctionalInterface
    interface Making<S, T> extends Function<Iterator<S>, Iterator<T>>, Serializable {}

    Deferred(SparkContext context, Supplier<RDD<S>> rows, Class<S> from, Making<S, T> making, Class<? super T> to) {
        super(context, nothing(), ClassTag$.MODULE$.apply(to));
        this.rows = rows;
        this.making = making;
        this.tag = ClassTag$.MODULE$.apply(from);
    }

    @Override
    public Seq<Dependency<?>> getDependencies() {
        return JavaConverters.asScalaBuffer(List.<Dependency<?>>of(new OneToOneDependency<>(rows.get())))
                .toSeq();
    }

    @Override
    public Partition[] getPartitions() {
        return firstParent(tag).partitions();
    }

    @Override
    public scala.collection.Iterator<T> compute(Partition split, TaskContext context) {
        return JavaConverters.asScalaIterator(
                making.apply(JavaConverters.asJavaIterator(firstParent(tag).iterator(split, context))));
    }

    private static Seq<Dependency<?>> nothing() {
        return JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq();
    }
}
