package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableVersion;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every registry does. */
public abstract class ModelRegistryContract {
    /** A name that no other test uses. */
    protected final String name = "model " + UUID.randomUUID();

    @TempDir
    protected Path temp;

    /** A registry that others may use at the same time. */
    protected abstract ModelRegistry registry();

    private Path artifacts;
    private Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        artifacts = Files.createDirectories(temp.resolve("artifacts"));
        Files.writeString(artifacts.resolve("report.html"), "<html>ä</html>");
        directory = Files.createDirectories(temp.resolve("model"));
        Files.createDirectories(directory.resolve("sparkml/stages/0 first"));
        Files.writeString(directory.resolve("MLmodel"), "flavors: {}\n");
        Files.writeString(directory.resolve("sparkml/stages/0 first/part-00000"), "{\"class\":\"x\"}");
        Files.writeString(directory.resolve("sparkml/_SUCCESS"), "");
    }

    protected static RunKey key(String text) {
        return new RunKey(Hashes.id(text));
    }

    protected TrackedRun run(String text) {
        return new TrackedRun(
                key(name + text),
                "experiment of " + name,
                "train 2013-10-01",
                Map.of("maxDepth", "6"),
                Map.of("test.f1", 0.5, "test.loss", Double.NaN),
                Map.of("pipeline", "flights-delay"),
                List.of(new TrackedRun.Input(
                        TableVersion.parse("gold.delay_features_training@3"),
                        "/lake/gold/delay_features_training",
                        "training",
                        Map.of("distance", "double"),
                        1000)),
                artifacts);
    }

    protected ModelToRegister model(String text) {
        return new ModelToRegister(
                key(name + text),
                name,
                registry().track(run(text)),
                directory,
                "delays of flights",
                Map.of("stage", "candidate"));
    }

    @Test
    void aRunIsTrackedOnce() {
        String first = registry().track(run("a"));

        assertThat(registry().track(run("a"))).isEqualTo(first);
        assertThat(registry().track(run("b"))).isNotEqualTo(first);
    }

    @Test
    void aModelIsRegisteredOnce() {
        ModelToRegister model = model("a");

        ModelVersion version = registry().register(model);

        assertThat(version.name()).isEqualTo(name);
        assertThat(version.version()).isEqualTo("1");
        assertThat(version.run()).isEqualTo(model.run());
        assertThat(version.tags())
                .containsEntry("stage", "candidate")
                .containsEntry("sluice.run_key", model.key().text());
        assertThat(version).hasToString(name + "/1");
        assertThat(registry().register(model)).isEqualTo(version);
        assertThat(registry().versions(name)).containsExactly(version);
    }

    @Test
    void twoDriversRegisterOneVersion() throws Exception {
        ModelToRegister model = model("a");
        ExecutorService drivers = Executors.newFixedThreadPool(2);
        try {
            List<Future<ModelVersion>> both = drivers.invokeAll(
                    List.of(() -> registry().register(model), () -> registry().register(model)));

            assertThat(both.get(0).get().version()).isEqualTo(both.get(1).get().version());
            assertThat(registry().versions(name)).hasSize(1);
        } finally {
            drivers.shutdownNow();
        }
    }

    @Test
    void versionsAreNewestFirst() {
        registry().register(model("a"));
        registry().register(model("b"));
        registry().moveAlias(name, "champion", Optional.empty(), Optional.of("1"));

        assertThat(registry().versions(name)).extracting(ModelVersion::version).containsExactly("2", "1");
        assertThat(registry().versions(name))
                .extracting(ModelVersion::aliases)
                .containsExactly(List.of(), List.of("champion"));
    }

    @Test
    void whatIsUnknownIsEmpty() {
        assertThat(registry().versions(name)).isEmpty();
        assertThat(registry().version(name, "1")).isEmpty();
        assertThat(registry().at(name, "champion")).isEmpty();
        registry().register(model("a"));
        assertThat(registry().version(name, "2")).isEmpty();
        assertThat(registry().version(name, "first")).isEmpty();
        assertThat(registry().at(name, "champion")).isEmpty();
    }

    @Test
    void anAliasMovesFromWhatWasExpected() {
        registry().register(model("a"));
        registry().register(model("b"));

        registry().moveAlias(name, "champion", Optional.empty(), Optional.of("1"));
        assertThat(registry().at(name, "champion")).isEqualTo(registry().version(name, "1"));
        registry().moveAlias(name, "champion", Optional.of("1"), Optional.of("2"));
        assertThat(registry().at(name, "champion").orElseThrow().version()).isEqualTo("2");
        assertThat(registry().at(name, "champion").orElseThrow().aliases()).containsExactly("champion");
        registry().moveAlias(name, "champion", Optional.of("2"), Optional.empty());
        assertThat(registry().at(name, "champion")).isEmpty();
    }

    @Test
    void anAliasThatSomebodyMovedStays() {
        registry().register(model("a"));
        registry().register(model("b"));
        registry().moveAlias(name, "champion", Optional.empty(), Optional.of("1"));

        assertThatThrownBy(() -> registry().moveAlias(name, "champion", Optional.empty(), Optional.of("2")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALIAS_MOVED))
                .hasMessage("alias champion of " + name
                        + " points to version 1, expected nothing: somebody else has moved it");
        assertThat(registry().at(name, "champion").orElseThrow().version()).isEqualTo("1");
    }

    @Test
    void anAliasThatIsThereAlreadyStays() {
        registry().register(model("a"));
        registry().moveAlias(name, "champion", Optional.empty(), Optional.of("1"));

        registry().moveAlias(name, "champion", Optional.empty(), Optional.of("1"));
        registry().moveAlias(name, "previous", Optional.of("7"), Optional.empty());

        assertThat(registry().at(name, "champion").orElseThrow().version()).isEqualTo("1");
        assertThat(registry().at(name, "previous")).isEmpty();
    }

    @Test
    void filesComeBackAsTheyWent() throws IOException {
        ModelVersion version = registry().register(model("a"));
        Path back = temp.resolve("back");

        registry().download(version, back);

        assertThat(back.resolve("sparkml/stages/0 first/part-00000")).hasContent("{\"class\":\"x\"}");
        assertThat(back.resolve("sparkml/_SUCCESS")).isEmptyFile();
        assertThat(Files.readString(back.resolve("MLmodel"))).startsWith("flavors: {}\n");
    }

    @Test
    void aPersonFindsTheVersion() {
        assertThat(registry().address(registry().register(model("a")))).endsWith("1");
    }
}
