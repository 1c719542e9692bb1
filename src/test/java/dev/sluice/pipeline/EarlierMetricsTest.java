package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.port.CheckResult;
import dev.sluice.port.MetricHistory;
import dev.sluice.port.MetricKey;
import dev.sluice.quality.MetricRows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EarlierMetricsTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final TableName TABLE = new TableName("bronze.things");
    private static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");

    @TempDir
    private Path folder;

    private int runs;

    @Test
    void knowsTheNewestNumberOfEachEarlierIntervalAsLongAsThis() {
        add(TABLE, null, "2013-03-11/2013-03-12", 3, NOON);
        add(TABLE, null, "2013-03-09/2013-03-10", 1, NOON);
        add(TABLE, null, "2013-03-10/2013-03-11", 20, NOON.plusSeconds(9)); // 23 hours: a day all the same
        add(TABLE, null, "2013-03-10/2013-03-11", 2, NOON);
        add(TABLE, null, "2013-03-12/2013-03-13", 4, NOON); // the interval that is judged
        add(TABLE, null, "2013-03-13/2013-03-14", 5, NOON); // after it
        add(TABLE, null, "2013-03-01/2013-03-11", 6, NOON); // longer
        add(TABLE, 7L, "2013-03-08/2013-03-09", 7, NOON); // of the table as it was published
        add(new TableName("bronze.others"), null, "2013-03-08/2013-03-09", 8, NOON);

        assertThat(earlier("2013-03-12/2013-03-13", false).of("mean"))
                .extracting(MetricHistory.Point::value)
                .containsExactly(1.0, 20.0, 3.0);
        assertThat(earlier("2013-03-12/2013-03-13", true).of("mean"))
                .extracting(MetricHistory.Point::value)
                .containsExactly(7.0);
        assertThat(earlier("2013-03-12/2013-03-13", false).of("sum")).isEmpty();
    }

    @Test
    void aMonthIsAsLongAsAMonth() {
        add(TABLE, null, "2013-01-01/2013-02-01", 1, NOON);
        add(TABLE, null, "2013-02-01/2013-03-01", 2, NOON);
        assertThat(earlier("2013-03-01/2013-04-01", false).of("mean")).hasSize(2);
    }

    private EarlierMetrics earlier(String interval, boolean published) {
        return new EarlierMetrics(records(), TABLE, published, Interval.parse(interval, NEW_YORK), NEW_YORK);
    }

    private void add(TableName table, Long version, String interval, double value, Instant recorded) {
        CheckResult result = new CheckResult(
                "average",
                "x",
                CheckResult.Status.PASS,
                OptionalDouble.of(value),
                "",
                "",
                CheckResult.Source.PROFILE,
                Optional.of(new MetricKey("mean", "Column", "x", "Mean")));
        LakeRecords records = records();
        records.about(Interval.parse(interval, NEW_YORK));
        List<Row> rows = MetricRows.of(table, version, List.of(result, result), recorded);
        assertThat(rows).as("two checks of one number").hasSize(1);
        records.append(MetricRows.KIND, MetricRows.COLUMNS, rows, RunKey.of("test", "run " + runs++));
    }

    private LakeRecords records() {
        return new LakeRecords(new DeltaRecords(new Configuration(), "file:" + folder), "test", "run", new Held());
    }

    private static final class Held implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }
}
