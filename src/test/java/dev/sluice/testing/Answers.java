package dev.sluice.testing;

import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * What tasks answer the driver: all that it gets of their rows.
 *
 * @param number of tasks
 * @param bytes of their results, with the counts that Spark adds to each
 */
public record Answers(long number, long bytes) {
    /** What the tasks of an action answer; nothing else may run meanwhile. */
    public static Answers of(SparkSession spark, Runnable action) {
        Counter counter = new Counter();
        Listening.during(spark, counter, action);
        return new Answers(counter.number.sum(), counter.bytes.sum());
    }

    private static final class Counter extends SparkListener {
        private final LongAdder number = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            number.increment();
            bytes.add(task.taskMetrics().resultSize());
        }
    }
}
