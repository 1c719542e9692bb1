package dev.sluice.testing;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import org.apache.spark.sql.SparkSession;

/**
 * The assertions of spark-testing-base on datasets, over the test's own session: {@code assertDatasetEquals} (in order), {@code assertDataFrameDataEquals} (in any
 * order), {@code assertDatasetApproximateEquals} (in order, doubles within a tolerance). A difference is an {@link AssertionError}; rows that differ approximately
 * are also printed.
 */
public final class FrameComparison extends JavaDatasetSuiteBase {

    private static final long serialVersionUID = 1L;

    private final transient SparkSession session;

    /** Compares frames of {@code session}. */
    public FrameComparison(SparkSession session) {
        this.session = session;
    }

    @Override
    public SparkSession spark() {
        return session;
    }
}
