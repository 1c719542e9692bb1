package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.config.Loader;
import dev.sluice.core.Interval;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureSets;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.pipeline.Manifests;
import dev.sluice.pipeline.StepResult;
import dev.sluice.port.RecordTables;
import dev.sluice.step.features.Entered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lineage and the registry of feature sets, from records alone: no session is started. */
final class LineageVerbTest {
    @TempDir
    private Path folder;

    private String riders;
    private String habits;

    @BeforeEach
    void records() throws IOException {
        Path lake = folder.resolve("lake");
        Files.createDirectories(folder.resolve("pipelines"));
        Files.createDirectories(folder.resolve("env"));
        Files.copy(Path.of("src/test/resources/pipelines/rides.yml"), file());
        Files.writeString(folder.resolve("env/test.yml"), "vars: {lake: \"" + lake + "\"}\n");
        List<FeatureSets.Version> sets = sets("7d").own();
        FeatureSets.Version old = sets("8d").own().get(0);
        riders = sets.get(0).set().table().text();
        habits = sets.get(1).set().table().text();

        RecordTables tables = new DeltaRecords(new Configuration(), lake.toString());
        Manifests days = new Manifests(tables, Interval.parse("2024-03-10/2024-03-11", ZoneOffset.UTC));
        Manifests next = new Manifests(tables, Interval.parse("2024-03-11/2024-03-12", ZoneOffset.UTC));
        days.write("rides", "ingest/bronze.rides", List.of(), List.of("bronze.rides@0"), Map.of());
        days.write("rides", "features/" + riders, List.of("bronze.rides@0"), List.of(riders + "@0"), Map.of());
        days.write("rides", "features/" + habits, List.of(riders + "@0"), List.of(habits + "@0"), Map.of());
        days.write(
                "tips",
                "features/gold.tips",
                List.of("bronze.rides@0", habits + "@1"),
                List.of("gold.tips@0"),
                Map.of());
        days.write("tips", "train", List.of("gold.tips@0"), List.of("gold.tips_training@0"), Map.of());
        days.write(
                "tips",
                "register",
                List.of("gold.tips_training@0"),
                List.of(),
                Map.of("model", "tips", "version", "1"));
        days.write(
                "tips",
                "score/gold.scores",
                List.of("gold.tips@0"),
                List.of("gold.scores@0"),
                Map.of("model_version", "tips/1"));

        enter(days, old, "bronze.rides@0", 0);
        enter(days, sets.get(0), "bronze.rides@0", 0);
        enter(next, sets.get(0), "bronze.rides@4", 1);
        enter(days, sets.get(1), riders + "@0", 0);
    }

    @Test
    void aTableIsFollowedBothWays() {
        assertThat(plain(verb("lineage", "gold.habits")))
                .startsWith(
                        """
                        0
                        gold.habits@0  by features/gold.habits of rides for 2024-03-10/2024-03-11, run by hand
                        made from
                          gold.riders@0  by features/gold.riders of rides for 2024-03-10/2024-03-11, run by hand
                            bronze.rides@0  by ingest/bronze.rides of rides for 2024-03-10/2024-03-11, run by hand
                        """)
                .as("its files were joined before they were read")
                .contains("used by\n  gold.tips@0  by features/gold.tips of tips");
        assertThat(plain(verb("lineage", "gold.tips@0")))
                .contains(
                        "made from\n  bronze.rides@0  by ingest/bronze.rides",
                        "\n  gold.habits@1  by features/gold.habits of rides",
                        "\n    gold.riders@0  by",
                        "used by\n  gold.scores@0  by score/gold.scores",
                        "\n  gold.tips_training@0  by train of tips",
                        "\n    tips/1  by register of tips",
                        "\n      gold.scores@0  by score/gold.scores of tips");
    }

    @Test
    void aModelIsFollowedBothWays() {
        assertThat(plain(verb("lineage", "tips/1", "--format", "json")).replaceAll("\\s+", ""))
                .contains("\"made_from\":[{\"name\":\"gold.tips_training@0\"")
                .contains("\"name\":\"gold.riders@0\"")
                .contains("\"used_by\":[{\"name\":\"gold.scores@0\"");
    }

    @Test
    void whatNobodyMadeIsAUsageError() {
        assertThat(verb("lineage", "gold.tip"))
                .startsWith("64\n")
                .contains("no manifest of this lake wrote 'gold.tip'");
        assertThat(verb("lineage", "tips/2")).startsWith("64\n").contains("models: tips/1");
        assertThat(verb("lineage", "gold.tips@x")).startsWith("64\n").contains("expected TABLE, TABLE@VERSION");
    }

