package dev.sluice.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * What is shuffled.
 *
 * @param number of shuffles that something was written to
 * @param bytes that were written, compressed
 * @param read bytes that each task read that reads from shuffles, in order
 */
public record Shuffles(int number, long bytes, List<Long> read) {
    public Shuffles {
        read = List.copyOf(read);
    }

    /** What the tasks of an action shuffle; nothing else may run meanwhile. */
    public static Shuffles of(SparkSession spark, Runnable action) {
        Counter counter = new Counter();
        Listening.during(spark, counter, action);
        return counter.shuffles();
    }

    /** The most bytes that a task read, of those that the one in the middle did. */
    public double skew() {
        return (double) read.get(read.size() - 1) / read.get(read.size() / 2);
    }

    private static final class Counter extends SparkListener {
        private final Set<Integer> writing = new HashSet<>();
        private final List<Long> read = new ArrayList<>();
        private long bytes;

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
            TaskMetrics metrics = task.taskMetrics();
            if (metrics.shuffleWriteMetrics().recordsWritten() > 0) {
                writing.add(task.stageId());
                bytes += metrics.shuffleWriteMetrics().bytesWritten();
            }
            if (metrics.shuffleReadMetrics().recordsRead() > 0) {
                read.add(metrics.shuffleReadMetrics().totalBytesRead());
            }
        }

        synchronized Shuffles shuffles() {
            return new Shuffles(writing.size(), bytes, read.stream().sorted().toList());
        }
    }
}
