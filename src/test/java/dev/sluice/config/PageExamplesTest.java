package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of pipelines that pages of the documentation show are parts of right pipelines. */
final class PageExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final String REST = "format: 1\npipeline: example\n";
    private static final String CLOCK = "clock: {zone: UTC}\n";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "profiles.md, 1",
        "sources.md, 7",
        "quarantine.md, 1",
        "write-modes.md, 1",
        "checks.md, 1",
        "point-in-time.md, 1",
        "push.md, 2",
        "feast.md, 1"
    })
    void examplesBind(String page, int examples) throws IOException {
        String text = Files.readString(Path.of("src/site/markdown", page));
        int bound = 0;
        for (MatchResult example : EXAMPLE.matcher(text).results().toList()) {
            Path file = Files.writeString(
                    folder.resolve("example.yml"),
                    REST + (example.group(1).contains(CLOCK) ? "" : CLOCK) + example.group(1));
            Pipeline pipeline = new Loader(new SqlExpressions(), name -> "a secret")
                    .load(Loader.Request.of(file))
                    .pipeline();
            assertThat(pipeline.sources()).as(example.group(1)).isNotEmpty();
            bound++;
        }
        assertThat(bound).isEqualTo(examples);
    }

    @Test
    void theFilesOfThePageAboutFeatureSetsBind() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(Path.of("src/site/markdown/feature-sets.md")))
                .results()
                .map(example -> REST + CLOCK + example.group(1))
                .toList();
        Files.writeString(folder.resolve("rides.yml"), examples.get(0));
        Path tips = Files.writeString(folder.resolve("tips.yml"), examples.get(1));

        Loader.Loaded loaded = new Loader(new SqlExpressions(), name -> null).load(Loader.Request.of(tips));

        assertThat(loaded.used().get(0).pipeline().featureSets()).containsOnlyKeys("riders", "habits");

        Path served = Files.writeString(folder.resolve("served.yml"), examples.get(2));
        assertThat(new Loader(new SqlExpressions(), name -> null)
                        .load(Loader.Request.of(served))
                        .pipeline()
                        .push()
                        .orElseThrow()
                        .views())
                .containsOnlyKeys("riders");
        assertThat(examples).hasSize(3);
    }

    @Test
    void theContractOfThePageBinds() throws IOException {
        String contract = EXAMPLE.matcher(Files.readString(Path.of("src/site/markdown/contracts.md")))
                .results()
                .map(example -> example.group(1))
                .findFirst()
                .orElseThrow();
        assertThat(ContractFile.read(Files.writeString(folder.resolve("contract.yml"), contract))
                        .columns())
                .containsKeys("flight_id", "late");
    }

    /** Gates of leakage, in the place of those of the example pipeline. */
    @Test
    void theGatesOfTheLeakagePageBind() throws IOException {
        assertThat(flightsWith("leakage.md", "(?ms)^gates:.*?(?=^register:)").gates())
                .containsEntry("no_leak", new Gate.OfLeakage(new Gate.OfLeakage.Limits(Optional.empty())))
                .containsEntry("nothing_obvious", new Gate.OfLeakage(new Gate.OfLeakage.Limits(Optional.of(0.5))));
    }

    /** How a model is watched, in the place of how the example pipeline watches its own. */
    @Test
    void theMonitorOfTheDriftPageBinds() throws IOException {
        Monitor.Drift drift = flightsWith("drift.md", "(?ms)^monitor:.*?(?=^jobs:)")
                .monitor()
                .flatMap(Monitor::drift)
                .orElseThrow();
        assertThat(drift.inputs().orElseThrow().distance()).isEqualTo(Distance.JS_DISTANCE_LN);
        assertThat(drift.output().orElseThrow().bounds(Distance.KS_STATISTIC))
                .isEqualTo(new Distance.Bounds(0.1, 0.25));
    }

    /** The example pipeline with the first example of a page in the place of a section. */
    private Pipeline flightsWith(String page, String section) throws IOException {
        String example = EXAMPLE.matcher(Files.readString(Path.of("src/site/markdown", page)))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
        Path folders = Files.createDirectories(folder.resolve("pipelines"));
        Files.createDirectories(folder.resolve("contracts"));
        Files.copy(Path.of("conf/contracts/bronze.flights.yml"), folder.resolve("contracts/bronze.flights.yml"));
        Path file = Files.writeString(
                folders.resolve("example.yml"),
                Files.readString(Path.of("conf/pipelines/flights-delay.yml"))
                        .replaceFirst(section, Matcher.quoteReplacement(example)));
        return new Loader(new SqlExpressions(), name -> "http://localhost:5000")
                .load(Loader.Request.of(file))
                .pipeline();
    }
}
