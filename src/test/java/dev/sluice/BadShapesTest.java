package dev.sluice;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.report.HtmlReport;
import dev.sluice.config.Check;
import dev.sluice.config.Check.TableElse;
import dev.sluice.config.Contract;
import dev.sluice.config.ContractFile;
import dev.sluice.config.Distance;
import dev.sluice.config.Monitor;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.port.Report;
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.ContractInference;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.ProfileSections;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables of odd shapes and names, from the profile to the page. What models make of them is in {@link BadTrainingRowsTest}. */
@SparkTest
class BadShapesTest {
    private static final Monitor.Limits LIMITS =
            new Monitor.Limits(List.of(), Distance.PSI, Optional.empty(), Optional.empty(), 1);

    @TempDir
    private Path folder;

    static Stream<String> names() {
        return Stream.of(
                "a.b",
                "a`b",
                "a b",
                "it's",
                "say \"no\"",
                "🚢 № ß",
                "select",
                "null",
                "Column",
                " ",
                "a: b # c",
                "<script>alert(1)</script>",
                "x".repeat(1_024));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameIsOnlyAName(String name, SparkSession spark) throws IOException {
        Dataset<Row> rows = spark.range(100)
                .select(
                        col("id").mod(3).cast("string").as(name),
                        col("id").cast("double").as("number"));
        Dataset<Row> others = rows.select(lit("9").as(name), col("number"));

        TableProfile profile = Profiler.profile(rows);
        Contract contract = ContractInference.infer(profile);
        Path file = folder.resolve("contract.yml");
        Files.writeString(file, ContractFile.text(contract));

        assertThat(profile.columns()).containsOnlyKeys(name, "number");
        assertThat(profile.columns().get(name).distinct().orElseThrow().frequencies())
                .containsExactly(entry("0", 34L), entry("1", 33L), entry("2", 33L));
        assertThat(ProfileCodec.decode(ProfileCodec.encode(profile))).isEqualTo(profile);
        assertThat(ContractFile.read(file)).isEqualTo(contract);
        assertThat(broken(contract, profile)).isEmpty();
        assertThat(broken(contract, Profiler.profile(others))).containsExactly("contract." + name + ".domain");
        assertThat(DriftReport.of(profile, Profiler.profile(others), LIMITS).columns())
                .extracting(column -> column.column() + " " + column.verdict())
                .containsExactly(name + " " + Verdict.BREACH, "number " + Verdict.OK);
        String page = new HtmlReport().render(new Report("t", "s", ProfileSections.of(profile, Set.of())));
        assertThat(page).doesNotContain("<script>alert");
        assertThat(Profiler.slices(rows, List.of(name)).get(name).values()).containsOnlyKeys("0", "1", "2");

        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("complete", new Check.Complete(name, 1, TableElse.FAIL));
        checks.put("unique", new Check.Unique(List.of(name), TableElse.FAIL));
        assertThat(check(checks, rows, profile)).containsExactly("complete PASS", "unique FAIL");
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatDeequMeasuresHasNoDotsAndBackticks(String name, SparkSession spark) {
        Dataset<Row> rows =
                spark.range(100).select(col("id").mod(3).cast("string").as(name));
        Map<String, Check> checks = Map.of(
                "form",
                new Check.Matches(Map.of(name, "^[0-9]$"), 1, Optional.empty(), Optional.empty(), TableElse.FAIL));
        TableProfile profile = Profiler.profile(rows);

        if (name.equals("a.b") || name.equals("a`b")) {
            assertThatThrownBy(() -> check(checks, rows, profile))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                    .hasMessage("check form is measured by Deequ, which cannot read the column " + name
                            + ": expected a name without dots and backticks");
        } else {
            assertThat(check(checks, rows, profile)).containsExactly("form PASS");
        }
    }

    @Test
    void fiveThousandColumns(SparkSession spark) {
        Dataset<Row> rows = spark.range(20)
                .select(IntStream.range(0, 5_000)
                        .mapToObj(i -> i % 2 == 0
                                ? col("id").plus(i).cast("double").as("n" + i)
                                : concat(lit("v"), col("id").mod(i)).as("t" + i))
                        .toArray(Column[]::new));

        TableProfile profile = Profiler.profile(rows);
        Contract contract = ContractInference.infer(profile);

        assertThat(profile.columns()).hasSize(5_000);
        assertThat(profile.columns().get("n4998").numbers().orElseThrow().max()).isEqualTo(5_017);
        assertThat(broken(contract, profile)).isEmpty();
        assertThat(DriftReport.of(profile, profile, LIMITS).verdict()).isEqualTo(Verdict.OK);
        Map<String, Check> checks = new LinkedHashMap<>();
        profile.columns().keySet().forEach(name -> checks.put(name, new Check.Complete(name, 1, TableElse.FAIL)));
        assertThat(check(checks, rows, profile)).hasSize(5_000).allMatch(result -> result.endsWith(" PASS"));
    }

    @Test
    void aMillionValues(SparkSession spark) {
        Dataset<Row> rows = spark.range(1_000_000)
                .select(concat(lit("category "), col("id")).as("kind"));

        TableProfile profile = Profiler.profile(rows);
        ColumnProfile kind = profile.columns().get("kind");
        Contract.Column promised = ContractInference.infer(profile).columns().get("kind");

        assertThat(kind.distinct().orElseThrow().count()).isBetween(950_000.0, 1_000_000.0);
        assertThat(kind.distinct().orElseThrow().frequencies()).hasSizeLessThanOrEqualTo(200);
        assertThat(promised.domain()).isEmpty();
        assertThat(ProfileCodec.encode(profile)).hasSizeLessThan(16_384);
        assertThat(check(Map.of("key", new Check.Unique(List.of("kind"), TableElse.FAIL)), rows, profile))
                .containsExactly("key PASS");
    }

    private static List<String> broken(Contract contract, TableProfile profile) {
        return ContractChecks.evaluate(contract, profile, Contract.Environment.TRAINING).stream()
                .filter(verdict -> verdict.result().status() != CheckResult.Status.PASS)
                .map(verdict -> verdict.result().check())
                .toList();
    }

    private static List<String> check(Map<String, Check> checks, Dataset<Row> rows, TableProfile profile) {
        Judged judged = new Judged(
                rows,
                profile,
                List.of(),
                Set.of(),
                Interval.parse("2024-03-01/2024-03-02", ZoneOffset.UTC),
                ZoneOffset.UTC,
                table -> rows);
        return new DeequChecks()
                .evaluate(checks, judged).stream()
                        .map(result -> result.check() + " " + result.status())
                        .toList();
    }
}
