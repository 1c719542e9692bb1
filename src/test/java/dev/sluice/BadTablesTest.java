package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.config.Check;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Contract;
import dev.sluice.config.Distance;
import dev.sluice.config.Measure;
import dev.sluice.config.Monitor;
import dev.sluice.core.Interval;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.ContractInference;
import dev.sluice.quality.ContractVerdict;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.ProfileTable;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.SparkTest;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/**
 * Tables as nobody wants them: what their profile, the contract of the usual table, checks and drift from the usual table say of
 * each. What training and scoring make of such rows is in {@link BadTrainingRowsTest}.
 */
@SparkTest
class BadTablesTest {
    private static final Monitor.Limits LIMITS =
            new Monitor.Limits(List.of(), Distance.PSI, Optional.empty(), Optional.empty(), 1);
    private static final Interval DAY = Interval.parse("2024-03-01/2024-03-02", ZoneOffset.UTC);

    @Test
    void noRows(SparkSession spark) {
        assertThat(told(spark, usual(spark).where("false")))
                .isEqualTo(
                        """
                        profile id|bigint|0|0|||||||
                        profile origin|string|0|0|||||||
                        profile delay|double|0|0|||||||
                        check rows FAIL 0 rows
                        check key FAIL no rows with a value
                        check complete FAIL no rows
                        check range FAIL no rows
                        check mean FAIL no rows
                        drift delay not judged 0 rows, min_rows 1
                        drift id not judged 0 rows, min_rows 1
                        drift origin not judged 0 rows, min_rows 1
                        """);
    }

    @Test
    void oneRow(SparkSession spark) {
        assertThat(told(spark, usual(spark).where("id = 7")))
                .isEqualTo(
                        """
                        profile id|bigint|0|1|7|7|7|7||number|
                        profile origin|string|0|1|JFK|||JFK|3|text|
                        profile delay|double|0|1|7|7|7|7||number|
                        check rows PASS 1 row
                        check key PASS 1 row, all different
                        check complete PASS 100 % of 1 row (0 without a value)
                        check range PASS 7 to 7
                        check mean PASS a mean of 7
                        drift delay breach psi 8.2831, above 0.25
                        drift id breach psi 8.2831, above 0.25
                        drift origin breach psi 6.1427, above 0.25
                        """);
    }

    @Test
    void aColumnWithoutAnyValue(SparkSession spark) {
        assertThat(told(
                        spark,
                        usual(spark)
                                .selectExpr("id", "CAST(NULL AS STRING) AS origin", "CAST(NULL AS DOUBLE) AS delay")))
                .isEqualTo(
                        """
                        profile id|bigint|0|997 ±16|0|498|499.5|999||id|
                        profile origin|string|100.00 %|0|||||||
                        profile delay|double|100.00 %|0|||||||
                        broken contract.id.unique WARN about 997 different values in 1,000 rows
                        broken contract.origin.presence FAIL 0 % of 1,000 rows (1,000 without a value)
                        broken contract.delay.presence FAIL 0 % of 1,000 rows (1,000 without a value)
                        check rows PASS 1,000 rows
                        check key PASS 1,000 rows, all different
                        check complete FAIL 0 % of 1,000 rows (1,000 without a value), such as id = 0 and id = 999
                        check range PASS no value in 1,000 rows
                        check mean FAIL no value in 1,000 rows
                        drift origin breach psi 17.3187, above 0.25
                        drift delay breach psi 16.1103, above 0.25
                        drift id ok psi 0.0000, at most 0.1
                        """);
    }

    @Test
    void aColumnThatIsAlwaysTheSame(SparkSession spark) {
        assertThat(told(spark, usual(spark).selectExpr("id", "'JFK' AS origin", "50D AS delay")))
                .isEqualTo(
                        """
                        profile id|bigint|0|997 ±16|0|498|499.5|999||id|
                        profile origin|string|0|1|JFK|||JFK|3|category|JFK 100.00 %
                        profile delay|double|0|1|50|50|50|50||number|50.0 100.00 %
                        broken contract.id.unique WARN about 997 different values in 1,000 rows
                        check rows PASS 1,000 rows
                        check key PASS 1,000 rows, all different
                        check complete PASS 100 % of 1,000 rows (0 without a value)
                        check range PASS 50 to 50
                        check mean PASS a mean of 50
                        drift delay breach psi 8.2831, above 0.25
                        drift origin breach psi 6.1427, above 0.25
                        drift id ok psi 0.0000, at most 0.1
                        """);
    }

