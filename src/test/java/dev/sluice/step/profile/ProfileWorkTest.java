package dev.sluice.step.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Contract;
import dev.sluice.config.ContractFile;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.frame.Profiler;
import dev.sluice.pipeline.StepResult;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class ProfileWorkTest {
    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final TableName FLIGHTS = new TableName("bronze.flights");
    private static final Interval JANUARY = Interval.parse("2013-01-01/2013-02-01", UTC);

    @Test
    void recordsTheProfileAndProposesAContract(SparkSession spark, @TempDir Path root) throws Exception {
        TemporaryLake lake = lake(spark, root);
        ProfileWork work = new ProfileWork(FLIGHTS, Optional.empty(), false);

        StepResult result = lake.run(work, JANUARY, UTC);

        assertThat(work.target()).isEqualTo("profile/bronze.flights");
        assertThat(result.read()).extracting(Object::toString).containsExactly("bronze.flights@0");
        assertThat(result.facts()).containsEntry("rows", "400").containsEntry("columns", "4");
        List<Map<String, Object>> rows = lake.metadata("profiles");
        assertThat(rows).hasSize(4);
        Map<String, Object> delay = rows.get(2);
        assertThat(delay)
                .containsEntry("table_name", "bronze.flights")
                .containsEntry("table_version", 0L)
                .containsEntry("column_name", "delay")
                .containsEntry("type", "double")
                .containsEntry("row_count", 400L)
                .containsEntry("null_count", 4L)
                .containsEntry("nan_count", 0L)
                .containsEntry("min", 1.0)
                .containsEntry("max", 399.0)
                .containsEntry("rank_error", 0.0);
        assertThat(((Row) delay.get("quantiles")).<Double>getAs("p50")).isEqualTo(199.0);
        assertThat(ProfileCodec.decodeColumn(ProfileCodec.state((String) delay.get("state"))))
                .isEqualTo(Profiler.profile(lake.tables().read(result.read().get(0)))
                        .columns()
                        .get("delay"));
        assertThat(rows.get(1)).containsEntry("min_text", "EWR").containsEntry("distinct_values", 2.0);
        Path file = root.resolve("proposed.yml");
        Files.write(
                file,
                lake.storage().read("_sluice/contracts/bronze.flights.yml").orElseThrow());
        Contract contract = ContractFile.read(file);
        assertThat(result.facts().get("contract")).endsWith("_sluice/contracts/bronze.flights.yml");
        assertThat(contract.columns().get("origin").domain()).containsExactly("EWR", "JFK");
        assertThat(contract.columns().get("delay").presence()).isEqualTo(0.99);
    }

    @Test
    void aDateColumnSelectsTheInterval(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = lake(spark, root);

        StepResult result = lake.run(
                new ProfileWork(FLIGHTS, Optional.of("day"), true), Interval.parse("2013-01-02/2013-01-03", UTC), UTC);

        assertThat(result.facts()).containsOnlyKeys("rows", "columns").containsEntry("rows", "40");
        assertThat(lake.storage().read("_sluice/contracts/bronze.flights.yml"))
                .as("one is declared")
                .isEmpty();
    }

    @Test
    void aTableThatIsNotThereIsSaid(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = new TemporaryLake(spark, root);

        assertThatThrownBy(() -> lake.run(new ProfileWork(FLIGHTS, Optional.empty(), true), JANUARY, UTC))
                .hasMessageStartingWith("table bronze.flights does not exist at ");
    }

    private static TemporaryLake lake(SparkSession spark, Path root) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        lake.put(
                "bronze.flights",
                spark.range(400)
                        .selectExpr(
                                "id",
                                "if(id % 2 = 0, 'EWR', 'JFK') AS origin",
                                "if(id % 100 = 0, NULL, CAST(id AS DOUBLE)) AS delay",
                                "date_add(DATE '2013-01-01', CAST(id % 10 AS INT)) AS day"));
        return lake;
    }
}
