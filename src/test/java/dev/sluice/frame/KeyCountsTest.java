package dev.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

@SparkTest
class KeyCountsTest {
    private static final StructType COLUMNS = new StructType()
            .add("i", DataTypes.IntegerType)
            .add("d", DataTypes.DoubleType)
            .add("a", DataTypes.StringType)
            .add("b", DataTypes.StringType)
            .add("money", DataTypes.createDecimalType(20, 2))
            .add("day", DataTypes.DateType)
            .add("at", DataTypes.TimestampType)
            .add("yes", DataTypes.BooleanType)
            .add("bytes", DataTypes.BinaryType);

    private static final double[] DOUBLES = {0.0, -0.0, Double.NaN, 1.5, Double.POSITIVE_INFINITY};

    /** Texts that are the same when put together, in different places. */
    private static final String[] TEXTS = {"", "a", "ab", "b", "abc", "c"};

    @Test
    void countsWhatSparkGroups(SparkSession spark) {
        Random random = new Random(3);
        for (int round = 0; round < 4; round++) {
            Dataset<Row> rows = spark.createDataFrame(generated(random, new int[] {0, 1, 50, 4_000}[round]), COLUMNS)
                    .repartition(1 + round)
                    .cache();
            List<SortedSet<String>> sets = sets();
            Dataset<Row> fingerprints = rows.select(KeyCounts.fingerprints(sets));
            Map<SortedSet<String>, KeyCounts> found = counts(rows, Set.copyOf(sets));

            for (SortedSet<String> set : sets) {
                assertThat(found.get(set).groups()).as("%s", set).isEqualTo(obviously(rows, set));
            }
            assertThat(merged(sets, KeyCounts.parts(fingerprints, sets.size(), 3, 100)))
                    .as("by several tasks, which send often")
                    .isEqualTo(found);
            assertThat(merged(sets, KeyCounts.publicParts(fingerprints, sets.size(), 5, 1_000)))
                    .as("by Spark's public rows")
                    .isEqualTo(found);
            rows.unpersist();
        }
    }

    @Test
    void namesAValueThatSeveralRowsShare(SparkSession spark) {
        Dataset<Row> rows = spark.sql(
                "SELECT * FROM VALUES ('x', 1), ('x', 2), (NULL, 2), (NULL, 2), ('y', 3), ('y', NULL)" + " AS t(a, b)");
        SortedSet<String> both = new TreeSet<>(List.of("a", "b"));
        KeyCounts found = counts(rows, Set.of(both)).get(both);

        assertThat(found.groups()).isEqualTo(Map.of(1L, 4L, 2L, 1L));
        assertThat(found.repeated().map(KeyCounts.Key::rows)).isEqualTo(Optional.of(2L));
        List<String> values = new ArrayList<>();
        values.add(null);
        values.add("2");
        Column named = KeyCounts.values(both, found.repeated().orElseThrow());
        assertThat(rows.agg(named).head().getList(0)).isEqualTo(values);
    }

    @Test
    void allSetsCostOneJob(SparkSession spark) {
        Dataset<Row> rows = spark.range(0, 1_000, 1, 2).selectExpr("id AS a", "id % 7 AS b", "id % 11 AS c");
        Set<SortedSet<String>> sets =
                Set.of(new TreeSet<>(List.of("a")), new TreeSet<>(List.of("b", "c")), new TreeSet<>(List.of("a", "c")));

        assertThat(Jobs.count(spark, () -> counts(rows, sets))).isEqualTo(1);
        assertThat(KeyCounts.fits(rows.selectExpr("array(a) AS list").schema(), Set.of("list")))
                .isFalse();
    }

    private static Map<SortedSet<String>, KeyCounts> counts(Dataset<Row> rows, Set<SortedSet<String>> sets) {
        Map<SortedSet<String>, KeyCounts> found = new HashMap<>();
        OneJob job = new OneJob(rows, 4_000);
        KeyCounts.ask(job, sets, found::putAll);
        job.run();
        return found;
    }

    private static Map<SortedSet<String>, KeyCounts> merged(
            List<SortedSet<String>> sets, JavaRDD<KeyCounts.Part> parts) {
        return KeyCounts.merged(sets, parts.collect());
    }

    private static List<SortedSet<String>> sets() {
        List<SortedSet<String>> sets = new ArrayList<>();
        for (String name : COLUMNS.fieldNames()) {
            sets.add(new TreeSet<>(List.of(name)));
        }
        sets.add(new TreeSet<>(List.of("a", "b")));
        sets.add(new TreeSet<>(List.of("d", "yes")));
        sets.add(new TreeSet<>(List.of("day", "money", "at")));
        sets.add(new TreeSet<>(List.of(COLUMNS.fieldNames())));
        return sets;
    }

    /** How many groups have how many rows. */
    private static SortedMap<Long, Long> obviously(Dataset<Row> rows, SortedSet<String> set) {
        Column[] columns = set.stream().map(functions::col).toArray(Column[]::new);
        return rows
                .where(set.stream().map(name -> name + " IS NOT NULL").collect(Collectors.joining(" OR ")))
                .groupBy(columns)
                .count()
                .collectAsList()
                .stream()
                .collect(Collectors.groupingBy(row -> row.<Long>getAs("count"), TreeMap::new, Collectors.counting()));
    }

    private static List<Row> generated(Random random, int rows) {
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Object[] values = {
                random.nextInt(3 * rows),
                DOUBLES[random.nextInt(DOUBLES.length)],
                TEXTS[random.nextInt(TEXTS.length)],
                TEXTS[random.nextInt(TEXTS.length)],
                BigDecimal.valueOf(random.nextInt(50), 2).add(new BigDecimal("900000000000000000")),
                new Date(86_400_000L * random.nextInt(9)),
                new Timestamp(random.nextInt(30)),
                random.nextBoolean(),
                new byte[random.nextInt(4)]
            };
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextInt(4) == 0 ? null : values[j];
            }
            all.add(RowFactory.create(values));
        }
        return all;
    }
}
