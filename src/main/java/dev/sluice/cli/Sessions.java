package dev.sluice.cli;

import dev.sluice.adapter.delta.LinkLogStore;
import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Pipeline;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.Tuple2;

/** The one place that builds a Spark session. */
final class Sessions {
    private static final String SECRETS =
            "(?i)secret|password|passwd|pwd|token|credential|access[.]?key|api[_-]?key|sas";

    private static final String HADOOP = "spark.hadoop.";

    private Sessions() {}

    /** How file systems are opened: the settings {@code spark.hadoop.*} of spark-submit and above them the pipeline's. */
    static Configuration hadoop(Pipeline pipeline) {
        SparkConf conf = new SparkConf();
        pipeline.spark().conf().forEach(conf::set);
        Configuration hadoop = new Configuration();
        for (Tuple2<String, String> setting : conf.getAllWithPrefix(HADOOP)) {
            hadoop.set(setting._1(), setting._2());
        }
        Storages.settings(hadoop).forEach(hadoop::set);
        return hadoop;
    }

    /** Whether somebody has started a session in this JVM. */
    static boolean isRunning() {
        Option<SparkSession> session = SparkSession.getDefaultSession();
        return session.isDefined() && !session.get().sparkContext().isStopped();
    }

    /**
     * A session for a pipeline: its own settings over ours, and above both what the tables' readers and the meaning of times
     * rely on. A master is local unless spark-submit or the pipeline gave one.
     */
    static SparkSession start(Pipeline pipeline) {
        SparkConf conf = new SparkConf();
        conf.setAppName("sluice " + pipeline.name());
        conf.setIfMissing("spark.master", "local[*]");
        if (conf.get("spark.master").startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing(
                    "spark.sql.shuffle.partitions",
                    Integer.toString(Runtime.getRuntime().availableProcessors()));
        }
        // Our logs are small: fifty tasks to read one cost more than they save.
        conf.setIfMissing("spark.databricks.delta.snapshotPartitions", "2");
        conf.setIfMissing("spark.sql.files.openCostInBytes", "262144");
        // One task per run of warnings, not one line per batch.
        conf.setIfMissing("spark.sql.debug.maxToStringFields", "200");
        pipeline.spark().conf().forEach(conf::set);
        // Rows are written by their fate, of which there are three: without a sort for it.
        conf.set("spark.sql.maxConcurrentOutputFileWriters", "4");
        // A text that only Spark 2 would have parsed is a text that does not fit, and no failure.
        conf.set("spark.sql.legacy.timeParserPolicy", "CORRECTED");
        conf.set("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
        conf.set("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
        conf.set("spark.delta.logStore.file.impl", LinkLogStore.class.getName());
        Storages.settings(new Configuration()).forEach((key, value) -> conf.setIfMissing(HADOOP + key, value));
        conf.set("spark.sql.session.timeZone", "UTC");
        conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
        // Old dates are those of today's calendar carried back, as Parquet and Avro define them and their other readers
        // have
        // them. Spark asks whether they are, by failing.
        conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
        conf.set("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED");
        conf.set("spark.sql.avro.datetimeRebaseModeInRead", "CORRECTED");
        conf.set("spark.redaction.regex", SECRETS);
        conf.set("spark.redaction.string.regex", "(?i)(secret|password|token)=[^\\s&]+");
        return SparkSession.builder().config(conf).getOrCreate();
    }
}