    @Test
    void keysWithoutValue(SparkSession spark) {
        assertThat(told(spark, usual(spark).selectExpr("CASE WHEN id % 4 > 0 THEN id END AS id", "origin", "delay")))
                .isEqualTo(
                        """
                        profile id|bigint|25.00 %|742 ±12|1|499|500|999||id|
                        profile origin|string|0|3|EWR|||LGA|3|category|EWR 33.40 %, JFK 33.30 %, LGA 33.30 %
                        profile delay|double|0|100|0|49|49.5|99||number|0.0 1.00 %, 1.0 1.00 %, 10.0 1.00 %
                        broken contract.id.presence FAIL 75 % of 1,000 rows (250 without a value)
                        broken contract.id.unique WARN about 742 different values in 750 rows
                        check rows PASS 1,000 rows
                        check key PASS 750 rows, all different; 250 rows without a value
                        check complete PASS 100 % of 1,000 rows (0 without a value)
                        check range PASS 0 to 99
                        check mean PASS a mean of 49.5
                        drift id breach psi 2.0273, above 0.25
                        drift delay ok psi 0.0000, at most 0.1
                        drift origin ok psi 0.0000, at most 0.1
                        """);
    }

    @Test
    void keysThatRepeat(SparkSession spark) {
        assertThat(told(spark, usual(spark).selectExpr("id div 2 AS id", "origin", "delay")))
                .isEqualTo(
                        """
                        profile id|bigint|0|494 ±8|0|249|249.5|499||number|
                        profile origin|string|0|3|EWR|||LGA|3|category|EWR 33.40 %, JFK 33.30 %, LGA 33.30 %
                        profile delay|double|0|100|0|49|49.5|99||number|0.0 1.00 %, 1.0 1.00 %, 10.0 1.00 %
                        broken contract.id.unique FAIL '200' in 2 rows or more, about 494 different values in 1,000 rows
                        check rows PASS 1,000 rows
                        check key FAIL about 494 ± 9 different values in 1,000 rows, such as 200 in 2 rows or more
                        check complete PASS 100 % of 1,000 rows (0 without a value)
                        check range PASS 0 to 99
                        check mean PASS a mean of 49.5
                        drift id breach psi 3.4879, above 0.25
                        drift delay ok psi 0.0000, at most 0.1
                        drift origin ok psi 0.0000, at most 0.1
                        """);
    }

    @Test
    void aContractOfNoRowsPromisesTypesAlone(SparkSession spark) {
        Contract inferred =
                ContractInference.infer(Profiler.profile(usual(spark).where("false")));

        assertThat(inferred.columns().values())
                .extracting(column -> column.type() + " " + column.presence() + " " + column.domain() + " "
                        + column.min() + " " + column.max())
                .containsExactly(
                        "bigint 0.0 [] Optional.empty Optional.empty",
                        "string 0.0 [] Optional.empty Optional.empty",
                        "double 0.0 [] Optional.empty Optional.empty");
        assertThat(broken(inferred, Profiler.profile(usual(spark)))).isEmpty();
    }

    private static Dataset<Row> usual(SparkSession spark) {
        return spark.range(1_000)
                .selectExpr(
                        "id",
                        "element_at(array('EWR', 'JFK', 'LGA'), 1 + CAST(id % 3 AS INT)) AS origin",
                        "CAST(id % 100 AS DOUBLE) AS delay");
    }

    /** What its profile holds, what of the usual table's contract it breaks, what checks say, and how far it is from the usual. */
    private static String told(SparkSession spark, Dataset<Row> rows) {
        TableProfile usual = Profiler.profile(usual(spark));
        TableProfile profile = Profiler.profile(rows);
        List<String> told = new ArrayList<>();
        ProfileTable.rows(profile, Set.of()).forEach(row -> told.add("profile " + String.join("|", row)));
        broken(ContractInference.infer(usual), profile).forEach(promise -> told.add("broken " + promise));
        checked(rows, profile).forEach(check -> told.add("check " + check));
        DriftReport.of(usual, profile, LIMITS)
                .columns()
                .forEach(column -> told.add(
                        "drift " + column.column() + " " + column.verdict().word() + " " + column.reason()));
        return String.join("\n", told) + "\n";
    }

    private static List<String> broken(Contract contract, TableProfile profile) {
        return ContractChecks.evaluate(contract, profile, Contract.Environment.TRAINING).stream()
                .map(ContractVerdict::result)
                .filter(result -> result.status() != CheckResult.Status.PASS)
                .map(BadTablesTest::text)
                .toList();
    }

    private static List<String> checked(Dataset<Row> rows, TableProfile profile) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put(
                "rows",
                new Check.Size(
                        new Check.Size.Bounds(Optional.empty(), Optional.of(1L), Optional.empty()), TableElse.FAIL));
        checks.put("key", new Check.Unique(List.of("id"), TableElse.FAIL));
        checks.put("complete", new Check.Complete("delay", 1, TableElse.FAIL));
        checks.put("range", new Check.Range("delay", Optional.of(0.0), Optional.of(99.0), TableElse.FAIL));
        checks.put("mean", new Measure.Mean("delay", Optional.of(0.0), Optional.of(60.0), TableElse.FAIL));
        Judged judged = new Judged(rows, profile, List.of("id"), Set.of(), DAY, ZoneOffset.UTC, table -> rows);
        return new DeequChecks()
                .evaluate(checks, judged).stream().map(BadTablesTest::text).toList();
    }

    private static String text(CheckResult result) {
        return result.check() + " " + result.status() + " " + result.found();
    }
}
