package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.FaultPoint;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feature sets from the command line: days in any order, versions side by side, another pipeline that reads them. */
@SparkTest
final class FeatureSetsRunTest {
    private static final String BOTH = "2024-03-10/2024-03-12";
    private static final String OLDER = "2024-03-10/2024-03-11";
    private static final String YOUNGER = "2024-03-11/2024-03-12";

    @TempDir
    private Path folder;

    private SparkSession spark;
    private Path root;

    @BeforeEach
    void rides(SparkSession session) throws IOException {
        spark = session;
        Files.createDirectories(folder.resolve("raw"));
        Files.writeString(
                folder.resolve("raw/rides.csv"),
                """
                id,rider,at,day,fare
                1,ann,2024-03-10T08:00:00Z,2024-03-10,1.5
                2,bob,2024-03-10T09:00:00Z,2024-03-10,2.5
                3,ann,2024-03-10T09:30:00Z,2024-03-10,3.5
                4,ann,2024-03-11T08:00:00Z,2024-03-11,8.5
                5,eve,2024-03-11T09:00:00Z,2024-03-11,
                """);
        for (String name : List.of("rides", "tips")) {
            Files.createDirectories(folder.resolve("pipelines"));
            Files.copy(Path.of("src/test/resources/pipelines", name + ".yml"), file(name));
        }
        lake("lake");
    }

    @Test
    void daysInAnyOrderGiveWhatAllAtOnceGive() throws IOException {
        run("rides", "ingest", BOTH);
        run("rides", "features", YOUNGER);
        String older = run("rides", "features", OLDER);
        assertThat(older.indexOf("features/gold.riders__"))
                .as("a set is made behind those that it reads")
                .isLessThan(older.indexOf("features/gold.habits__"));
        assertThat(run("rides", "features", OLDER)).contains("already done");
        List<String> riders = rows("riders__", "rider, as_of");
        assertThat(rows("habits__", "rider, as_of"))
                .as("made before the day that it looks back to")
                .contains("ann 2024-03-11T08:00:00Z 2024-03-11 null 1.0");
        String forced = Call.of(
                "run",
                "-p",
                file("rides").toString(),
                "-e",
                "test",
                "--steps",
                "features",
                "--interval",
                YOUNGER,
                "--force");
        assertThat(forced).startsWith("0\n");
        List<String> habits = rows("habits__", "rider, as_of");

        lake("whole");
        run("rides", "ingest,features", BOTH);
        assertThat(rows("riders__", "rider, as_of")).isEqualTo(riders);
        assertThat(rows("habits__", "rider, as_of")).isEqualTo(habits);
        assertThat(riders)
                .containsExactly(
                        "ann 2024-03-10T08:00:00Z 2024-03-10 1.5 1 1.5 1",
                        "ann 2024-03-10T09:30:00Z 2024-03-10 3.5 1 5.0 2",
                        "ann 2024-03-11T08:00:00Z 2024-03-11 8.5 2 13.5 3",
                        "bob 2024-03-10T09:00:00Z 2024-03-10 2.5 1 2.5 1",
                        "eve 2024-03-11T09:00:00Z 2024-03-11 null 2 null 1");
    }

    @Test
    void aChangedDefinitionIsAVersionBesideTheOldOne() throws IOException {
        run("rides", "ingest,features", BOTH);
        run("tips", "features", BOTH);
        List<String> tips = rows("tips", "id");
        List<String> first = rows("riders__", "rider, as_of");
        List<String> tables = tables("riders__");

        assertThat(verb("plan", "--steps", "features", "--interval", OLDER))
                .containsPattern(
                        "touches\n  table gold.riders__[0-9a-f]{8}\n  table gold.habits__[0-9a-f]{8}\n2 to do");
        rewrite("span: 7d", "span: 90m");
        assertThat(run("rides", "features", BOTH)).doesNotContain("already done");
        assertThat(tables("riders__")).hasSize(2).containsAll(tables);
        assertThat(tables("habits__"))
                .as("what reads it is another version too")
                .hasSize(2);
        assertThat(rows(tables.get(0), "rider, as_of")).isEqualTo(first);

        assertThat(Call.of(
                        "plan", "-p", file("tips").toString(), "-e", "test", "--steps", "features", "--interval", BOTH))
                .contains("stale  features/gold.tips");
        run("tips", "features", BOTH);
        assertThat(rows("tips", "id")).isNotEqualTo(tips);

        assertThat(verb("feature", "list").lines().filter(line -> line.contains("rides  ")))
                .as("two versions of two sets")
                .hasSize(4);
        assertThat(verb("feature", "list").lines().filter(line -> line.contains(" now ")))
                .extracting(line -> line.substring(0, 6))
                .containsExactly("habits", "riders");
        assertThat(verb("feature", "show", "riders", "--format", "json"))
                .contains("\"owner\":\"pricing\"", "\"read\":[\"bronze.rides@0\"]", "\"spent\":\"double\"");
        rewrite("span: 90m", "span: 168h");
        assertThat(run("rides", "features", BOTH)).contains("already done");
        assertThat(run("tips", "features", BOTH)).doesNotContain("already done");
        assertThat(rows("tips", "id"))
                .isEqualTo(tips)
                .containsExactly(
                        "1 2024-03-10T08:00:00Z 2024-03-10 null 1.0 0.0",
                        "2 2024-03-10T09:00:00Z 2024-03-10 null 1.0 0.0",
                        "3 2024-03-10T09:30:00Z 2024-03-10 1.5 0.0 0.0",
                        "4 2024-03-11T08:00:00Z 2024-03-11 5.0 0.0 0.0",
                        "5 2024-03-11T09:00:00Z 2024-03-11 null 1.0 0.0");
    }

