package dev.sluice.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * What is shuffled.
 *
 * @param number of shuffles that rows were written to
 * @param rows that were written
 * @param bytes that were written, compressed
 * @param read rows that each task read that reads from shuffles, in order
 */
public record Shuffles(int number, long rows, long bytes, List<Long> read) {
    public Shuffles {
        read = List.copyOf(read);
    }

    /** What the tasks of an action shuffle; nothing else may run meanwhile. */
    public static Shuffles of(SparkSession spark, Runnable action) {
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
        return counter.shuffles();
    }

    /** The most rows that a task read, of those that the one in the middle did. */
    public double skew() {
        return (double) read.get(read.size() - 1) / read.get(read.size() / 2);
    }

    private static final class Counter extends SparkListener {
        private final Set<Integer> writing = new HashSet<>();
        private final List<Long> read = new ArrayList<>();
        private final CountDownLatch done = new CountDownLatch(1);
        private long rows;
        private long bytes;
        private volatile boolean last;

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
            TaskMetrics metrics = task.taskMetrics();
            if (metrics.shuffleWriteMetrics().recordsWritten() > 0) {
                writing.add(task.stageId());
                rows += metrics.shuffleWriteMetrics().recordsWritten();
                bytes += metrics.shuffleWriteMetrics().bytesWritten();
            }
            if (metrics.shuffleReadMetrics().recordsRead() > 0) {
                read.add(metrics.shuffleReadMetrics().recordsRead());
            }
        }

        @Override
        public void onJobEnd(SparkListenerJobEnd job) {
            if (last) {
                done.countDown();
            }
        }

        synchronized Shuffles shuffles() {
            return new Shuffles(
                    writing.size(), rows, bytes, read.stream().sorted().toList());
        }
    }
}
