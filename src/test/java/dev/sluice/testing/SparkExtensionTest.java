package dev.sluice.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class SparkExtensionTest {

    private FrameComparison compare;

    private SparkSession sessionBefore;

    @BeforeEach
    void remembersItsSession(SparkSession spark) {
        sessionBefore = spark;
        compare = new FrameComparison(spark);
    }

    @Test
    void writesAndReadsADeltaTable(SparkSession spark, @TempDir Path dir) {
        Dataset<Row> rows = spark.range(100).withColumn("half", col("id").divide(2));
        String path = dir.resolve("table").toString();

        rows.write().format("delta").save(path);
        DeltaTable.forPath(spark, path).update(col("id").equalTo(99), Map.of("half", lit(0.0)));

        Dataset<Row> read = spark.read().format("delta").load(path);
        compare.assertDataFrameDataEquals(rows.where("id < 99"), read.where("id < 99"));
        assertThat(read.where("id = 99").first().getDouble(1)).isZero();
        assertThat(DeltaTable.forPath(spark, path).history().count()).isEqualTo(2);
    }

    @Test
    void comparesDatasetsExactlyAndNearly(SparkSession spark) {
        Dataset<Row> rows = spark.range(10).withColumn("half", col("id").divide(2));
        Dataset<Row> near = rows.withColumn("half", col("half").plus(1e-9));

        compare.assertDatasetEquals(rows, rows);
        compare.assertDatasetApproximateEquals(rows, near, 1e-6);

        assertThatThrownBy(() -> compare.assertDatasetEquals(rows, near)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> compare.assertDatasetApproximateEquals(rows, near, 1e-12))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> compare.assertDataFrameDataEquals(rows, rows.limit(9)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aTestHasOneSessionOfItsOwn(SparkSession spark) {
        assertThat(spark).isSameAs(sessionBefore);
        assertThat(SparkSession.active()).isSameAs(spark);
        assertThat(spark).isNotSameAs(SparkSession.getDefaultSession().get());
        assertThat(spark.sparkContext())
                .isSameAs(SparkSession.getDefaultSession().get().sparkContext());
    }
}