    @Test
    void anOldVersionThatNobodyReadsAnyMoreIsDroppedAndMayBeMadeAnew() throws IOException {
        run("rides", "ingest,features", BOTH);
        run("tips", "features", BOTH);
        String riders = "riders@" + version("riders__");
        String habits = "habits@" + version("habits__");
        List<String> first = rows("riders__", "rider, as_of");
        rewrite("span: 7d", "span: 90m");
        run("rides", "features", BOTH);

        assertThat(verb("feature", "drop", habits))
                .startsWith("64\n")
                .contains("SET_IN_USE: ", " used by features/gold.tips of tips\n");
        run("tips", "features", BOTH);
        assertThat(verb("feature", "drop", riders))
                .startsWith("64\n")
                .containsPattern("SET_IN_USE: .* used by features/gold.habits__[0-9a-f]{8} of rides\n");
        assertThat(verb("feature", "drop", habits)).startsWith("0\n");
        assertThat(verb("feature", "drop", riders)).startsWith("0\n");
        assertThat(tables("habits__")).hasSize(1);
        assertThat(tables("riders__")).hasSize(1);
        assertThat(verb("feature", "list").lines().filter(line -> line.contains(" dropped ")))
                .extracting(line -> line.replaceFirst("^(\\w+) +(\\w+) .*", "$1@$2"))
                .containsExactly(habits, riders);

        rewrite("span: 90m", "span: 7d");
        assertThat(verb("feature", "explain", "--table", "gold.riders"))
                .startsWith("66\n")
                .containsPattern("no interval of gold.riders__[0-9a-f]{8} was made yet");
        assertThat(verb("plan", "--steps", "features", "--interval", BOTH))
                .containsPattern("stale  features/gold.riders__[0-9a-f]{8} +dropped by run manual__");
        assertThat(run("rides", "features", BOTH)).doesNotContain("already done");
        assertThat(rows(riders.replace("@", "__"), "rider, as_of")).isEqualTo(first);
        assertThat(verb("feature", "list").lines().filter(line -> line.contains(" now ")))
                .extracting(line -> line.replaceFirst("^(\\w+) +(\\w+) .*", "$1@$2"))
                .as("what was made anew is registered anew")
                .containsExactly(habits, riders);
        assertThat(run("rides", "features", BOTH)).contains("already done");
    }

    @Test
    void aDropThatWasKilledIsFinishedByTheSameCommandOrByWhoMakesTheVersionAnew() throws Exception {
        run("rides", "ingest,features", BOTH);
        String riders = "riders@" + version("riders__");
        List<String> first = rows("riders__", "rider, as_of");

        for (String point : List.of("drop.recorded", "drop.log")) {
            killed(point, "feature", "drop", riders, "--force");
            assertThat(tables("riders__")).as("files are left at %s", point).hasSize(1);
            assertThat(verb("feature", "list")).containsPattern("(?m)^riders +\\S+ +dropped ");
            // One day alone: rows of the other must not come back with it.
            assertThat(run("rides", "features", OLDER))
                    .doesNotContainPattern("features/gold.riders__[0-9a-f]{8} +already done");
            assertThat(rows("riders__", "rider, as_of"))
                    .isEqualTo(first.stream()
                            .filter(row -> row.contains(" 2024-03-10 "))
                            .toList());
            run("rides", "features", YOUNGER);
            assertThat(rows("riders__", "rider, as_of")).isEqualTo(first);
        }

        killed("drop.log", "feature", "drop", riders, "--force");
        assertThat(verb("feature", "drop", riders, "--force")).startsWith("0\n");
        assertThat(tables("riders__")).isEmpty();
    }

