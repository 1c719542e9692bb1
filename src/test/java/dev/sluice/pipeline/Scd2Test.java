package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

@SparkTest
final class Scd2Test {
    private static final StructType COLUMNS =
            new StructType().add("k", DataTypes.StringType).add("v", DataTypes.IntegerType);
    private static final Instant START = Instant.parse("2013-01-01T00:00:00Z");

    /** Snapshots in any order give the history that they give in order, worked out here by plain maps. */
    @Test
    void anyOrderOfSnapshotsGivesTheOneHistory(SparkSession spark) {
        Random random = new Random(7);
        List<List<Row>> snapshots = new ArrayList<>();
        for (int day = 0; day < 4; day++) {
            List<Row> rows = new ArrayList<>();
            for (String key : List.of("a", "b", "c")) {
                rows.add(RowFactory.create(key, random.nextInt(10) == 0 ? null : random.nextInt(2)));
            }
            snapshots.add(rows);
        }
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 2));
        Collections.shuffle(order, random);
        Optional<Dataset<Row>> history = Optional.empty();
        for (int day : order) {
            history = Optional.of(Scd2.merge(
                            history,
                            spark.createDataFrame(snapshots.get(day), COLUMNS),
                            at(day),
                            List.of("k"),
                            List.of())
                    .localCheckpoint());
        }
        List<String> found = history.orElseThrow().orderBy("k", "valid_from").collectAsList().stream()
                .map(row -> row.get(0) + "=" + row.get(1) + " " + instant(row, 2) + ".." + instant(row, 3))
                .toList();
        assertThat(found).as("order " + order).isEqualTo(inOrder(snapshots));
    }

    private static List<String> inOrder(List<List<Row>> snapshots) {
        TreeMap<String, List<Object[]>> versions = new TreeMap<>();
        for (int day = 0; day < snapshots.size(); day++) {
            for (Row row : snapshots.get(day)) {
                List<Object[]> known = versions.computeIfAbsent(row.getString(0), k -> new ArrayList<>());
                if (known.isEmpty() || !java.util.Objects.equals(known.get(known.size() - 1)[0], row.get(1))) {
                    known.add(new Object[] {row.get(1), at(day)});
                }
            }
        }
        List<String> texts = new ArrayList<>();
        versions.forEach((key, known) -> {
            for (int i = 0; i < known.size(); i++) {
                texts.add(key + "=" + known.get(i)[0] + " " + known.get(i)[1] + ".."
                        + (i + 1 < known.size() ? known.get(i + 1)[1] : null));
            }
        });
        return texts;
    }

    private static Instant at(int day) {
        return START.plusSeconds(86400L * day);
    }

    private static Instant instant(Row row, int column) {
        return row.isNullAt(column) ? null : row.getTimestamp(column).toInstant();
    }
}
