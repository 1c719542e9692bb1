package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.port.CheckResult;
import dev.sluice.port.MetricHistory;
import dev.sluice.port.MetricKey;
import dev.sluice.quality.MetricRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

final class EarlierMetricsTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final TableName TABLE = new TableName("bronze.things");
    private static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");

    private final List<Row> rows = new ArrayList<>();

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
        History history = new History() {
            @Override
            public Optional<StepRecord> done(RunKey key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<StepRecord> newest(String target, Interval about) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void scan(String kind, Predicate<Row> visitor) {
                assertThat(kind).isEqualTo("check_metrics");
                assertThat(rows).allMatch(visitor);
            }

            @Override
            public List<StepRecord> all() {
                throw new UnsupportedOperationException();
            }
        };
        return new EarlierMetrics(history, TABLE, published, Interval.parse(interval, NEW_YORK), NEW_YORK);
    }

    /** As the ledger keeps it: with the interval. */
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
        Row row =
                MetricRows.of(table, version, List.of(result, result), recorded).get(0);
        Interval about = Interval.parse(interval, NEW_YORK);
        List<Object> values = new ArrayList<>(List.of(Timestamp.from(about.from()), Timestamp.from(about.to())));
        for (int i = 0; i < row.length(); i++) {
            values.add(row.get(i));
        }
        StructType columns = new StructType()
                .add("interval_from", DataTypes.TimestampType)
                .add("interval_to", DataTypes.TimestampType);
        for (var field : MetricRows.COLUMNS.fields()) {
            columns = columns.add(field);
        }
        rows.add(new GenericRowWithSchema(values.toArray(), columns));
    }
}
