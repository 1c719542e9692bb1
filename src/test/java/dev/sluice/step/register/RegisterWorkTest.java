package dev.sluice.step.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Gate;
import dev.sluice.config.Metric;
import dev.sluice.config.Register;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.model.Generated;
import dev.sluice.model.Loans;
import dev.sluice.model.RegisteredModels;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.step.evaluate.EvaluateWork;
import dev.sluice.step.train.TrainWork;
import dev.sluice.testing.InMemoryRegistry;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegisterWorkTest {
    private static final String NAME = "loans";
    private static final Register REGISTER =
            new Register("mlflow", NAME, new Register.Outcome("champion"), new Register.Outcome("rejected"));

    @TempDir
    static Path root;

    private TemporaryLake lake;

    /** The same for all tests: what training and a passed evaluation left. */
    @BeforeAll
    void train(SparkSession spark) {
        lake = new TemporaryLake(spark, root);
        Loans.put(lake, Generated.rows(spark, 2000, 50, 1));
        run(new TrainWork(Loans.features(), Loans.train(Loans.candidates(), Loans.noGuards()), 0.3));
        evaluate(0, Optional.empty());
    }

    @Test
    void aModelThatPassesBecomesChampion() throws Exception {
        InMemoryRegistry registry = new InMemoryRegistry();

        StepResult result = run(work(registry, "a"));

        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.facts())
                .containsEntry("model", NAME)
                .containsEntry("version", "1")
                .containsEntry("alias", "champion")
                .containsEntry("verdict", "pass")
                .containsEntry("url", "memory:/loans/1")
                .containsKey("mlflow_run");
        ModelVersion version = registry.at(NAME, "champion").orElseThrow();
        assertThat(version.version()).isEqualTo("1");
        assertThat(registry.at(NAME, "previous")).isEmpty();
        assertThat(version.tags())
                .containsEntry("sluice.pipeline", "test")
                .containsEntry("sluice.interval", Loans.INTERVAL.toString())
                .containsEntry("sluice.training", "gold.loan_features_training@0")
                .containsEntry("sluice.verdict", "pass")
                .containsKeys("sluice.manifest", "sluice.feature_plan", "sluice.code", "test.f1");

        TrackedRun run = registry.runs().get(0);
        assertThat(run.experiment()).isEqualTo("a");
        assertThat(run.name()).isEqualTo("test 2024-02-19/2024-02-20");
        assertThat(run.params()).containsEntry("threshold", "0.3").containsKeys("candidate", "features", "seed");
        assertThat(run.metrics()).containsKeys("test.f1", "validate.areaUnderPR");
        assertThat(run.inputs())
                .extracting(input -> input.version() + " " + input.context() + " " + (input.rows() > 0))
                .containsExactly(
                        "gold.loan_features_training@0 training true",
                        "gold.loan_features_training@0 validation true",
                        "gold.loan_features_training@0 evaluation true");
        assertThat(run.inputs().get(0).columns()).containsEntry("x", "double").containsEntry("n", "int");

        Path files = root.resolve("files");
        registry.download(version, files);
        assertThat(files.resolve("feature_plan.json")).exists();
        assertThat(files.resolve("explanation.json")).exists();
        assertThat(ProfileCodec.decode(ProfileCodec.state(Files.readString(files.resolve("profile.txt"))))
                        .columns())
                .containsOnlyKeys("x", "n", "flag", "kind", "noise", "probability");
        assertThat(files.resolve("sparkml/metadata")).isDirectoryNotContaining("glob:**.crc");
    }

    @Test
    void aBetterOneLeavesTheOldAsPrevious() {
        InMemoryRegistry registry = new InMemoryRegistry();
        run(work(registry, "a"));
        evaluate(0, Optional.of(registry));
        try {
            StepResult result = run(work(registry, "b"));

            assertThat(result.facts()).containsEntry("version", "2");
            assertThat(registry.at(NAME, "champion").orElseThrow().version()).isEqualTo("2");
            assertThat(registry.at(NAME, "previous").orElseThrow().version()).isEqualTo("1");
        } finally {
            evaluate(0, Optional.empty());
        }
    }

    @Test
    void aModelThatFailsAGateIsKeptAsRejected() {
        InMemoryRegistry registry = new InMemoryRegistry();
        run(work(registry, "a"));
        evaluate(0.999, Optional.of(registry));
        try {
            StepResult result = run(work(registry, "b"));

            assertThat(result.exit()).isEqualTo(ExitCode.REJECTED);
            assertThat(result.facts()).containsEntry("alias", "rejected").containsEntry("verdict", "reject");
            assertThat(registry.at(NAME, "rejected").orElseThrow().version()).isEqualTo("2");
            assertThat(registry.at(NAME, "champion").orElseThrow().version()).isEqualTo("1");
            assertThat(registry.at(NAME, "previous")).isEmpty();
        } finally {
            evaluate(0, Optional.empty());
        }
    }

    @Test
    void evidenceAboutAnotherChampionPromotesNothing() {
        InMemoryRegistry registry = new InMemoryRegistry();
        run(work(registry, "a"));

        assertThatThrownBy(() -> run(work(registry, "b")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAMPION_MOVED))
                .hasMessage("the champion of loans is version 1 now, and loans/2 was compared with none");
        assertThat(registry.at(NAME, "champion").orElseThrow().version()).isEqualTo("1");
        assertThat(registry.at(NAME, "previous")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"register.tracked", "register.registered", "register.loaded", "register.moved"})
    void whatWasKilledHalfWayGoesOn(String point) throws Exception {
        InMemoryRegistry registry = new InMemoryRegistry();
        AutoCloseable armed = FaultPoint.arm(name -> {
            if (name.equals(point)) {
                throw new IllegalStateException("killed at " + name);
            }
        });
        try {
            assertThatThrownBy(() -> run(work(registry, "a"))).hasMessage("killed at " + point);
        } finally {
            armed.close();
        }

        StepResult result = run(work(registry, "a"));

        assertThat(result.facts()).containsEntry("version", "1");
        assertThat(registry.runs()).hasSize(1);
        assertThat(registry.versions(NAME)).hasSize(1);
        assertThat(registry.at(NAME, "champion")).isPresent();
    }

    @Test
    void aVersionWhoseFilesWereChangedGetsNoAlias() throws Exception {
        InMemoryRegistry registry = new InMemoryRegistry();
        AutoCloseable armed = FaultPoint.arm(name -> {
            if (name.equals("register.registered")) {
                registry.change(NAME, "1", "sparkml/metadata/part-00000", "{\"class\":\"java.lang.Runtime\"}");
            }
        });
        try {
            assertThatThrownBy(() -> run(work(registry, "changed")))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_REFUSED))
                    .hasMessage("model loans/1 has another sparkml/metadata/part-00000 than was registered");
        } finally {
            armed.close();
        }
        assertThat(registry.at(NAME, "champion")).isEmpty();
    }

    @Test
    void aRecordThatLacksAFactSaysSo(SparkSession spark) {
        TemporaryLake other = new TemporaryLake(spark, root.resolve("other"));
        assertThatThrownBy(() -> other.run(work(new InMemoryRegistry(), "a"), Loans.INTERVAL, ZoneOffset.UTC))
                .hasMessage("there is no record of train for 2024-02-19/2024-02-20");

        other.run(new Facts(Step.TRAIN, Map.of("selected", "logreg")), Loans.INTERVAL, ZoneOffset.UTC);
        other.run(new Facts(Step.EVALUATE, Map.of("selected", "logreg")), Loans.INTERVAL, ZoneOffset.UTC);
        assertThatThrownBy(() -> other.run(work(new InMemoryRegistry(), "a"), Loans.INTERVAL, ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_MISSING))
                .hasMessage("the record of train (run run, Sluice test) should say its candidates, found none");
    }

    @Test
    void verbsMoveTheChampionAndBack() {
        InMemoryRegistry registry = new InMemoryRegistry();
        ModelVerbs verbs = new ModelVerbs(registry, NAME);
        assertThat(verbs.list()).isEmpty();
        assertThatThrownBy(verbs::rollback)
                .hasMessage("model loans has no version with the alias previous to go back to");
        run(work(registry, "a"));
        evaluate(0.999, Optional.of(registry));
        try {
            run(work(registry, "b"));
        } finally {
            evaluate(0, Optional.empty());
        }

        assertThat(verbs.list()).extracting(ModelVersion::version).containsExactly("2", "1");
        assertThat(verbs.show("champion").version()).isEqualTo(verbs.show("1").version());
        ModelVersion first = verbs.show("1").version();
        ModelVersion stopped = verbs.show("2").version();
        ModelVerbs.Moved moved = verbs.promote("2");
        assertThat(moved).isEqualTo(new ModelVerbs.Moved(Optional.of("1"), stopped));
        assertThat(moved.stopped()).hasValue("0 of 1 passed");
        assertThat(verbs.promote("2").from()).hasValue("2");
        assertThat(verbs.show("previous").version().version()).isEqualTo("1");
        ModelVerbs.Moved back = verbs.rollback();
        assertThat(back.from()).hasValue("2");
        assertThat(back.to().version()).isEqualTo(first.version());
        assertThat(back.stopped()).isEmpty();
        assertThat(verbs.show("champion").version().version()).isEqualTo("1");
        assertThatThrownBy(verbs::rollback)
                .hasMessage("model loans has no version with the alias previous to go back to");
        assertThatThrownBy(() -> verbs.promote("7")).hasMessage("model loans has no version 7");
        assertThatThrownBy(() -> verbs.show("best")).hasMessage("model loans has no version or alias best");
    }

    private StepResult run(Work work) {
        return lake.run(work, Loans.INTERVAL, ZoneOffset.UTC);
    }

    private static RegisterWork work(InMemoryRegistry registry, String experiment) {
        return new RegisterWork(REGISTER, Optional.of(experiment), registry);
    }

    private void evaluate(double min, Optional<InMemoryRegistry> registry) {
        Gate gate = new Gate.OfMetric(
                Metric.F1,
                Optional.of(min),
                Optional.empty(),
                Optional.empty(),
                0,
                Gate.Absent.PASS,
                Optional.empty(),
                1);
        Optional<EvaluateWork.Champion> champion =
                registry.map(r -> new EvaluateWork.Champion(new RegisteredModels(r, lake.storage()), NAME));
        run(new EvaluateWork(
                TrainWork.trainingTable(Loans.FEATURES),
                Map.of("useful", gate),
                0.3,
                champion,
                report -> "<html></html>"));
    }

    /** Leaves a record with these facts. */
    private record Facts(Step step, Map<String, String> facts) implements Work {
        @Override
        public String target() {
            return step.word();
        }

        @Override
        public Set<TableName> reads() {
            return Set.of();
        }

        @Override
        public Set<TableName> writes() {
            return Set.of();
        }

        @Override
        public String settings() {
            return new TreeMap<>(facts).toString();
        }

        @Override
        public StepResult run(StepContext context) {
            return StepResult.of(facts, List.of(), List.of());
        }
    }
}
