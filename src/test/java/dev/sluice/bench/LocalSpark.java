package dev.sluice.bench;

import dev.sluice.adapter.delta.LinkLogStore;
import org.apache.spark.sql.SparkSession;

/** The one session of this process, for both sides; the settings are those that Sluice gives a session of its own. */
final class LocalSpark {
    private LocalSpark() {}

    static SparkSession session() {
        return SparkSession.builder()
                .appName("sluice-bench")
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
                .config("spark.sql.files.openCostInBytes", 262144)
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.databricks.delta.snapshotPartitions", 2)
                .config("spark.delta.logStore.file.impl", LinkLogStore.class.getName())
                .getOrCreate();
    }
}
