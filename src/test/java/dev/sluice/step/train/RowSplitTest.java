package dev.sluice.step.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.model.Part;
import dev.sluice.testing.SparkTest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Splits by hash, and what their parts share, against loops over the collected rows. */
@SparkTest
class RowSplitTest {
    private static final StructType COLUMNS = new StructType()
            .add("id", DataTypes.LongType)
            .add("customer", DataTypes.StringType)
            .add("x", DataTypes.IntegerType)
            .add("label", DataTypes.DoubleType);

    @Test
    void theSameKeyHasTheSamePartWhateverElseThereIs(SparkSession spark) {
        Train.Split settings = split(List.of("id"), Optional.empty());
        Map<Object, String> few = parts(rows(spark, 500, 1), settings, "id");
        Map<Object, String> many = parts(rows(spark, 4000, 2), settings, "id");
        assertThat(many).containsAllEntriesOf(few);
        Map<String, Long> counts = counts(many.values());
        assertThat((double) counts.get("train") / many.size()).isBetween(0.57, 0.63);
        assertThat((double) counts.get("validate") / many.size()).isBetween(0.17, 0.23);

        // A column whose type is widened keeps its parts, and these are what they always were.
        assertThat(parts(rows(spark, 500, 1).selectExpr("CAST(id AS INT) AS id", "label"), settings, "id"))
                .containsAllEntriesOf(narrow(few));
        assertThat(few.keySet().stream()
                        .filter(id -> (long) id < 40 && few.get(id).equals("test")))
                .containsExactly(13L, 14L, 27L, 32L, 37L);
    }

    @Test
    void rowsOfOneEntityStayTogether(SparkSession spark) {
        Dataset<Row> parts = RowSplit.of(
                        rows(spark, 3000, 3), split(List.of("customer"), Optional.empty()), "late", ZoneOffset.UTC)
                .parts(rows(spark, 3000, 3));
        Map<Object, Set<String>> found = new HashMap<>();
        parts.collectAsList().forEach(row -> found.computeIfAbsent(row.getAs("customer"), key -> new HashSet<>())
                .add(row.getAs("split")));
        assertThat(found).hasSizeGreaterThan(200).containsKey(null);
        assertThat(found.values()).allMatch(set -> set.size() == 1);
    }

    @Test
    void eachStratumIsDividedToTheRow(SparkSession spark) {
        Dataset<Row> labelled = rows(spark, 2000, 4);
        Dataset<Row> parts = RowSplit.of(labelled, split(List.of("id"), Optional.of("Late")), "late", ZoneOffset.UTC)
                .parts(labelled);
        assertThat(parts.columns()).containsExactly("id", "customer", "x", "label", "split");
        Map<Object, List<String>> byLabel = new TreeMap<>();
        parts.collectAsList().forEach(row -> byLabel.computeIfAbsent(row.getAs("label"), key -> new ArrayList<>())
                .add(row.getAs("split")));
        assertThat(byLabel).containsOnlyKeys(0.0, 1.0);
        byLabel.values().forEach(split -> {
            Map<String, Long> counts = counts(split);
            assertThat(counts.get("train")).isEqualTo(Math.round(0.6 * split.size()));
            assertThat(counts.get("train") + counts.get("validate")).isEqualTo(Math.round(0.8 * split.size()));
        });
    }

    @Test
    void strataKeepEntitiesWhole(SparkSession spark) {
        Dataset<Row> labelled = rows(spark, 3000, 5);
        Dataset<Row> parts = RowSplit.of(
                        labelled, split(List.of("customer"), Optional.of("late")), "late", ZoneOffset.UTC)
                .parts(labelled);
        List<Row> rows = parts.collectAsList();
        assertThat(rows).hasSize(3000);
        Map<Object, Double> stratum = new HashMap<>();
        Map<Object, Set<String>> found = new HashMap<>();
        rows.forEach(row -> {
            stratum.merge(row.getAs("customer"), row.<Double>getAs("label"), Math::max);
            found.computeIfAbsent(row.getAs("customer"), key -> new HashSet<>()).add(row.getAs("split"));
        });
        assertThat(found.values()).allMatch(set -> set.size() == 1);
        for (double value : new double[] {0, 1}) {
            List<String> split = found.entrySet().stream()
                    .filter(entry -> stratum.get(entry.getKey()) == value)
                    .map(entry -> entry.getValue().iterator().next())
                    .toList();
            assertThat(split).isNotEmpty();
            assertThat(counts(split).getOrDefault("train", 0L)).isEqualTo(Math.round(0.6 * split.size()));
        }
    }

