package dev.sluice.step.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Train;
import dev.sluice.core.Interval;
import dev.sluice.model.Loans;
import dev.sluice.step.train.Labels.State;
import dev.sluice.testing.SparkTest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

@SparkTest
class LabelsTest {
    private static final Instant END = Instant.parse("2024-03-10T00:00:00Z");
    private static final List<String> KEY = List.of("id");
    private static final Train TRAIN = Loans.train(Loans.candidates(), Loans.noGuards());

    @Test
    void aLabelCountsWhenItWasKnownByTheEnd(SparkSession spark) {
        Dataset<Row> rows = Labels.of(
                features(spark, "known", "at the end", "later", "never", "none", "gone", null),
                frame(
                        spark,
                        label("known", 1.0, END.minusSeconds(60)),
                        label("at the end", 0.0, END),
                        label("later", 1.0, END.plusNanos(1000)),
                        label("never", 1.0, null),
                        label("none", null, END),
                        label(null, 1.0, END),
                        label("of no feature row", 1.0, END)),
                KEY,
                ending(END),
                TRAIN);

        Labels.Counts counts = Labels.counts(rows);

        assertThat(counts.rows())
                .isEqualTo(Map.of(State.LABELLED, 3L, State.IMMATURE, 2L, State.UNLABELLED, 1L, State.ORPHANED, 1L));
        assertThat(counts.facts())
                .isEqualTo(Map.of(
                        "rows_labelled", "3", "rows_immature", "2", "rows_unlabelled", "1", "rows_orphaned", "1"));
        assertThat(counts.text())
                .isEqualTo("3 rows of the window have a label; left out: 2 whose label was not known by the interval's"
                        + " end, 1 without a label, 1 that the spine table no longer has");
        assertThat(labelled(rows)).containsExactlyInAnyOrder("known 1.0", "at the end 0.0", "null 1.0");
        assertThat(Labels.labelled(rows).columns()).containsExactly("id", "as_of", "x", "label", "label_known_at");
    }

    @Test
    void aLateLabelIsThatOfTheIntervalByWhoseEndItIsKnown(SparkSession spark) {
        Dataset<Row> features = features(spark, "a");
        Dataset<Row> at = frame(spark, label("a", null, END));
        Dataset<Row> corrected = frame(spark, label("a", 1.0, END.plusSeconds(3600)));

        assertThat(Labels.counts(Labels.of(features, at, KEY, ending(END), TRAIN))
                        .rows())
                .containsOnlyKeys(State.UNLABELLED);
        assertThat(Labels.counts(Labels.of(features, corrected, KEY, ending(END), TRAIN))
                        .rows())
                .as("what came later is no part of the earlier interval")
                .containsOnlyKeys(State.IMMATURE);
        assertThat(labelled(Labels.of(features, corrected, KEY, ending(END.plusSeconds(86_400)), TRAIN)))
                .containsExactly("a 1.0");
    }

    private static List<String> labelled(Dataset<Row> rows) {
        return Labels.labelled(rows).collectAsList().stream()
                .map(row -> row.getAs("id") + " " + row.getAs("label"))
                .toList();
    }

    private static Interval ending(Instant end) {
        return new Interval(end.minus(Duration.ofDays(1)), end);
    }

    private static Dataset<Row> features(SparkSession spark, String... ids) {
        List<Row> rows = Arrays.stream(ids)
                .map(id -> RowFactory.create(id, Timestamp.from(END.minusSeconds(7200)), 1.5))
                .collect(Collectors.toCollection(ArrayList::new));
        rows.add(RowFactory.create("decided at the end, which is outside", Timestamp.from(END), 1.5));
        return spark.createDataFrame(rows, StructType.fromDDL("id string, as_of timestamp, x double"));
    }

    private static Dataset<Row> frame(SparkSession spark, Row... labels) {
        return spark.createDataFrame(
                List.of(labels), StructType.fromDDL("id string, label double, label_known_at timestamp"));
    }

    private static Row label(String id, Double label, Instant knownAt) {
        return RowFactory.create(id, label, knownAt == null ? null : Timestamp.from(knownAt));
    }
}
