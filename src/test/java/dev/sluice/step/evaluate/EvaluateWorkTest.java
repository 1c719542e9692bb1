package dev.sluice.step.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Gate;
import dev.sluice.config.Gate.Absent;
import dev.sluice.config.Metric;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.model.Generated;
import dev.sluice.model.Loans;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.Models;
import dev.sluice.model.RegisteredModels;
import dev.sluice.model.Trained;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.Report;
import dev.sluice.step.evaluate.EvaluateWork.Champion;
import dev.sluice.step.train.TrainWork;
import dev.sluice.testing.InMemoryRegistry;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One training for all tests; each evaluates it. */
@SparkTest
class EvaluateWorkTest {
    private static final double THRESHOLD = 0.3;

    @TempDir
    static Path root;

    private static TemporaryLake lake;
    private static Trained trained;

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final List<Report> reports = new ArrayList<>();

    @BeforeAll
    static void trains(SparkSession spark) {
        lake = new TemporaryLake(spark, root.resolve("lake"));
        Loans.put(lake, Generated.rows(spark, 5000, 50, 1));
        StepResult result = lake.run(
                new TrainWork(Loans.features(), Loans.train(Loans.candidates(), Loans.noGuards()), THRESHOLD),
                Loans.INTERVAL,
                ZoneOffset.UTC);
        trained = Trained.of(result.facts());
    }

    @Test
    void judgesEveryModelOnTheSameRows(SparkSession spark) throws IOException {
        ModelVersion champion = champion("logreg");
        Map<String, Gate> gates = new LinkedHashMap<>();
        gates.put("beats_prior", than("prior", 0.05, Absent.FAIL));
        gates.put("beats_champion", than("champion", -0.002, Absent.PASS));
        gates.put(
                "per_region",
                new Gate.OfMetric(
                        Metric.AREA_UNDER_ROC,
                        Optional.of(0.6),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Absent.FAIL,
                        Optional.of("region"),
                        50));

        StepResult result = lake.run(work(gates), Loans.INTERVAL, ZoneOffset.UTC);

        Map<String, String> facts = result.facts();
        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.read()).containsExactly(trained.training());
        assertThat(facts)
                .containsEntry("selected", trained.selected())
                .containsEntry("champion", champion.toString())
                .containsEntry("rows_test", "401");
        Dataset<Row> test = lake.tables().read(trained.training()).where("split = 'test'");
        Dataset<Row> scored = Models.load(spark, lake.storage().location(trained.model(trained.selected())))
                .transform(test);
        assertThat(Double.parseDouble(facts.get("test.areaUnderROC")))
                .as("as Spark's own evaluator has it")
                .isCloseTo(new BinaryClassificationEvaluator().setNumBins(0).evaluate(scored), within(1e-4));
        assertThat(metric("logreg", "all", "areaUnderPR"))
                .as("the champion is the same model on the same rows")
                .isEqualTo(metric(champion.toString(), "all", "areaUnderPR"))
                .isEqualTo(Double.parseDouble(facts.get("champion.areaUnderPR")));
        assertThat(lake.metadata("metrics"))
                .extracting(m -> m.get("model") + " " + m.get("slice") + " " + m.get("rows"))
                .contains("prior all 401", "boosted region=north 134", champion + " region=south 267");
        assertThat(lake.metadata("gates"))
                .filteredOn(g -> gates.containsKey(g.get("gate")))
                .extracting(g -> g.get("gate") + " " + g.get("slice") + " " + g.get("rows"))
                .containsExactly(
                        "beats_prior all 401",
                        "beats_champion all 401",
                        "per_region region=north 134",
                        "per_region region=south 267");
        assertThat(facts)
                .containsEntry("verdict", "pass")
                .containsEntry("gates", "3 of 3 passed")
                .containsEntry("failed", "");

        JsonNode explanation = new ObjectMapper()
                .readTree(lake.storage().read(facts.get("explanation")).orElseThrow());
        assertThat(explanation.path("shares").fieldNames().next()).isEqualTo("x");
        assertThat(explanation.path("shares")).hasSize(5);
        assertThat(new String(lake.storage().read(facts.get("report")).orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo("a report");
        assertThat(reports.get(0).sections())
                .extracting(Report.Section::title)
                .containsExactly("Verdict", "Candidates", "Curves", "Slices", "Features", "Data");
    }

    @Test
    void aFailedGateRejectsWithoutAnError() {
        StepResult result = lake.run(
                work(Map.of("dreams", than("prior", 0.9, Absent.FAIL), "champion", than("champion", 0, Absent.PASS))),
                Loans.INTERVAL,
                ZoneOffset.UTC);

        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.facts())
                .containsEntry("verdict", "reject")
                .containsEntry("gates", "1 of 2 passed")
                .containsEntry("failed", "dreams")
                .doesNotContainKey("champion");
        assertThat(lake.said()).contains("gate dreams: fail", trained.selected() + " is rejected, on 401 test rows");
    }

