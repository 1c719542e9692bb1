package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class ProfilerTest {
    /** One column for each kind. */
    private static final StructType TYPES = new StructType()
            .add("string", DataTypes.StringType)
            .add("boolean", DataTypes.BooleanType)
            .add("int", DataTypes.IntegerType)
            .add("long", DataTypes.LongType)
            .add("double", DataTypes.DoubleType)
            .add("date", DataTypes.DateType)
            .add("timestamp", DataTypes.TimestampType);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 150, 3_000})
    void agreesWithSqlAggregates(int n, SparkSession spark) {
        spark.conf().set("spark.sql.datetime.java8API.enabled", true);
        Dataset<Row> rows = generated(spark, n).cache();
        TableProfile found = Profiler.byRows(rows);

        assertThat(found.rows()).isEqualTo(n);
        assertThat(found.columns().keySet()).containsExactly(TYPES.fieldNames());
        for (String name : TYPES.fieldNames()) {
            ColumnProfile column = found.columns().get(name);
            assertThat(column.type()).isEqualTo(TYPES.apply(name).dataType().catalogString());
            assertPresence(rows, name, column);
            assertDistinct(rows, name, column);
            column.numbers().ifPresent(numbers -> assertNumbers(rows, name, numbers));
            if (column.numbers().isEmpty() && column.extent().isPresent()) {
                assertExtent(rows, name, column.extent().get());
            }
        }
        assertThat(found.columns().get("date").extent().isPresent())
                .isEqualTo(found.columns().get("date").nulls() < n);
        rows.unpersist();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3_000})
    void allWaysGiveTheSame(int n, SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        write(everyType(spark, n), path);
        Dataset<Row> rows = spark.read().parquet(path);
        Profiler.Scan scan = Profiler.scan(rows);

        assertThat(scan.way()).isEqualTo(Profiler.Way.COLUMNS);
        assertThat(scan.profile()).isEqualTo(Profiler.byRows(rows));
        assertThat(scan.profile()).isEqualTo(Profiler.publicly(rows));
        Dataset<Row> chosen = rows.select(col("int").as("renamed"), col("`odd ``name``.x`"), col("decimal"));
        assertThat(Profiler.scan(chosen).way()).isEqualTo(Profiler.Way.COLUMNS);
        assertThat(Profiler.profile(chosen)).isEqualTo(Profiler.byRows(chosen));
    }

    @Test
    void whatIsWithinStructsAndArraysIsFoundByItsPath(SparkSession spark) {
        TableProfile found = Profiler.profile(spark.sql("SELECT * FROM VALUES"
                + " (array(1, 2, null), named_struct('a', 1, 'b.c', array(DATE '1500-01-01'))),"
                + " (array(), named_struct('a', null, 'b.c', null)),"
                + " (null, null) AS t (list, `s.t`)"));

        assertThat(found.nested().keySet()).containsExactly("list[]", "`s.t`.a", "`s.t`.`b.c`", "`s.t`.`b.c`[]");
        ColumnProfile list = found.columns().get("list");
        assertThat(list.nulls()).isEqualTo(1);
        assertThat(list.lengths()).contains(new Lengths(2, 0, 3, 3));
        ColumnProfile elements = found.nested().get("list[]");
        assertThat(elements.rows()).isEqualTo(3);
        assertThat(elements.nulls()).isEqualTo(1);
        assertThat(elements.numbers().orElseThrow().max()).isEqualTo(2);
        ColumnProfile a = found.nested().get("`s.t`.a");
        assertThat(a.rows()).isEqualTo(3);
        assertThat(a.nulls()).isEqualTo(2);
        assertThat(found.nested().get("`s.t`.`b.c`[]").extent())
                .contains(new ColumnProfile.Extent("1500-01-01", "1500-01-01"));
    }

    @Test
    void whatIsNotInTheFilesAsItIsIsReadAsRows(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        write(generated(spark, 500), path);
        Dataset<Row> files = spark.read().parquet(path);

        for (Dataset<Row> rows : List.of(
                files.where("int > 0"),
                files.withColumn("more", expr("int + 1")),
                files.selectExpr("CAST(int AS BIGINT) AS int"),
                files.limit(7),
                files.repartition(2))) {
            Profiler.Scan scan = Profiler.scan(rows);
            assertThat(scan.way()).isEqualTo(Profiler.Way.ROWS);
            assertThat(scan.profile().rows()).isEqualTo(rows.count());
        }
    }

    @Test
    void batchesMayComeFromMoreThanOneScan(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        write(generated(spark, 500), path);
        Dataset<Row> twice = spark.read().parquet(path).union(spark.read().parquet(path));

        assertThat(Profiler.scan(twice).profile().rows()).isEqualTo(1_000);
        assertThat(Profiler.profile(twice)).isEqualTo(Profiler.byRows(twice));
    }

    @Test
    void textsOfManyDictionariesAreNotMixedUp(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("rows").toString();
        // Row groups with other dictionaries of the same numbers, then too many texts for a dictionary in the midst of
        // pages.
        spark.range(0, 60_000, 1, 1)
                .selectExpr(
                        "concat('group ', id div 5000, ' value ', id % 7) AS few",
                        "if(id < 40000, concat('v', id % 300), concat('many ', id)) AS many",
                        "if(id % 3 = 0, null, concat('n', id % 2000)) AS holes")
                .write()
                .option("parquet.block.size", 32 * 1024)
                .option("parquet.page.size", 4 * 1024)
                .option("parquet.dictionary.page.size", 8 * 1024)
                .option("parquet.page.row.count.limit", 700)
                .parquet(path);
        Dataset<Row> rows = spark.read().parquet(path);
        Profiler.Scan scan = Profiler.scan(rows);

        assertThat(scan.way()).isEqualTo(Profiler.Way.COLUMNS);
        assertThat(scan.profile()).isEqualTo(Profiler.publicly(rows));
        assertThat(scan.profile().columns().get("few").distinct().orElseThrow().count())
                .isEqualTo(84);
    }

    @Test
    void rowsThatADeltaTableHasDeletedAreNotThere(SparkSession spark, @TempDir Path folder) {
        String path = folder.resolve("table").toString();
        spark.range(0, 1_000, 1, 2)
                .selectExpr("id", "id % 7 AS day")
                .write()
                .format("delta")
                .partitionBy("day")
                .option("delta.enableDeletionVectors", "true")
                .save(path);
        Dataset<Row> table = spark.read().format("delta").load(path);
        assertThat(Profiler.scan(table).way()).isEqualTo(Profiler.Way.COLUMNS);
        assertThat(Profiler.profile(table)).isEqualTo(Profiler.byRows(table));
        assertGroups(table);
        assertThat(PartitionBatches.of(table.select(col("id"), col("day"), Columns.partition(List.of("day")))))
                .isPresent();
        spark.sql("DELETE FROM delta.`" + path + "` WHERE id % 10 = 3");
        Dataset<Row> after = spark.read().format("delta").load(path);

        assertThat(PartitionBatches.of(after.select(col("id"), col("day"), Columns.partition(List.of("day")))))
                .isEmpty();
        assertGroups(after);
        assertThat(Profiler.profile(after).rows()).isEqualTo(900);
        assertThat(Profiler.profile(after)).isEqualTo(Profiler.byRows(after));
    }

    /** Groups of partitions, in both ways, are those of their rows. */
    private static void assertGroups(Dataset<Row> table) {
        Map<String, String> groups = Map.of("day=1", "a", "day=2", "a", "day=3", "b", "day=9", "none");
        Column name = Columns.partition(List.of("day"));
        Map<String, TableProfile> found = Profiler.groups(table, List.of("day"), groups);
        assertThat(found).containsOnlyKeys("a", "b", "none");
        assertThat(found.get("a").rows()).isEqualTo(table.where("day IN (1, 2)").count());
        assertThat(found.get("b").columns().get("id").distinct())
                .isEqualTo(Profiler.profile(table.where("day = 3"))
                        .columns()
                        .get("id")
                        .distinct());
        assertThat(found.get("none").rows()).isZero();
        Dataset<Row> chosen = table.where("day IN (1, 2, 3)");
        Map<String, List<byte[]>> publicly = Profiler.groupedStatesPublicly(chosen, name, groups);
        Profiler.groupedStates(chosen, name, groups)
                .forEach((group, states) -> assertThat(PartitionProfile.merge(table.schema(), publicly.get(group)))
                        .isEqualTo(PartitionProfile.merge(table.schema(), states)));
    }

    @Test
    void everyRowIsInOneSliceOfEachColumn(SparkSession spark) {
        Dataset<Row> rows = spark.range(0, 3_000, 1, 3)
                .selectExpr("id", "if(id % 11 = 0, null, id % 4) AS few", "id % 70 AS many", "string(id) AS all");
        Map<String, Slices> found = Profiler.slices(rows, List.of("few", "many", "all"));

        assertThat(found.keySet()).containsExactly("few", "many", "all");
        Slices few = found.get("few");
        assertThat(few.values().keySet()).containsExactly("0", "1", "2", "3");
        assertThat(few.values().get("2")).isEqualTo(Profiler.profile(rows.where("few = 2")));
        assertThat(few.others()).contains(Profiler.profile(rows.where("few IS NULL")));
        Slices many = found.get("many");
        assertThat(many.values()).hasSizeBetween(1, Slices.MOST);
        many.values().forEach((value, profile) -> assertThat(profile.rows())
                .isEqualTo(rows.where("many = " + value).count()));
        for (Slices slices : found.values()) {
            assertThat(Stream.concat(slices.values().values().stream(), slices.others().stream())
                            .mapToLong(TableProfile::rows)
                            .sum())
                    .isEqualTo(3_000);
        }
        assertThat(Profiler.slicesPublicly(rows, List.of("few", "many", "all"))).isEqualTo(found);
        assertThat(Jobs.count(spark, () -> Profiler.slices(rows, List.of("few", "many"))))
                .isEqualTo(1);
    }

    @Test
    void decimalsKeepAllTheirDigits(SparkSession spark) {
        TableProfile found = Profiler.profile(spark.sql("SELECT CAST(a AS DECIMAL(38, 2)) AS wide,"
                + " CAST(b AS DECIMAL(15, 3)) AS narrow FROM VALUES"
                + " ('123456789012345678901234567890123456.01', '-123456789012.345'),"
                + " ('123456789012345678901234567890123456.02', '0.001'), (null, null) AS t (a, b)"));

        assertThat(found.columns().get("wide").extent())
                .contains(new ColumnProfile.Extent(
                        "123456789012345678901234567890123456.01", "123456789012345678901234567890123456.02"));
        assertThat(found.columns().get("wide").distinct().orElseThrow().count()).isEqualTo(2);
        assertThat(found.columns().get("narrow").extent())
                .contains(new ColumnProfile.Extent("-123456789012.345", "0.001"));
    }

    @Test
    void oneJobForAnyNumberOfColumns(SparkSession spark, @TempDir Path folder) {
        Dataset<Row> rows = generated(spark, 1_000);
        for (int i = 0; i < 40; i++) {
            rows = rows.withColumn("more_" + i, expr("int + " + i));
        }
        String path = folder.resolve("wide").toString();
        rows.where("date > DATE '1900-01-01'").write().parquet(path);
        Dataset<Row> wide = spark.read().parquet(path);

        assertThat(Jobs.count(spark, () -> Profiler.profile(wide))).isEqualTo(1);
        assertThat(Jobs.count(spark, () -> Profiler.byRows(wide))).isEqualTo(1);
        assertThat(Jobs.count(spark, () -> wide.agg(max("int")).collectAsList()))
                .as("an aggregate of Spark, for comparison: jobs are counted")
                .isGreaterThan(1);
    }

    @Test
    void profilesOfDaysMergeIntoTheProfileOfAll(SparkSession spark) {
        Dataset<Row> rows = generated(spark, 900);
        TableProfile all = Profiler.profile(rows);
        TableProfile merged = Profiler.profile(rows.where("int % 2 = 0"))
                .merge(Profiler.profile(rows.where("int % 2 <> 0 or int is null")));

        assertThat(merged.rows()).isEqualTo(900);
        for (String name : List.of("string", "boolean", "date", "timestamp")) {
            assertThat(merged.columns().get(name).extent())
                    .isEqualTo(all.columns().get(name).extent());
            assertThat(merged.columns().get(name).distinct().orElseThrow().count())
                    .isCloseTo(all.columns().get(name).distinct().orElseThrow().count(), within(1e-6));
        }
    }

    private static void assertPresence(Dataset<Row> rows, String name, ColumnProfile column) {
        Row row =
                rows.selectExpr("count(*)", "count_if(`" + name + "` is null)").head();
        assertThat(column.rows()).isEqualTo(row.getLong(0));
        assertThat(column.nulls()).isEqualTo(row.getLong(1));
    }

    private static void assertDistinct(Dataset<Row> rows, String name, ColumnProfile column) {
        List<Row> groups =
                rows.where(col(name).isNotNull()).groupBy(name).count().collectAsList();
        Distinct distinct = column.distinct().orElseThrow();
        if (groups.size() > Distinct.MOST_COUNTED) {
            assertThat(distinct).isInstanceOf(Distinct.Estimated.class);
            assertThat(distinct.count()).isCloseTo(groups.size(), within(3 * distinct.relativeError() * groups.size()));
            return;
        }
        TreeMap<String, Long> expected = new TreeMap<>();
        groups.forEach(group -> expected.put(group.get(0).toString(), group.getLong(1)));
        assertThat(distinct).isEqualTo(new Distinct.Counted(expected));
    }

    private static void assertNumbers(Dataset<Row> rows, String name, Numbers numbers) {
        Dataset<Row> values = rows.where(col(name).isNotNull().and(expr("not isnan(CAST(`" + name + "` AS DOUBLE))")))
                .select(col(name).cast("double").as("x"));
        Row row = values.selectExpr("count(x)", "min(x)", "max(x)", "sum(x)", "avg(x)", "var_pop(x)")
                .head();
        assertThat(numbers.count()).isEqualTo(row.getLong(0));
        assertThat(numbers.nans())
                .isEqualTo(rows.where("isnan(CAST(`" + name + "` AS DOUBLE))").count());
        if (numbers.count() == 0) {
            assertThat(numbers.min()).isNaN();
            return;
        }
        assertThat(numbers.min()).isEqualTo(row.getDouble(1));
        assertThat(numbers.max()).isEqualTo(row.getDouble(2));
        assertSame(numbers.sum(), row.getDouble(3));
        assertSame(numbers.mean(), row.getDouble(4));
        assertSame(numbers.variance(), row.getDouble(5));
        List<Double> sorted =
                values.as(Encoders.DOUBLE()).collectAsList().stream().sorted().toList();
        for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}) {
            double error = numbers.quantiles().rankError();
            int low = (int) Math.ceil((share - error) * sorted.size()) - 1;
            int high = (int) Math.ceil((share + error) * sorted.size()) - 1;
            assertThat(numbers.quantiles().quantile(share))
                    .isBetween(
                            sorted.get(Math.max(0, low)), sorted.get(Math.min(sorted.size() - 1, Math.max(0, high))));
        }
    }

    private static void assertExtent(Dataset<Row> rows, String name, ColumnProfile.Extent extent) {
        Row row = rows.selectExpr("min(`" + name + "`)", "max(`" + name + "`)").head();
        assertThat(extent)
                .isEqualTo(new ColumnProfile.Extent(
                        row.get(0).toString(), row.get(1).toString()));
    }

    private static void assertSame(double found, double expected) {
        if (Double.isFinite(expected)) {
            assertThat(found).isCloseTo(expected, within(1e-9 * Math.max(1e-300, Math.abs(expected))));
        } else {
            assertThat(Double.valueOf(found)).isEqualTo(Double.valueOf(expected));
        }
    }

    private static void write(Dataset<Row> rows, String path) {
        // Dates before any calendar reform, as they are.
        rows.sparkSession().conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
        rows.sparkSession().conf().set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
        rows.write().parquet(path);
    }

    private static Dataset<Row> everyType(SparkSession spark, int n) {
        return generated(spark, n)
                .withColumn("decimal", expr("CAST(CAST(int AS DECIMAL(20, 2)) / 3 AS DECIMAL(30, 6))"))
                .withColumn("narrow", expr("CAST(int / 7 AS DECIMAL(12, 4))"))
                .withColumn("float", col("double").cast("float"))
                .withColumn("short", col("int").cast("smallint"))
                .withColumn("byte", col("int").cast("tinyint"))
                .withColumn("binary", col("string").cast("binary"))
                .withColumn("ancient", expr("CAST('0044-03-15' AS DATE)"))
                .withColumn("old", expr("CAST('1500-01-01T00:00:00Z' AS TIMESTAMP)"))
                .withColumn("local", expr("TIMESTAMP_NTZ '2013-01-01 00:00:00'"))
                .withColumn("nothing", lit(null).cast("string"))
                .withColumn("odd `name`.x", lit(1))
                .withColumn(
                        "nested",
                        expr("if(int < 0, null, struct(int, struct(date, timestamp) AS in, string AS `a.b`))"))
                .withColumn("list", expr("array(date, null, date_add(date, 1))"))
                .withColumn("lists", expr("array(struct(timestamp, array(string) AS texts))"))
                .withColumn("map", expr("map(1, int)"));
    }

    /** Nulls, NaN, infinities, huge values, empty and foreign texts, dates before any calendar reform. */
    static Dataset<Row> generated(SparkSession spark, int n) {
        Random random = new Random(n);
        String[] texts = {"", "EWR", "JFK", "Zürich", "日本", "\uD83D\uDE00", "x".repeat(100)};
        double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, 0.0, -0.0, Double.MIN_VALUE, 1e300, -1e18};
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            boolean some = random.nextInt(20) > 0;
            rows.add(RowFactory.create(
                    some
                            ? (random.nextInt(3) == 0
                                    ? "value " + random.nextInt(2 * n)
                                    : texts[random.nextInt(texts.length)])
                            : null,
                    random.nextInt(4) == 0 ? null : random.nextBoolean(),
                    random.nextInt(10) == 0 ? null : random.nextInt(60) - 30,
                    random.nextInt(10) == 0 ? null : random.nextLong(),
                    random.nextInt(10) == 0
                            ? null
                            : random.nextInt(50) == 0 ? odd[random.nextInt(odd.length)] : random.nextGaussian(),
                    random.nextInt(10) == 0
                            ? null
                            : LocalDate.of(2013, 1, 1).plusDays(random.nextInt(365) - 400_000L * random.nextInt(2)),
                    random.nextInt(10) == 0
                            ? null
                            : Instant.parse("2013-01-01T00:00:00Z").plusNanos(1000L * random.nextInt())));
        }
        return spark.createDataFrame(rows, TYPES).repartition(3);
    }
}
