package dev.sluice.frame.asof;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Rows that are made when they are first asked for: planning a query with adaptive execution in it runs jobs. */
final class Deferred<T> extends RDD<T> {
    private static final long serialVersionUID = 1L;

    private final transient Supplier<RDD<T>> rows;
    private final ClassTag<T> tag;

    Deferred(SparkContext context, Supplier<RDD<T>> rows, Class<T> type) {
        super(context, nothing(), ClassTag$.MODULE$.apply(type));
        this.rows = rows;
        this.tag = ClassTag$.MODULE$.apply(type);
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
    public Iterator<T> compute(Partition split, TaskContext context) {
        return firstParent(tag).iterator(split, context);
    }

    private static Seq<Dependency<?>> nothing() {
        return JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq();
    }
}
