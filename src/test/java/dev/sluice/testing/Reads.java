package dev.sluice.testing;

import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** What tasks read of files. */
public record Reads(long rows, long bytes) {
    /** What the tasks of an action read; nothing else may run meanwhile. */
    public static Reads of(SparkSession spark, Runnable action) {
        Counter counter = new Counter();
        Listening.during(spark, counter, action);
        return new Reads(counter.rows.sum(), counter.bytes.sum());
    }

    private static final class Counter extends SparkListener {
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            rows.add(task.taskMetrics().inputMetrics().recordsRead());
            bytes.add(task.taskMetrics().inputMetrics().bytesRead());
        }
    }
}
