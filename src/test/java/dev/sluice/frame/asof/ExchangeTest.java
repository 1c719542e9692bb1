package dev.sluice.frame.asof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class ExchangeTest {
    private static final int ROWS = 3_000;

    /** Texts are up to three times as long as a block, and some are empty; Spark shuffles to more than 200 tasks in another way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 300})
    void everyRowComesOnceToTheTaskThatItGoesTo(int tasks, SparkSession spark) {
        Dataset<Row> rows = spark.range(0, ROWS, 1, 2)
                .selectExpr(
                        "id",
                        "repeat(cast(id as string), cast(if(id % 100 = 7, id * 16, id % 5) as int)) as text",
                        "if(id % 3 = 0, null, cast(id as double)) as x");
        Exchange.Sending sending = part -> Exchange.Sent.to(part, row -> (int) (row.getLong(0) % tasks));

        List<List<String>> found = Exchange.exchanged(rows, tasks, sending)
                .toJavaRDD()
                .mapPartitions(
                        blocks -> List.of(texts(Exchange.rows(blocks, 3))).iterator())
                .collect();

        assertThat(found).hasSize(tasks);
        for (int task = 0; task < tasks; task++) {
            List<String> expected = new ArrayList<>();
            for (long id = task; id < ROWS; id += tasks) {
                long times = id % 100 == 7 ? id * 16 : id % 5;
                expected.add(text(id, Long.toString(id).repeat((int) times), id % 3 == 0 ? null : (double) id));
            }
            assertThat(found.get(task)).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static List<String> texts(Iterator<InternalRow> rows) {
        List<String> texts = new ArrayList<>();
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            texts.add(text(
                    row.getLong(0),
                    row.getUTF8String(1).toString(),
                    row.isNullAt(2) ? null : (Double) row.getDouble(2)));
        }
        return texts;
    }

    /** Of a long text what tells it from others. */
    private static String text(long id, String text, Double x) {
        return id + " " + text.length() + " " + text.hashCode() + " " + x;
    }
}
