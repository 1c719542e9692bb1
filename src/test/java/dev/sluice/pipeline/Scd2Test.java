package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories against plain maps that are given everything in order. */
@SparkTest
final class Scd2Test {
    private static final StructType COLUMNS =
            new StructType().add("k", DataTypes.StringType).add("v", DataTypes.IntegerType);
    private static final StructType EVENTS = COLUMNS.add("at", DataTypes.TimestampType);
    private static final Instant START = Instant.parse("2013-01-01T00:00:00Z");
    private static final int DAYS = 5;

    /** Keys come, change, change back, go and come again; each day's snapshot comes at any time, some of them twice. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void snapshotsInAnyOrderGiveTheHistoryOfTheirOrder(long seed, SparkSession spark) {
        Random random = new Random(seed);
        boolean closes = seed % 2 == 0;
        // Where a key that is lacking goes on, a late snapshot cannot know which of the later ones lacked it.
        double there = closes ? 0.6 : 1;
        List<List<Row>> snapshots = new ArrayList<>();
        for (int day = 0; day < DAYS; day++) {
            List<Row> rows = new ArrayList<>();
            for (int key = 0; key < 12; key++) {
                if (random.nextDouble() < there) {
                    rows.add(RowFactory.create("k" + key, random.nextInt(10) == 0 ? null : random.nextInt(2)));
                }
            }
            snapshots.add(rows);
        }
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 2));
        Collections.shuffle(order, random);
        TreeSet<Instant> taken = new TreeSet<>();
        Optional<Dataset<Row>> history = Optional.empty();
        for (int day : order) {
            history = Optional.of(Scd2.with(
                            history,
                            spark.createDataFrame(snapshots.get(day), COLUMNS),
                            new Scd2.Snapshot(
                                    at(day),
                                    Optional.ofNullable(taken.higher(at(day))),
                                    List.of("k"),
                                    List.of(),
                                    closes))
                    .localCheckpoint());
            taken.add(at(day));
        }
        assertThat(told(history.orElseThrow())).as("order " + order).isEqualTo(inOrder(snapshots, closes));
    }

    private static List<String> inOrder(List<List<Row>> snapshots, boolean closes) {
        Map<String, List<Object[]>> versions = new TreeMap<>();
        for (int day = 0; day < snapshots.size(); day++) {
            Map<String, Object> present = new HashMap<>();
            snapshots.get(day).forEach(row -> present.put(row.getString(0), row.get(1)));
            for (String key : present.keySet()) {
                List<Object[]> known = versions.computeIfAbsent(key, k -> new ArrayList<>());
                Object[] last = known.isEmpty() ? null : known.get(known.size() - 1);
                if (last == null || last[2] != null || !Objects.equals(last[0], present.get(key))) {
                    if (last != null && last[2] == null) {
                        last[2] = at(day);
                    }
                    known.add(new Object[] {present.get(key), at(day), null});
                }
            }
            for (var known : versions.entrySet()) {
                Object[] last = known.getValue().get(known.getValue().size() - 1);
                if (closes && last[2] == null && !present.containsKey(known.getKey())) {
                    last[2] = at(day);
                }
            }
        }
        List<String> texts = new ArrayList<>();
        versions.forEach((key, known) ->
                known.forEach(version -> texts.add(key + "=" + version[0] + " " + version[1] + ".." + version[2])));
        Collections.sort(texts);
        return texts;
    }

    /** Rows that tell their own time, given in any order and again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rowsWithTheirOwnTimeGiveTheSameHistoryInAnyOrder(long seed, SparkSession spark) {
        Random random = new Random(seed);
        List<Row> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            events.add(RowFactory.create(
                    "k" + random.nextInt(5), random.nextInt(3), java.sql.Timestamp.from(at(random.nextInt(12)))));
        }
        TreeMap<String, TreeMap<Instant, Integer>> expected = new TreeMap<>();
        for (Row event : events) {
            expected.computeIfAbsent(event.getString(0), k -> new TreeMap<>())
                    .merge(event.getTimestamp(2).toInstant(), event.getInt(1), Math::max);
        }
        List<String> texts = new ArrayList<>();
        expected.forEach((key, times) -> times.forEach(
                (time, value) -> texts.add(key + "=" + value + " " + time + ".." + times.higherKey(time))));
        Collections.sort(texts);

        Collections.shuffle(events, random);
        Optional<Dataset<Row>> history = Optional.empty();
        for (List<Row> part : List.of(events.subList(0, 25), events.subList(15, 60), events.subList(0, 10))) {
            history = Optional.of(Scd2.with(history, spark.createDataFrame(part, EVENTS), "at", List.of("k"))
                    .localCheckpoint());
        }
        assertThat(told(history.orElseThrow())).isEqualTo(texts);
    }

    private static List<String> told(Dataset<Row> history) {
        return history.select("k", "v", "valid_from", "valid_to").collectAsList().stream()
                .map(row -> row.get(0) + "=" + row.get(1) + " " + instant(row, 2) + ".." + instant(row, 3))
                .sorted()
                .toList();
    }

    private static Instant at(int day) {
        return START.plusSeconds(86400L * day);
    }

    private static Instant instant(Row row, int column) {
        return row.isNullAt(column) ? null : row.getTimestamp(column).toInstant();
    }
}
