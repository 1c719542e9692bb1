package dev.sluice.step.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.config.Check;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Contract;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.StepResult;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class CheckWorkTest {
    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final TableName FLIGHTS = new TableName("bronze.flights");
    private static final Interval DAY = Interval.parse("2013-01-02/2013-01-03", UTC);

    @Test
    void recordsVerdictsAndLetsPass(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = lake(spark, root);
        CheckWork work = work(5, TableElse.WARN, Optional.empty());

        StepResult result = lake.run(work, DAY, UTC);

        assertThat(work.target()).isEqualTo("check/bronze.flights");
        assertThat(work.reads()).extracting(TableName::text).containsExactly("bronze.airports", "bronze.flights");
        assertThat(result.facts())
                .containsEntry("rows", "6")
                .containsEntry("checks", "6")
                .containsEntry("warned", "airport");
        assertThat(lake.said())
                .contains(
                        "warning: check airport of bronze.flights (origin): found 3 rows of 6 with a value that does not,"
                                + " such as 'JFK' in 3 rows, expected all values to occur in bronze.airports.faa");
        assertThat(lake.metadata("checks")).hasSize(6);
        assertThat(lake.metadata("checks").get(0))
                .containsEntry("table_version", 0L)
                .containsEntry("check_name", "key")
                .containsEntry("column_name", "id")
                .containsEntry("status", "PASS")
                .containsEntry("metric", 1.0)
                .containsEntry("found", "6 rows, all different")
                .containsEntry("expected", "a different id in every row that has one")
                .containsEntry("source", "profile");
    }

    @Test
    void namesEveryFailedCheckOnceTheVerdictsAreRecorded(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = lake(spark, root);

        assertThatThrownBy(() -> lake.run(work(2, TableElse.FAIL, Optional.empty()), DAY, UTC))
                .isInstanceOfSatisfying(SluiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CHECK_FAILED);
                    assertThat(e)
                            .hasMessage(
                                    "airport of bronze.flights (origin): found 3 rows of 6 with a value that does not,"
                                            + " such as 'JFK' in 3 rows, expected all values to occur in bronze.airports.faa; "
                                            + "contract.id.range of bronze.flights (id): found 0 to 5, expected at most 2");
                    assertThat(e.hint()).startsWith("bronze.flights@0 stays published");
                });
        assertThat(lake.metadata("checks"))
                .extracting(row -> row.get("status"))
                .containsExactly("PASS", "FAIL", "PASS", "FAIL", "PASS", "PASS");
    }

    @Test
    void aDateColumnSelectsTheInterval(SparkSession spark, @TempDir Path root) {
        TemporaryLake lake = lake(spark, root);

        StepResult result = lake.run(work(5, TableElse.WARN, Optional.of("day")), DAY, UTC);

        assertThat(result.facts()).containsEntry("rows", "3").containsEntry("warned", "airport");
    }

    private static CheckWork work(double most, TableElse otherwise, Optional<String> by) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("key", new Check.Unique(List.of("id"), TableElse.FAIL));
        checks.put("airport", new Check.Contained(Map.of("origin", "bronze.airports.faa"), 1, otherwise));
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        columns.put("id", column("bigint", 0, List.of(), Optional.empty(), Optional.of(most)));
        columns.put("origin", column("string", 0, List.of(), Optional.empty(), Optional.empty()));
        columns.put("day", column("date", 0, List.of(), Optional.empty(), Optional.empty()));
        return new CheckWork(
                FLIGHTS, by, List.of("id"), checks, Optional.of(new Contract(1, columns)), new DeequChecks());
    }

    private static TemporaryLake lake(SparkSession spark, Path root) {
        TemporaryLake lake = new TemporaryLake(spark, root);
        lake.put(
                "bronze.flights",
                spark.range(6)
                        .selectExpr(
                                "id",
                                "if(id < 3, 'EWR', 'JFK') AS origin",
                                "date_add(DATE '2013-01-01', CAST(id % 2 AS INT)) AS day"));
        lake.put("bronze.airports", spark.sql("SELECT 'EWR' AS faa"));
        return lake;
    }

    private static Contract.Column column(
            String type, double presence, List<String> domain, Optional<Double> min, Optional<Double> max) {
        return new Contract.Column(type, List.of(), presence, domain, 1, min, max, Optional.empty(), false, false);
    }
}
