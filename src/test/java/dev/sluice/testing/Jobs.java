package dev.sluice.testing;

import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Counts what an action costs. */
public final class Jobs {
    private Jobs() {}

    /** Number of Spark jobs that the action starts from this thread. */
    public static int count(SparkSession spark, Runnable action) {
        SparkContext context = spark.sparkContext();
        String counted = UUID.randomUUID().toString();
        context.setJobGroup(counted, "counted", false);
        action.run();
        // Events come in order: once a later job is known, all of the action's are.
        String later = UUID.randomUUID().toString();
        context.setJobGroup(later, "later", false);
        spark.range(1).toJavaRDD().count();
        context.clearJobGroup();
        while (context.statusTracker().getJobIdsForGroup(later).length == 0) {
            Thread.onSpinWait();
        }
        return context.statusTracker().getJobIdsForGroup(counted).length;
    }
}