    private void killed(String at, String... words) throws Exception {
        try (AutoCloseable armed = FaultPoint.arm(point -> {
            if (point.equals(at)) {
                throw new IllegalStateException("died at " + at);
            }
        })) {
            assertThat(armed).isNotNull();
            assertThat(verb(words)).startsWith("70\n").contains("died at " + at);
        }
    }

    /** The version of the one table whose name begins so. */
    private String version(String prefix) throws IOException {
        List<String> tables = tables(prefix);
        assertThat(tables).hasSize(1);
        return tables.get(0).substring(prefix.length());
    }

    @Test
    void aSetThatWasNeverMadeIsNamed() throws IOException {
        run("rides", "ingest", BOTH);

        assertThat(Call.of(
                        "run", "-p", file("tips").toString(), "-e", "test", "--steps", "features", "--interval", BOTH))
                .startsWith("66\n")
                .containsPattern("INPUT_MISSING: table gold.habits__[0-9a-f]{8} does not exist");
    }

    @Test
    void aSetThatReadsOneThatIsNotThereYetCannotBeExplained() throws IOException {
        run("rides", "ingest", BOTH);

        assertThat(verb("feature", "explain", "--interval", BOTH))
                .startsWith("66\n")
                .containsPattern(
                        "(?m)^gold.riders__[0-9a-f]{8}, 2024-03-10/2024-03-12: 4 features of 5 rows of bronze.rides")
                .containsPattern("INPUT_MISSING: expected the tables that features are made from, found none for"
                        + " gold.riders__[0-9a-f]{8} of gold.habits__[0-9a-f]{8}\n");
        run("rides", "features", BOTH);
        assertThat(verb("feature", "explain", "--table", "gold.habits"))
                .startsWith("0\n")
                .containsPattern(
                        "(?m)^gold.habits__[0-9a-f]{8}, 2024-03-10/2024-03-12: 2 features of 5 rows of gold.riders__")
                .containsPattern(
                        "gold.riders__[0-9a-f]{8}: 1 value of the newest row\n      read from its beginning: ");
    }

    private String run(String pipeline, String steps, String interval) {
        String said =
                Call.of("run", "-p", file(pipeline).toString(), "-e", "test", "--steps", steps, "--interval", interval);
        assertThat(said).startsWith("0\n");
        return said;
    }

    private String verb(String... words) {
        return Call.of(
                Stream.concat(Stream.of(words), Stream.of("-p", file("rides").toString(), "-e", "test"))
                        .toArray(String[]::new));
    }

    private Path file(String pipeline) {
        return folder.resolve("pipelines/" + pipeline + ".yml");
    }

    private void rewrite(String span, String by) throws IOException {
        String text = Files.readString(file("rides"));
        assertThat(text).contains(span);
        Files.writeString(file("rides"), text.replace(span, by));
    }

    /** The lake that is used from now on. */
    private void lake(String name) throws IOException {
        Files.createDirectories(folder.resolve("env"));
        Files.writeString(
                folder.resolve("env/test.yml"),
                "vars: {lake: \"" + folder.resolve(name) + "\", raw: \"" + folder.resolve("raw") + "\"}\n");
        root = folder.resolve(name);
    }

    private List<String> tables(String prefix) throws IOException {
        try (Stream<Path> tables = Files.list(root.resolve("gold"))) {
            return tables.map(table -> table.getFileName().toString())
                    .filter(table -> table.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    /** The rows of the one table whose name begins so. */
    private List<String> rows(String prefix, String order) throws IOException {
        List<String> tables = tables(prefix);
        assertThat(tables).hasSize(1);
        List<String> rows = new ArrayList<>();
        for (Row row : spark.read()
                .format("delta")
                .load(root.resolve("gold").resolve(tables.get(0)).toString())
                .orderBy(Stream.of(order.split(", ")).map(functions::col).toArray(Column[]::new))
                .collectAsList()) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < row.length(); i++) {
                cells.add(
                        row.get(i) instanceof Timestamp time
                                ? time.toInstant().toString()
                                : String.valueOf(row.get(i)));
            }
            rows.add(String.join(" ", cells));
        }
        return rows;
    }
}
