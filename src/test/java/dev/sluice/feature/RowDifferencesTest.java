package dev.sluice.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a comparison of the rows in memory. */
@SparkTest
class RowDifferencesTest {
    private static final StructType SCHEMA =
            StructType.fromDDL("key int, d double, s string, l array<int>, m map<string,bigint>, same int");
    private static final List<String> COLUMNS = List.of("d", "s", "l", "m", "same");
    private static final int ROWS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsWhatAPlainComparisonFinds(long seed, SparkSession spark) {
        Random random = new Random(seed);
        List<Row> before = new ArrayList<>();
        List<Row> after = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            int key = random.nextInt(ROWS / 2);
            Object[] values = {key, number(random), text(random), list(random), map(random), 1};
            before.add(RowFactory.create(values.clone()));
            if (random.nextInt(6) > 0) {
                int changed = 1 + random.nextInt(12);
                if (changed < 5) {
                    values[changed] = switch (changed) {
                        case 1 -> number(random);
                        case 2 -> text(random);
                        case 3 -> list(random);
                        default -> map(random);
                    };
                }
                after.add(RowFactory.create(values));
            }
        }
        before.add(RowFactory.create(-1, 1.5, "gone", List.of(), Map.of(), 1));
        after.add(RowFactory.create(-2, 1.5, "added", List.of(), Map.of(), 1));
        Collections.shuffle(after, random);

        RowDifferences found = RowDifferences.of(
                spark.createDataFrame(before, SCHEMA), spark.createDataFrame(after, SCHEMA), List.of("key"), COLUMNS);

        Map<Integer, List<Row>> one = byKey(before);
        Map<Integer, List<Row>> other = byKey(after);
        Set<Integer> both = new TreeSet<>(one.keySet());
        both.retainAll(other.keySet());
        assertThat(found.onlyBefore()).isEqualTo(one.size() - both.size()).isPositive();
        assertThat(found.onlyAfter()).isEqualTo(other.size() - both.size()).isPositive();
        Map<String, Long> expected = new LinkedHashMap<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            int column = i + 1;
            long keys = both.stream()
                    .filter(key -> !values(one.get(key), column).equals(values(other.get(key), column)))
                    .count();
            if (keys > 0) {
                expected.put(COLUMNS.get(i), keys);
            }
        }
        Map<String, Long> counted = new LinkedHashMap<>();
        found.columns().forEach((column, difference) -> counted.put(column, difference.keys()));
        assertThat(counted).isEqualTo(expected).hasSizeGreaterThan(2);
    }

    private static Map<Integer, List<Row>> byKey(List<Row> rows) {
        Map<Integer, List<Row>> byKey = new TreeMap<>();
        rows.forEach(row ->
                byKey.computeIfAbsent(row.getInt(0), key -> new ArrayList<>()).add(row));
        return byKey;
    }

    /** Whatever their order. */
    private static List<String> values(List<Row> rows, int column) {
        return rows.stream()
                .map(row -> String.valueOf(row.get(column)))
                .sorted()
                .toList();
    }

    private static Double number(Random random) {
        double[] numbers = {Double.NaN, Double.POSITIVE_INFINITY, 1.5, random.nextDouble()};
        return random.nextInt(5) == 0 ? null : (Double) numbers[random.nextInt(numbers.length)];
    }

    private static String text(Random random) {
        return random.nextInt(5) == 0 ? null : "x".repeat(random.nextInt(3));
    }

    private static List<Integer> list(Random random) {
        return random.nextInt(5) == 0
                ? null
                : IntStream.range(0, random.nextInt(3)).boxed().toList();
    }

    private static Map<String, Long> map(Random random) {
        return random.nextInt(5) == 0 ? null : Map.of("k" + random.nextInt(2), (long) random.nextInt(3));
    }
}
