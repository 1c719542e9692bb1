package dev.sluice;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.checks.CheckStatus;
import com.amazon.deequ.metrics.DoubleMetric;
import com.amazon.deequ.metrics.Entity;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.testing.SparkTest;
import io.delta.storage.LogStore;
import io.delta.tables.DeltaTable;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.scala.spark.XGBoostClassificationModel;
import ml.dmlc.xgboost4j.scala.spark.XGBoostClassifier;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.kafka010.KafkaSourceRDD;
import org.junit.jupiter.api.Test;
import org.mlflow.tracking.MlflowClient;
import org.postgresql.Driver;
import org.snakeyaml.engine.v2.api.Load;
import redis.clients.jedis.Jedis;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.List$;
import scala.collection.immutable.Map$;
import scala.collection.mutable.Builder;
import scala.reflect.ClassTag$;
import scala.util.Success;

/** The libraries that sluice.jar brings work beside the ones that Spark brings. */
@SparkTest
class ClassPathTest {

    @Test
    void xgboostTrainsInSpark(SparkSession spark) {
        // Dense vectors only: xgboost4j-spark predicts from a sparse one with the values of the wrong columns.
        Dataset<Row> rows = spark.range(0, 200, 1, 2)
                .select(
                        array_to_vector(array(
                                        col("id").mod(20).cast("double"),
                                        col("id").mod(7).cast("double")))
                                .as("features"),
                        col("id").mod(20).geq(10).cast("double").as("label"));

        XGBoostClassifier learner = new XGBoostClassifier();
        learner.setNumRound(5);
        learner.setNumWorkers(1);
        learner.setNthread(1);
        XGBoostClassificationModel model = learner.fit(rows);

        assertThat(model.transform(rows).where("prediction = label").count()).isEqualTo(200);
    }

    @Test
    void sparksKryoIsTheOnlyOne(SparkSession spark) {
        SerializerInstance kryo = new KryoSerializer(spark.sparkContext().getConf()).newInstance();
        var tag = ClassTag$.MODULE$.<String>apply(String.class);

        assertThat(kryo.<String>deserialize(kryo.serialize("a row", tag), tag)).isEqualTo("a row");
    }

    @Test
    void deequJudgesMetricsItDidNotMeasure() {
        Check check = new Check(CheckLevel.Error(), "enough rows", List$.MODULE$.empty())
                .hasSize(rows -> (Long) rows >= 5, Option.empty());

        assertThat(check.evaluate(sizeOf(check, 5)).status()).isEqualTo(CheckStatus.Success());
        assertThat(check.evaluate(sizeOf(check, 4)).status()).isEqualTo(CheckStatus.Error());
    }

    /** A class that two jars bring is one whose version the order of the class path decides. */
    @Test
    void noBundledClassComesFromTwoJars() throws IOException {
        Set<String> bundled = Stream.of(
                        DeltaTable.class,
                        LogStore.class,
                        Check.class,
                        MlflowClient.class,
                        XGBoostClassifier.class,
                        KafkaSourceRDD.class,
                        KafkaConsumer.class,
                        GenericObjectPool.class,
                        Driver.class,
                        Jedis.class,
                        Load.class) // and picocli, which is compiled anew: what its jar has is not bundled
                .map(ClassPathTest::jarOf)
                .collect(Collectors.toSet());
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar"))
                .toList();
        assertThat(jars).containsAll(bundled);

        Map<String, String> jarOfEntry = new HashMap<>();
        Set<String> twice = new TreeSet<>();
        for (String jar : jars) {
            for (String entry : classesIn(jar)) {
                String other = jarOfEntry.putIfAbsent(entry, jar);
                if (other != null && (bundled.contains(jar) || bundled.contains(other))) {
                    twice.add("%s in %s and %s".formatted(entry, jar, other));
                }
            }
        }

        assertThat(twice).isEmpty();
    }

    private static AnalyzerContext sizeOf(Check check, double rows) {
        Builder<
                        Tuple2<Analyzer<?, Metric<?>>, Metric<?>>,
                        scala.collection.immutable.Map<Analyzer<?, Metric<?>>, Metric<?>>>
                metrics = Map$.MODULE$.newBuilder();
        check.requiredAnalyzers()
                .foreach(analyzer -> metrics.$plus$eq(new Tuple2<>(
                        analyzer,
                        new DoubleMetric(Entity.Dataset(), "Size", "*", new Success<>(rows), Option.empty()))));
        return new AnalyzerContext(metrics.result());
    }

    private static String jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> classesIn(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
                    // A stub that each of Spark's jars has, and that sluice.jar leaves out.
                    .filter(name -> !name.startsWith("org/apache/spark/unused/"))
                    .toList();
        }
    }
}
