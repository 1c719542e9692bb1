package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One pass against as many filters as there are fates. */
@SparkTest
final class FatePassTest {
    private static final List<String> ASIDE = List.of("why", "raw");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1000, 1", "1000, 7", "5, 9"})
    void everyRowIsWhereItsFateSays(int rows, int partitions, SparkSession spark) {
        Dataset<Row> judged = judged(spark, rows, partitions);
        FatePass pass = new FatePass(judged, ASIDE, folder.resolve("aside").toUri() + "");
        List<String> good = texts(pass.good());
        FatePass.Fates fates = pass.fates();

        assertThat(good)
                .containsExactlyElementsOf(texts(with(judged, FatePass.GOOD).select("id", "text", "number")));
        assertThat(texts(fates.aside()))
                .containsExactlyElementsOf(texts(with(judged, FatePass.STOPPED).select("why", "raw")));
        assertThat(fates.good()).isEqualTo(good.size());
        assertThat(fates.stopped()).isEqualTo(with(judged, FatePass.STOPPED).count());
        assertThat(fates.removed()).isEqualTo(with(judged, FatePass.REMOVED).count());
        assertThat(fates.total()).isEqualTo(rows);
        assertThat(fates.tally()).isEqualTo(tally(judged));
        assertThat(fates.profile())
                .isEqualTo(Profiler.profile(with(judged, FatePass.GOOD).select("id", "text", "number")));
    }

    @Test
    void rowsWithoutAFateAreAllGood(SparkSession spark) {
        Dataset<Row> rows =
                spark.range(0, 100, 1, 3).withColumn("half", col("id").divide(2));
        FatePass pass = new FatePass(rows, ASIDE, folder.toUri() + "");
        assertThat(texts(pass.good())).containsExactlyElementsOf(texts(rows));
        assertThat(pass.fates().good()).isEqualTo(100);
        assertThat(pass.fates().aside().isEmpty()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPassIsOneJobAndALaterReadCountsNoRowTwice(SparkSession spark) {
        FatePass pass = new FatePass(judged(spark, 1000, 4), ASIDE, folder.toUri() + "");
        assertThat(Jobs.count(spark, () -> pass.good().toJavaRDD().count())).isEqualTo(1);
        FatePass.Fates once = pass.fates();
        pass.good().toJavaRDD().count();
        FatePass.Fates twice = pass.fates();
        assertThat(twice.total()).isEqualTo(once.total()).isEqualTo(1000);
        assertThat(twice.profile()).isEqualTo(once.profile());
        assertThat(texts(twice.aside())).containsExactlyElementsOf(texts(once.aside()));
    }

    @Test
    void aTaskThatFailsLeavesItsCauseToBeSeen(SparkSession spark) {
        Dataset<Row> broken = judged(spark, 100, 2)
                .withColumn(
                        "number",
                        org.apache.spark.sql.functions.expr("if(id = 77, raise_error('row 77 is broken'), number)"));
        FatePass pass = new FatePass(broken, ASIDE, folder.toUri() + "");
        assertThatThrownBy(() -> pass.good().toJavaRDD().count()).hasStackTraceContaining("row 77 is broken");
    }

    private static Dataset<Row> judged(SparkSession spark, int rows, int partitions) {
        return spark.range(0, rows, 1, partitions)
                .selectExpr(
                        "id",
                        "'raw ' || id AS raw",
                        "if(id % 13 = 0, null, 'text ' || id % 50) AS text",
                        "transform(sequence(1L, 1 + id % 3), n -> 'rule ' || n) AS why",
                        "id / 7 AS number",
                        "CASE WHEN id % 5 = 1 THEN 1 WHEN id % 5 = 3 THEN 2 ELSE 0 END AS " + FatePass.FATE)
                .withColumn(FatePass.TALLY, col("why"));
    }

    private static Dataset<Row> with(Dataset<Row> judged, int fate) {
        return judged.where(col(FatePass.FATE).equalTo(lit(fate)));
    }

    private static Map<String, Long> tally(Dataset<Row> judged) {
        Map<String, Long> tally = new TreeMap<>();
        with(judged, FatePass.STOPPED)
                .selectExpr("explode(" + FatePass.TALLY + ") AS text")
                .groupBy("text")
                .count()
                .collectAsList()
                .forEach(row -> tally.put(row.getString(0), row.getLong(1)));
        return tally;
    }

    private static List<String> texts(Dataset<Row> rows) {
        List<String> texts = new ArrayList<>();
        rows.collectAsList().forEach(row -> texts.add(row.toString()));
        texts.sort(null);
        return texts;
    }
}
