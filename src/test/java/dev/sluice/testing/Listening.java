package dev.sluice.testing;

import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.SparkSession;

/** Lets a listener hear of everything that an action does, and of hardly more. */
final class Listening {
    private Listening() {}

    /** Returns when the listener has heard of the ends of all tasks of the action; nothing else may run meanwhile. */
    static void during(SparkSession spark, SparkListener listener, Runnable action) {
        SparkContext context = spark.sparkContext();
        Last last = new Last();
        context.addSparkListener(listener);
        context.addSparkListener(last);
        try {
            action.run();
            // Events come in order: once the end of a later job is known, so are the ends of all tasks before.
            last.awaited = true;
            spark.range(1).toJavaRDD().count();
            last.done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            context.removeSparkListener(listener);
            context.removeSparkListener(last);
        }
    }

    private static final class Last extends SparkListener {
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean awaited;

        @Override
        public void onJobEnd(SparkListenerJobEnd job) {
            if (awaited) {
                done.countDown();
            }
        }
    }
}
