package dev.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.stats.Correlations;
import dev.sluice.stats.Correlations.Correlation;
import dev.sluice.stats.Pair;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.Reads;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.stat.Correlation$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class PairsTest {
    @Test
    void whatColumnsTellOfALabelIsWhatSqlSays(SparkSession spark) {
        Dataset<Row> rows = spark.range(0, 4_000, 1, 3)
                .selectExpr(
                        "if(id % 41 = 0, null, pmod(hash(id), 3) = 0) AS late",
                        "int(pmod(hash(id), 90)) AS n",
                        "if(id % 7 = 0, null, concat('t', pmod(hash(id, 1), 12))) AS text",
                        "if(id % 7 = 0, null, hash(id) / 3) AS many",
                        "date_add(DATE '2013-01-01', int(id % 5)) AS day",
                        "CAST(pmod(hash(id), 9) AS DECIMAL(20, 1)) AS exact",
                        "double('NaN') AS nan",
                        "array(id) AS list");
        Map<String, Pair> found = Pairs.scan(rows, false, Optional.of("late")).label();

        assertThat(found.keySet()).containsExactly("n", "text", "many", "day", "exact", "nan");
        Dataset<Row> labelled = rows.where("late IS NOT NULL");
        for (String name : List.of("n", "text", "day", "exact")) {
            Pair pair = found.get(name);
            assertThat(pair.rows()).isEqualTo(labelled.count());
            assertThat(pair.exact()).isTrue();
            assertThat(pair.information())
                    .as(name)
                    .isCloseTo(
                            labelled.groupBy(name, "late")
                                    .count()
                                    .selectExpr(
                                            "count AS c",
                                            "sum(count) OVER (PARTITION BY " + name + ") AS x",
                                            "sum(count) OVER (PARTITION BY late) AS y",
                                            "sum(count) OVER () AS all")
                                    .selectExpr("sum(c / all * ln(c * all / x / y))")
                                    .head()
                                    .getDouble(0),
                            within(1e-12));
        }
        assertThat(found.get("many").exact()).isFalse();
        for (String name : List.of("n", "many", "exact")) {
            assertThat(found.get(name).correlation().orElseThrow())
                    .isCloseTo(
                            labelled.selectExpr("corr(" + name + ", int(late))")
                                    .head()
                                    .getDouble(0),
                            within(1e-12));
        }
        assertThat(found.get("text").correlation()).isEmpty();
        assertThat(found.get("nan").correlation()).as("of no row").isEmpty();
        assertThat(Pairs.scan(rows, true, Optional.of("late")).label())
                .as("beside the correlations of all columns")
                .isEqualTo(found);
    }

    @Test
    void correlationsAreThoseOfTheRowsThatHaveBothNumbers(SparkSession spark) {
        Dataset<Row> rows = generated(spark, 3_000);

        Correlations found = correlations(rows);

        assertThat(found.columns())
                .containsExactly("id", "whole", "gaps", "holes", "late", "exact", "near", "constant");
        assertThat(found.ranked()).hasSize(8 * 7 / 2);
        for (Correlation pair : found.ranked()) {
            Dataset<Row> both = rows.selectExpr(
                            "double(" + pair.column() + ") AS a", "double(" + pair.other() + ") AS b")
                    .where("a IS NOT NULL AND b IS NOT NULL AND NOT isnan(a) AND NOT isnan(b)");
            assertThat(pair.rows()).as(pair.toString()).isEqualTo(both.count());
            if (pair.column().equals("constant") || pair.other().equals("constant")) {
                assertThat(pair.value()).as(pair.toString()).isEmpty();
            } else {
                assertThat(pair.value().orElseThrow())
                        .as(pair.toString())
                        .isCloseTo(both.selectExpr("corr(a, b)").head().getDouble(0), within(1e-9));
            }
        }
        assertThat(found.ranked()).isSortedAccordingTo((a, b) -> Double.compare(b.strength(), a.strength()));
    }

    @Test
    void ofRowsWithoutGapsTheyAreTheMatrixOfSparksCorrelation(SparkSession spark) {
        String[] names = {"id", "whole", "exact"};
        Dataset<Row> rows = generated(spark, 2_000).selectExpr("id", "whole", "double(exact) AS exact");
        Matrix expected = Correlation$.MODULE$
                .corr(
                        new VectorAssembler()
                                .setInputCols(names)
                                .setOutputCol("all")
                                .transform(rows),
                        "all")
                .head()
                .getAs(0);

        List<List<Double>> found = correlations(rows).matrix();

        for (int i = 0; i < names.length; i++) {
            for (int j = 0; j < names.length; j++) {
                assertThat(found.get(i).get(j)).isCloseTo(expected.apply(i, j), within(1e-9));
            }
        }
    }

    @Test
    void anInfiniteNumberLeavesNoCorrelation(SparkSession spark) {
        Correlations found = correlations(spark.range(100)
                .selectExpr("id", "if(id = 7, double('-Infinity'), double(id)) AS endless", "id * id AS squared"));

        assertThat(found.ranked())
                .extracting(Correlation::column, Correlation::other, pair -> pair.value()
                        .isPresent())
                .containsExactly(
                        tuple("id", "squared", true),
                        tuple("id", "endless", false),
                        tuple("endless", "squared", false));
    }

    @Test
    void theyAreFoundByTheScanThatProfiles(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        generated(spark, 3_000).write().parquet(path);
        Dataset<Row> rows = spark.read().parquet(path);

        assertThat(Pairs.scan(rows, true, Optional.of("text")).profile()).isEqualTo(Profiler.profile(rows));
        assertThat(Jobs.count(spark, () -> Pairs.scan(rows, true, Optional.of("text"))))
                .isEqualTo(1);
        assertThat(Reads.of(spark, () -> Pairs.scan(rows, true, Optional.of("text")))
                        .rows())
                .isEqualTo(Reads.of(spark, () -> Profiler.profile(rows)).rows());
    }

    @Test
    void ofNoRowsAndOfOneThereAreNone(SparkSession spark) {
        for (int rows : new int[] {0, 1}) {
            Pairs.Scan found = Pairs.scan(generated(spark, rows), true, Optional.of("late"));
            assertThat(found.profile().rows()).isEqualTo(rows);
            assertThat(found.correlations().orElseThrow().ranked())
                    .allMatch(pair -> pair.value().isEmpty());
            assertThat(found.label().values()).allMatch(pair -> pair.information() == 0);
        }
        assertThat(Pairs.scan(generated(spark, 5), false, Optional.of("late")).correlations())
                .as("not asked for")
                .isEmpty();
        assertThat(Pairs.scan(generated(spark, 5), true, Optional.empty()).label())
                .as("not asked for")
                .isEmpty();
    }

    private static Correlations correlations(Dataset<Row> rows) {
        return Pairs.scan(rows, true, Optional.empty()).correlations().orElseThrow();
    }

    /** Columns with nulls, with NaN, with large numbers near one another, always the same, and of other types. */
    private static Dataset<Row> generated(SparkSession spark, int rows) {
        return spark.range(0, rows, 1, 3)
                .selectExpr(
                        "id",
                        "pmod(hash(id), 1000) / 7 AS whole",
                        "if(hash(id, 1) % 5 = 0, null, id + pmod(hash(id, 2), 500)) AS gaps",
                        "if(hash(id, 3) % 4 = 0, double('NaN'), if(hash(id, 4) % 9 = 0, null, -0.5 * id)) AS holes",
                        "hash(id, 5) % 3 = 0 AS late",
                        "CAST(pmod(hash(id), 90) AS DECIMAL(20, 1)) AS exact",
                        "1e7 + pmod(hash(id), 1000) / 8 AS near",
                        "4 AS constant",
                        "concat('t', pmod(hash(id, 6), 12)) AS text",
                        "date_add(DATE '2013-01-01', int(id % 50)) AS day",
                        "array(id) AS list");
    }
}
