package dev.sluice.adapter.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.Maintenance;
import dev.sluice.testing.Jobs;
import dev.sluice.testing.SparkTest;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
final class DeltaRecordsTest {
    private static final TableName TABLE = new TableName("_sluice.things");
    private static final StructType COLUMNS = new StructType()
            .add("text", DataTypes.StringType)
            .add("whole", DataTypes.LongType)
            .add("small", DataTypes.IntegerType)
            .add("number", DataTypes.DoubleType)
            .add("flag", DataTypes.BooleanType)
            .add("time", DataTypes.TimestampType)
            .add("date", DataTypes.DateType)
            .add("list", DataTypes.createArrayType(DataTypes.StringType))
            .add("pair", new StructType().add("a", DataTypes.DoubleType).add("b", DataTypes.StringType));
    private static final Row FULL = RowFactory.create(
            "é\"\n",
            Long.MIN_VALUE,
            -7,
            Double.NaN,
            true,
            Timestamp.from(Instant.parse("1969-12-31T23:59:59.999999Z")),
            Date.valueOf("2013-02-12"),
            new String[] {"x", "y"},
            RowFactory.create(0.1, null));
    private static final Row EMPTY = RowFactory.create(null, null, null, null, null, null, null, null, null);

    @TempDir
    private Path folder;

    private DeltaRecords records;
    private DeltaTables tables;

    @BeforeEach
    void tables(SparkSession spark) {
        var hadoop = spark.sparkContext().hadoopConfiguration();
        records = new DeltaRecords(hadoop, "file:" + folder);
        tables = new DeltaTables(() -> spark, hadoop, "file:" + folder);
    }

    @Test
    void sparkReadsWhatWasAppendedAndTheOtherWayRound(SparkSession spark) {
        records.append(TABLE, COLUMNS, List.of(FULL, EMPTY), key("a"));
        List<String> expected = spark.createDataFrame(List.of(FULL, EMPTY), COLUMNS).collectAsList().stream()
                .map(Row::json)
                .toList();
        assertThat(texts(tables.read(tables.latest(TABLE).orElseThrow()).collectAsList()))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(texts(scan())).containsExactlyInAnyOrderElementsOf(expected);

        tables.maintain(TABLE, Maintenance.JOIN);
        assertThat(texts(scan())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aKeyLandsOnceAlsoWhenTheAnswerIsLost(SparkSession spark) throws Exception {
        assertThat(Jobs.count(spark, () -> records.append(TABLE, COLUMNS, List.of(FULL), key("a"))))
                .isZero();
        records.append(TABLE, COLUMNS, List.of(FULL), key("a"));
        try (AutoCloseable armed = FaultPoint.arm(point -> {
            if (point.equals("commit.after")) {
                throw new IllegalStateException("the answer was lost");
            }
        })) {
            assertThat(armed).isNotNull();
            records.append(TABLE, COLUMNS, List.of(EMPTY), key("b"));
        }
        assertThat(scan()).hasSize(2);
        assertThat(tables.landed(TABLE, key("b"))).isPresent();
    }

    @Test
    void writersAtOnceAllLand() throws Exception {
        records.append(TABLE, COLUMNS, List.of(EMPTY), key("first"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                RunKey key = key("writer " + i);
                writers.add(() -> {
                    records.append(TABLE, COLUMNS, List.of(FULL), key);
                    return null;
                });
            }
            for (var written : threads.invokeAll(writers)) {
                written.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(scan()).hasSize(13);
        assertThat(records.files(TABLE)).isEqualTo(13);
        tables.maintain(TABLE, Maintenance.JOIN);
        assertThat(records.files(TABLE)).isEqualTo(1);
        assertThat(scan()).hasSize(13);
    }

    @Test
    void aVisitorStopsTheScanAndAMissingTableHasNoRows() {
        assertThat(scan()).isEmpty();
        assertThat(records.files(TABLE)).isZero();
        records.append(TABLE, COLUMNS, List.of(FULL, EMPTY), key("a"));
        List<Row> seen = new ArrayList<>();
        records.scan(TABLE, row -> {
            seen.add(row);
            return false;
        });
        assertThat(seen).hasSize(1);
    }

    @Test
    void otherColumnsAreRefusedWithWhatToDo() {
        records.append(TABLE, new StructType().add("old", DataTypes.LongType), List.of(), key("a"));
        assertThatThrownBy(() -> records.append(TABLE, COLUMNS, List.of(FULL), key("b")))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("table _sluice.things has the columns struct(")
                .extracting(e -> ((SluiceException) e).hint())
                .asString()
                .contains("move the folder of _sluice.things aside");
    }

    private List<Row> scan() {
        List<Row> rows = new ArrayList<>();
        records.scan(TABLE, rows::add);
        return rows;
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream().map(Row::json).toList();
    }

    private static RunKey key(String name) {
        return RunKey.of("test", name, new dev.sluice.core.Interval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)), "s");
    }
}
