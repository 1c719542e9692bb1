package dev.sluice.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** What tasks read of files. */
public record Reads(long rows, long bytes) {
    /** What the tasks of an action read; nothing else may run meanwhile. */
    public static Reads of(SparkSession spark, Runnable action) {
        SparkContext context = spark.sparkContext();
        Counter counter = new Counter();
        context.addSparkListener(counter);
        action.run();
        // Events come in order: once the end of a later job is known, so are the ends of all tasks before.
        counter.last = true;
        spark.range(1).toJavaRDD().count();
        try {
            counter.done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            context.removeSparkListener(counter);
        }
        return new Reads(counter.rows.sum(), counter.bytes.sum());
    }

    private static final class Counter extends SparkListener {
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean last;

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            rows.add(task.taskMetrics().inputMetrics().recordsRead());
            bytes.add(task.taskMetrics().inputMetrics().bytesRead());
        }

        @Override
        public void onJobEnd(SparkListenerJobEnd job) {
            if (last) {
                done.countDown();
            }
        }
    }
}