    @Test
    void versionsAreListedWithTheirIntervals() {
        List<String> lines = verb("feature", "list")
                .lines()
                .map(line -> line.replaceAll(" +", " "))
                .toList();

        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).isEqualTo("set version state pipeline owner materialised table");
        assertThat(lines)
                .contains("riders " + riders.substring(13) + " now rides pricing 2024-03-10/2024-03-12 " + riders)
                .contains("habits " + habits.substring(13) + " now rides pricing 2024-03-10/2024-03-11 " + habits)
                .anyMatch(
                        line -> line.matches("riders [0-9a-f]{8} rides pricing 2024-03-10/2024-03-11 gold.riders__.*"));
    }

    @Test
    void aSetIsShownWithItsUsers() {
        String shown = plain(verb("feature", "show", "riders")).replaceAll(" +", " ");

        assertThat(shown)
                .contains("entity rider\n", "made from bronze.rides@4\n", "\n spent double\n")
                .contains("used by features/gold.habits of rides\n")
                .contains("used by nothing\n");
        assertThat(verb("feature", "show", "habits", "--format", "json"))
                .contains("\"description\":\"What riders had paid by the ride before\"", "\"declared_now\":true")
                .contains("\"used_by\":[\"features/gold.tips of tips\"]", "\"columns\":{\"rider\":\"string\"");
        assertThat(verb("feature", "show", "ridders"))
                .startsWith("64\n")
                .contains("no feature set 'ridders' was materialised in this lake; did you mean riders?");
    }

    @Test
    void aVersionThatIsNeededIsNotDropped() {
        String name = "riders@" + riders.substring(13);
        assertThat(verb("feature", "drop", name))
                .startsWith("64\n")
                .contains("SET_IN_USE: expected an old version, found " + name + ", which the file means now");
        assertThat(verb("feature", "drop", name, "--var", "span=8d"))
                .startsWith("64\n")
                .contains("SET_IN_USE: expected a version that nobody needs, found " + riders + " used by features/"
                        + habits + " of rides, model tips/1\n");
        assertThat(verb("feature", "drop", "riders@01234567"))
                .startsWith("64\n")
                .contains("found 'riders@01234567'")
                .contains("versions: habits@");
        assertThat(verb("feature", "drop", name.replace("riders", "riderz")))
                .startsWith("64\n")
                .contains("did you mean " + name + "?");
    }

    @Test
    void aDroppedVersionIsKeptInTheRegistry() {
        String old = versions(verb("feature", "list"), "").get(0);

        assertThat(verb("feature", "drop", "riders@" + old))
                .isEqualTo("0\nriders@" + old + " is dropped, and gold.riders__" + old + " removed\n");

        assertThat(versions(verb("feature", "list"), "dropped")).containsExactly(old);
        assertThat(verb("feature", "show", "riders")).containsOnlyOnce("dropped: its rows are gone");
        assertThat(verb("feature", "drop", "riders@" + old))
                .as("the same again")
                .startsWith("0\n");
        assertThat(verb("status").lines().filter(line -> line.contains("features/gold.riders__" + old)))
                .as("though it left no manifest, it is told once")
                .hasSize(1);
    }

    /** Versions of riders in this state. */
    private static List<String> versions(String list, String state) {
        Pattern line = Pattern.compile("(?m)^riders +(\\w+) +" + (state.isEmpty() ? "" : state + " +") + "rides ");
        return line.matcher(list).results().map(found -> found.group(1)).toList();
    }

    private static void enter(Manifests manifests, FeatureSets.Version set, String read, long wrote) {
        Entered.into(
                manifests.ledger("rides"),
                set,
                "pricing",
                StepResult.of(
                        Map.of("plan_hash", "0123"),
                        List.of(TableVersion.parse(read)),
                        List.of(new TableVersion(set.set().table(), wrote))),
                StructType.fromDDL("rider string, spent double"));
    }

    private FeatureSets sets(String span) {
        return FeatureSets.of(new Loader(new SqlExpressions(), name -> null)
                .load(new Loader.Request(file(), Optional.empty(), Map.of("span", span), Map.of())));
    }

    private Path file() {
        return folder.resolve("pipelines/rides.yml");
    }

    /** Without the versions of sets. */
    private static String plain(String text) {
        return text.replaceAll("__[0-9a-f]{8}", "");
    }

    private String verb(String... words) {
        return Call.of(Stream.concat(Stream.of(words), Stream.of("-p", file().toString(), "-e", "test"))
                .toArray(String[]::new));
    }
}