    @Test
    void whatPartsShareIsCountedAndMayBeTooMuch(SparkSession spark) {
        Dataset<Row> labelled = rows(spark, 1500, 6);
        Train.Split settings = split(List.of("id"), Optional.empty());
        Dataset<Row> parts =
                RowSplit.of(labelled, settings, "late", ZoneOffset.UTC).parts(labelled);
        List<Row> rows = parts.collectAsList();
        SharedRows found = SharedRows.count(parts, List.of("x", "customer"), List.of("customer"));
        assertThat(found.rows())
                .isEqualTo(shared(rows, row -> Arrays.asList(row.<Object>getAs("x"), row.getAs("customer"))));
        assertThat(found.entities()).contains(shared(rows, row -> row.getAs("customer")));
        assertThat(found.rows().get(Part.TEST))
                .isPositive()
                .isLessThan(found.entities().orElseThrow().get(Part.TEST));
        assertThat(found.facts())
                .containsOnlyKeys(
                        "shared_rows_validate", "shared_entities_validate", "shared_rows_test", "shared_entities_test");
        assertThat(SharedRows.count(parts, List.of("id"), List.of()))
                .isEqualTo(new SharedRows(Map.of(Part.VALIDATE, 0L, Part.TEST, 0L), Optional.empty()));

        Map<Part, TrainingRows.Counts> counts = TrainingRows.counts(parts);
        Train.Shared loose = new Train.Shared(List.of("customer"), Optional.of(0.9), Optional.of(1.0));
        assertThatCode(() -> found.require(loose, counts)).doesNotThrowAnyException();
        Train.Shared strict = new Train.Shared(List.of("customer"), Optional.of(0.0), Optional.of(0.0));
        assertThatThrownBy(() -> found.require(strict, counts))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_FAILED))
                .hasMessageMatching(
                        "training has seen what would judge it: \\d+ of \\d+ validate rows \\(0\\.\\d{4}\\) have"
                                + " all features of a training row, above max_rows 0\\.0; \\d+ of \\d+ validate rows \\(0\\.\\d{4}\\)"
                                + " are of an entity \\(customer\\) with training rows, above max_entities 0\\.0; \\d+ of \\d+ test"
                                + " rows .*; \\d+ of \\d+ test rows .*");
    }

    /** By part, the rows whose value occurs in train; a row without a value shares nothing. */
    private static Map<Part, Long> shared(List<Row> rows, Function<Row, Object> value) {
        Set<Object> train = rows.stream()
                .filter(row -> row.getAs("split").equals("train"))
                .map(value)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Map<Part, Long> shared = new HashMap<>();
        for (Part part : List.of(Part.VALIDATE, Part.TEST)) {
            shared.put(
                    part,
                    rows.stream()
                            .filter(row -> row.getAs("split").equals(part.word()))
                            .filter(row -> train.contains(value.apply(row)))
                            .count());
        }
        return shared;
    }

    private static Map<Object, String> parts(Dataset<Row> labelled, Train.Split settings, String key) {
        Map<Object, String> parts = new LinkedHashMap<>();
        RowSplit.of(labelled, settings, "late", ZoneOffset.UTC)
                .parts(labelled)
                .collectAsList()
                .forEach(row -> parts.put(row.getAs(key), row.getAs("split")));
        return parts;
    }

    private static Map<Object, String> narrow(Map<Object, String> parts) {
        Map<Object, String> narrow = new HashMap<>();
        parts.forEach((key, part) -> narrow.put(((Long) key).intValue(), part));
        return narrow;
    }

    private static Map<String, Long> counts(Collection<String> parts) {
        return parts.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Train.Split split(List<String> hash, Optional<String> stratify) {
        return new Train.Split(
                0.6,
                0.2,
                0.2,
                Duration.ZERO,
                hash,
                stratify,
                new Train.Shared(List.of(), Optional.empty(), Optional.empty()));
    }

    /** Ids from 0; 300 customers, some unknown; a few values of x; a label that is rarely 1. */
    private static Dataset<Row> rows(SparkSession spark, int count, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(RowFactory.create(
                    (long) i,
                    random.nextInt(30) == 0 ? null : "c" + random.nextInt(300),
                    random.nextInt(10) == 0 ? null : random.nextInt(20),
                    random.nextInt(12) == 0 ? 1.0 : 0.0));
        }
        return spark.createDataFrame(rows, COLUMNS);
    }
}
