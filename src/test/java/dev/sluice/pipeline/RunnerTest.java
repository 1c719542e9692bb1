package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.Location;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.Storage;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done, what is not done again, and how runs end: with works that only say that they were called. */
@SparkTest
final class RunnerTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Interval FIRST = Interval.parse("2024-03-01/2024-03-02", UTC);
    private static final Interval SECOND = Interval.parse("2024-03-02/2024-03-03", UTC);

    @TempDir
    private Path folder;

    private final List<String> called = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private SparkSession spark;

    @BeforeEach
    void session(SparkSession session) {
        spark = session;
    }

    @Test
    void runningAgainDoesNothingAndStartsNoSession() {
        List<Work> works = List.of(work("a", "1", StepRecorder.OK), work("b", "1", StepRecorder.OK, "a"));
        assertThat(run(works, FIRST).exit()).isEqualTo(ExitCode.OK);
        assertThat(called).containsExactly("a", "b");

        Runner.Outcome again = runner(
                        () -> {
                            throw new AssertionError("no session is needed where everything is done");
                        },
                        works)
                .run(request(false, FIRST));
        assertThat(again.exit()).isEqualTo(ExitCode.OK);
        assertThat(again.status().at("/steps/0/outcome").asText()).isEqualTo("DONE_BEFORE");
        assertThat(called).containsExactly("a", "b");
        assertThat(said).last().asString().contains("already done");
    }

    @Test
    void otherSettingsMakeAWorkStaleAndAllThatStandsOnIt() {
        run(List.of(work("a", "1", StepRecorder.OK), work("b", "1", StepRecorder.OK, "a")), FIRST);
        List<Work> changed = List.of(work("a", "2", StepRecorder.OK), work("b", "1", StepRecorder.OK, "a"));
        Plan plan = runner(() -> spark, changed).plan(request(false, FIRST)).get(0);
        assertThat(plan.items())
                .extracting(Plan.Item::decision)
                .containsExactly(Plan.Decision.STALE, Plan.Decision.STALE);
        called.clear();
        run(changed, FIRST);
        assertThat(called).containsExactly("a", "b");
    }

    @Test
    void whatOtherSettingsHaveReplacedIsMadeAgain() {
        List<Work> one = List.of(work("a", "1", StepRecorder.OK), work("b", "1", StepRecorder.OK, "a"));
        List<Work> two = List.of(work("a", "2", StepRecorder.OK), work("b", "1", StepRecorder.OK, "a"));
        run(one, FIRST);
        run(two, FIRST);
        called.clear();

        run(one, FIRST);
        assertThat(called).as("what stands there is of the other settings").containsExactly("a", "b");
        run(one, FIRST);
        assertThat(called).as("now it is done").hasSize(2);
        run(two, FIRST);
        run(one, FIRST);
        assertThat(called).as("and so on").hasSize(6);

        runner(() -> spark, one).run(request(true, FIRST));
        run(one, FIRST);
        assertThat(called).as("a forced one is one of these settings").hasSize(8);
    }

    @Test
    void whatIsAddedIsNotAddedTwiceWhateverCameBetween() {
        List<Work> one = List.of(adding("a", "1"));
        run(one, FIRST);
        run(List.of(adding("a", "2")), FIRST);
        run(one, FIRST);
        assertThat(called).containsExactly("a", "a");
    }

    @Test
    void anErrorStopsTheRunAndTheNextGoesOnFromThere() {
        Work broken = work("b", "1", context -> {
            throw new SluiceException(ErrorCode.CHECK_FAILED, "found 1, expected 2", "repair it");
        });
        Runner.Outcome failed = run(List.of(work("a", "1", StepRecorder.OK), broken), FIRST, SECOND);
        assertThat(failed.exit()).isEqualTo(ExitCode.DATA);
        assertThat(failed.failure().orElseThrow().where()).contains(new Location("p.yml", 7, 3));
        assertThat(failed.status().path("at").asText()).isEqualTo("b");
        assertThat(failed.status().path("retryable").asBoolean()).isFalse();
        assertThat(called).containsExactly("a");

        Runner.Outcome repaired =
                run(List.of(work("a", "1", StepRecorder.OK), work("b", "1", StepRecorder.OK)), FIRST, SECOND);
        assertThat(repaired.exit()).isEqualTo(ExitCode.OK);
        assertThat(called).as("a of the first interval is not done again").containsExactly("a", "b", "a", "b");
    }

    @Test
    void whatNobodyForesawIsABugAndIsWrittenDown() {
        Runner.Outcome outcome = run(
                List.of(work("a", "1", context -> {
                    throw new IllegalStateException("unheard of");
                })),
                FIRST);
        assertThat(outcome.exit()).isEqualTo(ExitCode.BUG);
        assertThat(outcome.status().path("message").asText()).isEqualTo("IllegalStateException: unheard of");
        assertThat(outcome.status().path("outcome").asText()).isEqualTo("FAILED");
    }

    /** Scala throws checked exceptions through methods that declare none. */
    @Test
    void aFailedJobEndsTheRunToo() {
        Runner.Outcome outcome = run(
                List.of(work("a", "1", context -> {
                    context.spark()
                            .sql("SELECT assert_true(id < 3) FROM range(5)")
                            .collectAsList();
                    return null;
                })),
                FIRST);
        assertThat(outcome.exit()).isEqualTo(ExitCode.BUG);
        assertThat(outcome.status().path("message").asText()).startsWith("SparkException: Job aborted");
        assertThat(outcome.status().path("outcome").asText()).isEqualTo("FAILED");
    }

    @Test
    void aStatusThatCannotBeWrittenDoesNotHideTheFailure() {
        Runner.Outcome outcome = run(
                List.of(work("a", "1", context -> {
                    Path status = folder.resolve("_sluice/runs/test/run");
                    assertThat(FileUtils.deleteQuietly(status.toFile())).isTrue();
                    try {
                        Files.createFile(status); // where the folder of status.json must be
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    throw new SluiceException(ErrorCode.CHECK_FAILED, "found 1, expected 2", "repair it");
                })),
                FIRST);
        assertThat(outcome.exit()).isEqualTo(ExitCode.DATA);
        assertThat(outcome.failure().orElseThrow()).hasMessage("found 1, expected 2");
        assertThat(outcome.failure().orElseThrow().getSuppressed())
                .singleElement()
                .asString()
                .contains("_sluice/runs/test/run", "found a file");
        assertThat(outcome.status()).isNull();
    }

    @Test
    void nothingToDoEndsTheIntervalAndABreachIsAnsweredAgain() {
        List<Work> works = List.of(work("a", "1", answer(ExitCode.NOTHING)), work("b", "1", answer(ExitCode.OK), "a"));
        assertThat(run(works, FIRST).exit()).isEqualTo(ExitCode.NOTHING);
        assertThat(run(works, FIRST).exit()).isEqualTo(ExitCode.NOTHING);
        assertThat(called).containsExactly("a");

        List<Work> watched = List.of(work("c", "1", answer(ExitCode.BREACH)));
        assertThat(run(watched, FIRST).exit()).isEqualTo(ExitCode.BREACH);
        assertThat(run(watched, FIRST).exit()).as("the decision stands").isEqualTo(ExitCode.BREACH);
    }

    @Test
    void aForcedRunDoesItAgainAndItsRetryDoesNot() {
        List<Work> works = List.of(work("a", "1", StepRecorder.OK));
        run(works, FIRST);
        runner(() -> spark, works).run(request(true, FIRST));
        runner(() -> spark, works).run(request(true, FIRST));
        assertThat(called).containsExactly("a", "a");
    }

    private Runner.Outcome run(List<Work> works, Interval... intervals) {
        return runner(() -> spark, works).run(request(false, intervals));
    }

    private static Runner.Request request(boolean force, Interval... intervals) {
        return new Runner.Request("run", EnumSet.allOf(Step.class), List.of(intervals), force);
    }

    private Runner runner(Supplier<SparkSession> session, List<Work> works) {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        String root = Storages.absolute(folder.toString());
        Storage storage = Storages.of(root, hadoop);
        return new Runner(
                session,
                "test",
                UTC,
                works,
                new DeltaTables(session, hadoop, root),
                new DeltaRecords(hadoop, root),
                storage,
                (publication, context) -> {
                    throw new AssertionError("nothing is published here");
                },
                said::add,
                "test",
                Map.of("b", new Location("p.yml", 7, 3)));
    }

    private static StepRecorder answer(ExitCode exit) {
        return context -> new StepResult(exit, List.of(), List.of(), 1, 1, 0, Map.of());
    }

    private Work work(String name, String settings, StepRecorder body, String... follows) {
        return new Recorded(name, settings, body, Set.of(follows), false);
    }

    private Work adding(String name, String settings) {
        return new Recorded(name, settings, StepRecorder.OK, Set.of(), true);
    }

    /** What a work does once it has said that it was called. */
    private interface StepRecorder extends Function<StepContext, StepResult> {
        StepRecorder OK = answer(ExitCode.OK);
    }

    private final class Recorded implements Work {
        private final String name;
        private final String settings;
        private final StepRecorder body;
        private final Set<String> follows;
        private final boolean adds;

        private Recorded(String name, String settings, StepRecorder body, Set<String> follows, boolean adds) {
            this.name = name;
            this.settings = settings;
            this.body = body;
            this.follows = follows;
            this.adds = adds;
        }

        @Override
        public boolean adds() {
            return adds;
        }

        @Override
        public Step step() {
            return Step.INGEST;
        }

        @Override
        public String target() {
            return name;
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
        public Set<String> follows() {
            return follows;
        }

        @Override
        public String settings() {
            return settings;
        }

        @Override
        public StepResult run(StepContext context) {
            StepResult result = body.apply(context);
            called.add(name);
            return result;
        }
    }
}