    @Test
    void aChampionOfUnknownPartsIsNotLoaded() throws IOException {
        champion("logreg", "org.apache.spark.ml.feature.VectorAssembler", "com.example.Evil");

        assertThatThrownBy(() -> lake.run(work(Map.of()), Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_REFUSED))
                .hasMessageContaining("holds a stage of class 'com.example.Evil', which Sluice does not write");
    }

    @Test
    void aChampionWithSqlOfItsOwnIsNotLoaded() throws IOException {
        champion("logreg", "CAST(`x` AS DOUBLE)", "reflect('java.lang.System', 'exit')");

        assertThatThrownBy(() -> lake.run(work(Map.of()), Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_REFUSED))
                .hasMessageContaining("holds a stage with the SQL 'SELECT *, IF(abs(reflect(");
    }

    @Test
    void aSliceNeedsItsColumnAndAnEvaluationItsTraining() {
        Gate by = new Gate.OfMetric(
                Metric.F1,
                Optional.of(0.1),
                Optional.empty(),
                Optional.empty(),
                0,
                Absent.FAIL,
                Optional.of("planet"),
                1);
        Interval other = new Interval(Instant.parse("2024-02-18T00:00:00Z"), Instant.parse("2024-02-19T00:00:00Z"));

        assertThatThrownBy(() -> lake.run(work(Map.of("g", by)), Loans.INTERVAL, ZoneOffset.UTC))
                .hasMessage("a gate judges each planet, which is no column of gold.loan_features_training");
        assertThatThrownBy(() -> lake.run(work(Map.of()), other, ZoneOffset.UTC))
                .hasMessage("nothing was trained for 2024-02-18/2024-02-19");
    }

    private EvaluateWork work(Map<String, Gate> gates) {
        return new EvaluateWork(
                TrainWork.trainingTable(Loans.FEATURES),
                gates,
                THRESHOLD,
                Optional.of(new Champion(new RegisteredModels(registry, lake.storage()), "loans")),
                report -> {
                    reports.add(report);
                    return "a report";
                });
    }

    private static double metric(String model, String slice, String metric) {
        return lake.metadata("metrics").stream()
                .filter(m -> m.get("model").equals(model)
                        && m.get("slice").equals(slice)
                        && m.get("metric").equals(metric))
                .mapToDouble(m -> (double) m.get("value"))
                .findFirst()
                .orElseThrow();
    }

    /** Registers a candidate's model as champion, with a text of its metadata replaced before it is sealed. */
    private ModelVersion champion(String candidate, String... replaced) throws IOException {
        Path directory = Files.createTempDirectory(root, "model");
        lake.storage().download(trained.model(candidate), directory.resolve(ModelDirectory.PIPELINE));
        if (replaced.length > 0) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.filter(f -> f.getFileName().toString().equals("part-00000"))
                        .toList()) {
                    Files.deleteIfExists(file.resolveSibling(".part-00000.crc"));
                    Files.writeString(file, Files.readString(file).replace(replaced[0], replaced[1]));
                }
            }
        }
        String name = "loans";
        RunKey key = RunKey.of("test", candidate, Loans.INTERVAL, String.join("", replaced) + System.nanoTime());
        Map<String, String> tags =
                Map.of(ModelDirectory.TAG, ModelDirectory.seal(directory, List.of(), key, trained.planHash()));
        ModelVersion version = registry.register(new ModelToRegister(key, name, "run", directory, "", tags));
        registry.moveAlias(name, "champion", Optional.empty(), Optional.of(version.version()));
        return registry.version(name, version.version()).orElseThrow();
    }

    private static Gate than(String than, double by, Absent absent) {
        return new Gate.OfMetric(
                Metric.AREA_UNDER_PR,
                Optional.empty(),
                Optional.empty(),
                Optional.of(than),
                by,
                absent,
                Optional.empty(),
                1);
    }
}
