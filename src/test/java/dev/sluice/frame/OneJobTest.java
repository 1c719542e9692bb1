package dev.sluice.frame;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class OneJobTest {
    @Test
    void queriesWithShufflesOfTheirOwnAreAnsweredByOneJob(SparkSession spark) {
        // Rows that are shuffled themselves, with nulls and texts.
        Dataset<Row> rows = spark.range(0, 1_000, 1, 3)
                .selectExpr("id", "if(id % 5 = 0, NULL, id % 7) AS a", "concat('v', id % 11) AS b")
                .repartition(4);
        List<Dataset<Row>> queries = List.of(
                rows.agg(count(lit(1)), sum("id"), countDistinct("b")),
                rows.groupBy("a").agg(sum("id")),
                rows.where("id < 0"),
                rows.groupBy("a", "b").count().groupBy("a").count().limit(3),
                rows.select("b").distinct());
        List<List<Row>> answers = new ArrayList<>();

        int jobs = Jobs.count(spark, () -> {
            OneJob job = new OneJob(rows, 1_000);
            queries.forEach(query -> job.ask(query, answers::add));
            assertThat(answers).isEmpty();
            job.run();
        });

        assertThat(jobs).isEqualTo(1);
        assertThat(answers).hasSameSizeAs(queries);
        for (int i = 0; i < queries.size(); i++) {
            if (i != 3) { // any three
                assertThat(answers.get(i))
                        .containsExactlyInAnyOrderElementsOf(queries.get(i).collectAsList());
            }
        }
        assertThat(answers.get(3)).hasSize(3);
        assertThat(queries.get(3).collectAsList()).as("the session's plans").hasSize(3);
        assertThat(spark.conf().get("spark.sql.adaptive.enabled")).isEqualTo("true");
    }

    @Test
    void withoutAQuestionThereIsNoJob(SparkSession spark) {
        assertThat(Jobs.count(spark, () -> new OneJob(spark.range(3).toDF(), 1_000).run()))
                .isZero();
    }

    @Test
    void shufflesHaveAsManyTasksAsTheRowsNeedAndNoMoreThanTheSessionAllows(SparkSession spark) {
        Dataset<Row> rows = spark.range(100).selectExpr("id % 10 AS a");
        spark.conf().set("spark.sql.shuffle.partitions", 7);

        assertThat(tasks(rows, 100)).isEqualTo(1);
        assertThat(tasks(rows, 1_000_000)).isEqualTo(4);
        assertThat(tasks(rows, 1_000_000_000)).isEqualTo(7);
    }

    /** Tasks that count groups. */
    private static int tasks(Dataset<Row> rows, long about) {
        AtomicInteger tasks = new AtomicInteger();
        OneJob job = new OneJob(rows, about);
        job.ask(
                rows.groupBy("a").count(),
                query -> {
                    tasks.set(query.toJavaRDD().getNumPartitions());
                    return query.toJavaRDD();
                },
                answer -> assertThat(answer).hasSize(10));
        job.run();
        return tasks.get();
    }

    @Test
    void aQueryThatBreaksIsNoAnswer(SparkSession spark) {
        List<Row> told = new ArrayList<>();
        OneJob job = new OneJob(spark.range(10).toDF(), 10);
        job.ask(spark.range(10).selectExpr("sum(id)"), told::addAll);
        job.ask(spark.range(10).selectExpr("raise_error('broken')"), told::addAll);

        assertThatThrownBy(job::run).isInstanceOf(SparkException.class).hasMessageContaining("broken");
        assertThat(told).isEmpty();
    }
}
