package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ExitCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.pipeline.Runner;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.testing.MlflowServer;
import dev.sluice.testing.MlflowTest;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver dies after each commit of the whole line, and wherever it has staged rows or told MLflow something: each time the
 * same run is started again. In the end tables and registry are as after a run that nobody disturbed; and they stay so when the
 * dead come back, which are then the zombies that a lease is there for.
 */
@SparkTest
@MlflowTest
final class KilledDriverTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> OF_THE_RUN =
            Set.of("run_key", "epoch", "finished", "seconds", "first_seen", "recorded", "read");

    private static final Set<Step> STEPS =
            EnumSet.complementOf(EnumSet.of(Step.PROFILE, Step.CHECK)); // which ingest does as well

    @TempDir
    private Path folder;

    private final PrintStream err = System.err;

    @BeforeEach
    void withoutProgress() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void withProgress() {
        System.setErr(err);
    }

    @Test
    void theSameCommandAgainEndsWithTheSameTables(SparkSession spark, MlflowServer mlflow) throws Exception {
        assertThat(spark.sparkContext().isStopped()).isFalse(); // the session that both lines find and share
        Trips.write(folder);
        Line undisturbed = new Line("intact", folder, mlflow);
        Runner.Outcome outcome = undisturbed.run();
        assertThat(outcome.exit()).as("%s", outcome.failure()).isEqualTo(ExitCode.OK);

        Line killed = new Line("killed", folder, mlflow);
        Deaths deaths = new Deaths();
        try (Drivers drivers = new Drivers()) {
            Optional<Runner.Outcome> end = Optional.empty();
            while (end.isEmpty()) {
                end = drivers.start(killed::run, deaths);
                if (end.isEmpty()) {
                    killed.forgetHolder();
                }
            }
            assertThat(end.get().exit()).as(end.get().toString()).isEqualTo(ExitCode.OK);
            assertThat(deaths.places)
                    .contains(
                            "ingest/bronze.trips publish.staged",
                            "ingest/bronze.trips commit.after",
                            "features/gold.features publish.staged",
                            "train commit.after",
                            "evaluate commit.after",
                            "register mlflow.run.created",
                            "register mlflow.model.uploaded",
                            "register register.moved",
                            "score/gold.scores publish.staged",
                            "monitor commit.after");
            assertSame(killed, undisturbed);

            drivers.revive();
            assertSame(killed, undisturbed);
        }
    }

    private static void assertSame(Line killed, Line undisturbed) throws IOException {
        Map<TableName, List<String>> found = killed.tables();
        Map<TableName, List<String>> expected = undisturbed.tables();
        assertThat(found).containsOnlyKeys(expected.keySet());
        expected.forEach(
                (table, rows) -> assertThat(found.get(table)).as(table.text()).isEqualTo(rows));
        assertThat(killed.versions()).isEqualTo(undisturbed.versions());
        assertThat(killed.staged()).isEmpty();
    }

    /** The pipeline with a lake and a model of its own; all names have one length, which profiles tell too. */
    private record Line(String name, Path lake, Wiring wiring) {
        Line(String name, Path folder, MlflowServer mlflow) {
            this(name, folder.resolve(name), Wiring.of(load(name, folder, mlflow)));
        }

        private static Loader.Loaded load(String name, Path folder, MlflowServer mlflow) {
            return new Loader(new SqlExpressions(), Map.of(Trips.TOKEN, Trips.IN_THE_ENVIRONMENT)::get)
                    .load(new Loader.Request(
                            Path.of(Trips.PIPELINE),
                            Optional.empty(),
                            Map.of(
                                    "raw", folder.toString(),
                                    "lake", folder.resolve(name).toString(),
                                    "mlflow", mlflow.uri(),
                                    "model", name),
                            Map.of()));
        }

        /** The same run each time, as an orchestrator repeats one. */
        Runner.Outcome run() {
            return wiring.runner().run(new Runner.Request("nightly", STEPS, List.of(Trips.interval()), false));
        }

        /** Makes the lease one of a process that is gone, which the dead driver's process, this one, is not. */
        void forgetHolder() throws IOException {
            try (Stream<Path> files = Files.list(lake.resolve("_sluice/lease/trips"))) {
                Path newest = files.filter(file -> file.toString().endsWith(".lease"))
                        .max(Path::compareTo)
                        .orElseThrow();
                Files.writeString(newest, Files.readString(newest).replaceFirst("\"pid\":\\d+", "\"pid\":4194304"));
            }
        }

        /** All tables' rows without what names their run. */
        Map<TableName, List<String>> tables() throws IOException {
            Map<TableName, List<String>> tables = new TreeMap<>();
            try (Stream<Path> tree = Files.walk(lake)) {
                for (Path log : tree.filter(path -> path.endsWith("_delta_log")).toList()) {
                    Path table = lake.relativize(log.getParent());
                    TableName named = new TableName(table.toString().replace('/', '.'));
                    List<String> rows = new ArrayList<>();
                    wiring.recordTables().scan(named, row -> rows.add(text(row)));
                    Collections.sort(rows);
                    tables.put(named, rows);
                }
            }
            return tables;
        }

        private String text(Row row) {
            try {
                ObjectNode columns = (ObjectNode) JSON.readTree(row.json());
                if (columns.has("state")) {
                    // Bytes with the model's name in them are compared as what they say.
                    String state = ProfileCodec.decodeColumn(
                                    ProfileCodec.state(columns.get("state").asText()))
                            .toString();
                    if (state.contains(name)) {
                        columns.put("state", state);
                    }
                }
                return columns.remove(OF_THE_RUN)
                        .toString()
                        .replaceAll("[0-9a-f]{32}", "KEY")
                        .replace(name, "MODEL");
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<String> versions() {
            return wiring.registry().versions(name).stream()
                    .map(version -> version.version() + " " + version.aliases())
                    .toList();
        }

        List<String> staged() {
            return wiring.storage().list("_sluice/staging");
        }
    }

    /** Where drivers die: at each of these points once for each unit of work, and after each commit. */
    private static final class Deaths implements Predicate<String> {
        private static final Set<String> ONCE =
                Set.of("publish.staged", "mlflow.run.created", "mlflow.model.uploaded", "register.moved");

        private final List<String> places = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private String target = "";

        @Override
        public boolean test(String point) {
            if (point.startsWith("step.before:")) {
                target = point.substring("step.before:".length());
            }
            // What is committed is not committed again, so that another run comes further.
            boolean dies = point.equals("commit.after") || (ONCE.contains(point) && seen.add(target + " " + point));
            if (dies) {
                places.add(target + " " + point);
            }
            return dies;
        }
    }

    /** Drivers on threads of their own; one that dies does nothing more, as after SIGKILL, until it is revived. */
    private static final class Drivers implements AutoCloseable {
        private final List<Thread> dead = new ArrayList<>();
        private final CompletableFuture<Boolean> revived = new CompletableFuture<>();

        /** How the run ended; empty where its driver died. */
        Optional<Runner.Outcome> start(Supplier<Runner.Outcome> run, Predicate<String> dies) throws Exception {
            CompletableFuture<Optional<Runner.Outcome>> end = new CompletableFuture<>();
            Thread driver = new Thread(() -> {
                try {
                    end.complete(Optional.of(run.get()));
                } catch (RuntimeException | Error failure) {
                    end.completeExceptionally(failure);
                }
            });
            driver.setDaemon(true);
            AutoCloseable armed = FaultPoint.arm(point -> {
                if (Thread.currentThread() == driver && dies.test(point)) {
                    dead.add(driver);
                    end.complete(Optional.empty());
                    revived.join();
                }
            });
            try {
                driver.start();
                return end.get(3, TimeUnit.MINUTES);
            } finally {
                armed.close();
            }
        }

        void revive() {
            revived.complete(true);
            for (Thread driver : dead) {
                Uninterruptibles.joinUninterruptibly(driver, 1, TimeUnit.MINUTES);
                assertThat(driver.isAlive()).isFalse();
            }
        }

        @Override
        public void close() {
            revive();
        }
    }
}
