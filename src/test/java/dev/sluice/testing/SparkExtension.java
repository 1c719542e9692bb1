package dev.sluice.testing;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the {@link SparkSession} it asks for by parameter. Use it through {@link SparkTest}.
 *
 * <p>One Spark context starts at the first such parameter of the JVM and stops after its last test. Each test gets a session of its own on it, the same one for
 * its {@code @BeforeEach} methods and itself: settings and temporary views are private to a test, the catalog's tables and the cache are not. A session asked for
 * by a constructor or by {@code @BeforeAll} belongs to the whole class.
 */
public final class SparkExtension implements ParameterResolver {

    static final String TAG = "spark";

    private static final Namespace NAMESPACE = Namespace.create(SparkExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SparkSession.class;
    }

    @Override
    public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (!context.getTags().contains(TAG)) {
            throw new ParameterResolutionException(
                    "%s asks for Spark but is not tagged \"%s\", so that the fast loop would start Spark; annotate it with @SparkTest"
                            .formatted(context.getDisplayName(), TAG));
        }
        SparkSession session = context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(SparkSession.class, key -> shared(context).newSession(), SparkSession.class);
        SparkSession.setActiveSession(session);
        return session;
    }

    private static SparkSession shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Shared.class, key -> new Shared(), Shared.class)
                .session;
    }

    /** Held by the root store, which closes it once, after the last test of the JVM. */
    private static final class Shared implements Store.CloseableResource {

        private final SparkSession session = SparkSession.builder()
                .appName("sluice-tests")
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.default.parallelism", 2)
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
                .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
                .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
                .config("spark.sql.avro.datetimeRebaseModeInRead", "CORRECTED")
                .config(
                        "spark.sql.warehouse.dir",
                        Path.of("target", "spark-warehouse").toUri().toString())
                .config("spark.sql.maxConcurrentOutputFileWriters", 4)
                .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.databricks.delta.snapshotPartitions", 2)
                .config("spark.delta.logStore.file.impl", "dev.sluice.adapter.delta.LinkLogStore")
                .getOrCreate();

        @Override
        public void close() {
            session.stop();
        }
    }
}
