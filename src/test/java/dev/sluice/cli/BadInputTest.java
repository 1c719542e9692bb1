package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.files.Storages;
import dev.sluice.pipeline.Lease;
import dev.sluice.port.Storage;
import dev.sluice.testing.LakeRows;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees when the input, the moment or the machine is bad: exact words and exit codes, and nothing lost. */
@Tag("it")
final class BadInputTest {
    private static final String PIPELINE = "src/test/resources/pipelines/orders.yml";
    private static final String DAY = "2024-03-01/2024-03-02";

    @TempDir
    private Path folder;

    private Path raw;
    private Path lake;
    private Sluice sluice;

    @BeforeEach
    void folders() throws IOException {
        raw = Files.createDirectory(folder.resolve("raw"));
        lake = folder.resolve("lake");
        sluice = new Sluice(lake, "http://127.0.0.1:9");
    }

    @Test
    void aMissingFileIsWaitedFor() {
        Answer answer = run(sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(75);
        assertThat(said(answer))
                .isEqualTo("error: " + PIPELINE + ":16:3: INPUT_NOT_READY: no file at " + raw
                        + "/orders_2024-03-01.csv for source orders\n"
                        + "  do: not ready yet: run the same command again later\n");
        assertThat(answer.out()).contains("\"code\":75", "\"retryable\":true", "\"at\":\"ingest/bronze.orders\"");
    }

    @Test
    void aHeaderThatLacksAColumnIsNamed() throws IOException {
        day("id,amont,at", "1,10.5,2024-03-01T10:00:00Z");
        Answer answer = run(sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(said(answer))
                .isEqualTo("error: " + PIPELINE + ":16:3: INPUT_MALFORMED: file:" + raw
                        + "/orders_2024-03-01.csv:1: the header lacks amount (is 'amont' meant?); source orders declares"
                        + " id, amount, at\n"
                        + "  do: correct the input or the declaration, or set the source's evolve policy\n");
    }

    @Test
    void badRowsAreStoppedWholeWithTheirReasons() throws IOException {
        day(
                "id,amount,at",
                "1,10.5,2024-03-01T10:00:00Z",
                "2,ten,2024-03-01T11:00:00Z",
                "3,-1,2024-03-01T12:00:00Z",
                "4,4.0",
                "5,5.0,2024-03-01T13:00:00Z,surplus",
                "6,6.0,yesterday");
        Answer answer = run(sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(said(answer))
                .isEqualTo("error: " + PIPELINE
                        + ":16:3: TOO_MANY_REJECTS: 5 of 6 rows for bronze.orders would be quarantined (83.33 %), expected"
                        + " at most 60.00 %: {quarantine:malformed=2, quarantine:positive=1, quarantine:type=2}\n"
                        + "  do: nothing was published; look at the rows: sluice quarantine show bronze.orders\n");
        assertThat(lake.resolve("bronze/orders")).doesNotExist();

        Answer rows = call(sluice, "quarantine", "show", "bronze.orders");
        assertThat(rows.code()).as(rows.toString()).isZero();
        assertThat(rows.out().replace("2024-03-01  file:" + raw + "/orders_2024-03-01.csv", "FILE"))
                .isEqualTo(
                        """
                        FILE  line 5
                          malformed: expected 3 fields as the header has, found 2
                          4,4.0
                        FILE  line 6
                          malformed: expected 3 fields as the header has, found 4
                          5,5.0,2024-03-01T13:00:00Z,surplus
                        FILE  line 3
                          type: amount: expected double, found 'ten'
                          {"id":"2","amount":"ten","at":"2024-03-01T11:00:00Z"}
                        FILE  line 4
                          positive: expected amount > 0, which is false
                          {"id":"3","amount":"-1","at":"2024-03-01T12:00:00Z"}
                        FILE  line 7
                          type: at: expected timestamp, found 'yesterday'
                          {"id":"6","amount":"6.0","at":"yesterday"}
                        """);
        assertThat(rows.err()).isEqualTo("5 rows in all\n");

        Answer again = call(sluice, "quarantine", "replay", "bronze.orders");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).contains("replay/bronze.orders         5 rows in, 0 out, 5 quarantined");
        Answer purge = call(sluice, "quarantine", "purge");
        assertThat(purge.code()).as(purge.toString()).isZero();
        assertThat(purge.out()).matches("bronze.orders: 0 rows first stopped before \\S+ removed\n");
    }

    @Test
    void aFailedCheckPublishesNothingAndTheRepairedDayRuns() throws IOException {
        day("at,id,amount", "2024-03-01T10:00:00Z,1,10.5", "2024-03-01T11:00:00Z,1,11.5");
        Answer answer = run(sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(said(answer))
                .isEqualTo("error: " + PIPELINE
                        + ":16:3: CHECK_FAILED: unique_id of bronze.orders (id): found 2 of 2 rows share id, such as 1 in 2"
                        + " rows, expected a different id in every row that has one\n"
                        + "  do: nothing was published; repair the source or the check, then run the same command again;"
                        + " all results are in the table _sluice.checks\n");
        assertThat(lake.resolve("bronze/orders")).doesNotExist();

        day("at,id,amount", "2024-03-01T10:00:00Z,1,10.5", "2024-03-01T11:00:00Z,2,11.5");
        Answer repaired = run(sluice);
        assertThat(repaired.code()).as(repaired.toString()).isZero();
        assertThat(rows("bronze.orders").get("bronze.orders"))
                .containsExactly(
                        "10.5|2024-03-01 10:00:00+00:00|2024-03-01|1", "11.5|2024-03-01 11:00:00+00:00|2024-03-01|2");
    }

    /** A real process that dies as by SIGKILL; where else one may die, {@link KilledDriverTest} tries without processes. */
    @Test
    void aKilledDriverIsResumed() throws IOException {
        day("id,amount,at", "1,10.5,2024-03-01T10:00:00Z", "2,-1,2024-03-01T11:00:00Z");
        Answer killed = run(sluice.withJavaOption("-Dsluice.fault=publish.committed"));
        assertThat(killed.code()).as(killed.toString()).isEqualTo(137);
        Answer again = run(sluice);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(rows("bronze.orders", "bronze.orders__quarantine", "_sluice.steps"))
                .hasEntrySatisfying("bronze.orders", rows -> assertThat(rows)
                        .containsExactly("10.5|2024-03-01 10:00:00+00:00|2024-03-01|1"))
                .hasEntrySatisfying(
                        "bronze.orders__quarantine", rows -> assertThat(rows).hasSize(1))
                .hasEntrySatisfying("_sluice.steps", rows -> assertThat(rows).hasSize(1));
        assertThat(lake.resolve("_sluice/staging").toFile().list()).isEmpty();
    }

    @Test
    void aDriverThatIsToldToEndSaysOneLine() throws Exception {
        day("id,amount,at", "1,10.5,2024-03-01T10:00:00Z");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = sluice.start(out, err, arguments("run", "--job", "daily", "--interval", DAY));
        while (process.isAlive() && !Files.readString(err).contains("ingest/bronze.orders")) {
            Thread.sleep(20);
        }
        process.destroy();
        Answer answer = new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
        assertThat(answer.code()).as(answer.toString()).isEqualTo(143);
        assertThat(said(answer)).as(answer.toString()).isEqualTo("stopped; the same command goes on from here\n");
        assertThat(answer.out()).contains("\"outcome\":\"FAILED\"", "\"reason\":\"INTERRUPTED\"", "\"code\":75");

        Answer again = run(sluice);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.out()).contains("\"rows_out\":1");
    }

    @Test
    void aSecondDriverIsToldWhoRunsThePipeline() {
        Storage storage = Storages.of(lake.toString(), new Configuration(false));
        try (Lease held = Lease.take(storage, "orders", "nightly", Lease.Timing.USUAL)) {
            Answer answer = run(sluice);
            assertThat(answer.code()).as(answer.toString()).isEqualTo(75);
            assertThat(said(answer))
                    .matches("error: LEASE_HELD: the pipeline is being run by run nightly \\(process "
                            + ProcessHandle.current().pid() + " on \\S+, since \\S+Z\\)\n"
                            + "  do: wait until it has ended and run the same command again;"
                            + " see sluice status --run-id nightly\n");
            assertThat(answer.out()).isEmpty();
            held.check();
        }
    }

    @Test
    void aLakeThatMayNotBeWrittenIsSaidToBeSo() throws IOException {
        Files.createDirectory(lake, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        // Permissions do not bind root; without its capabilities it is as any owner.
        Answer answer = run(
                Files.isWritable(lake) ? sluice.through("setpriv", "--bounding-set=-all", "--inh-caps=-all") : sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(77);
        assertThat(said(answer))
                .isEqualTo("error: ACCESS_DENIED: no permission to create " + lake + "/_sluice\n"
                        + "  do: give this user the right to read and write there, or set another root\n");
    }

    @Test
    void aLakeWhereNoFolderCanBeIsSaidToBeSo() throws IOException {
        Files.createFile(lake);
        Answer answer = run(sluice);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(78);
        assertThat(said(answer))
                .matches("error: CONFIG_INVALID: could not list " + lake + "/_sluice/\\S+: expected a folder at " + lake
                        + ", found a file\n  do: set another root, or move the file away\n");
    }

    @Test
    void aJavaThatIsTooOldIsNamedWithTheCommandThatInstallsANewOne() throws IOException {
        Path home = Files.createDirectories(folder.resolve("jdk"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"11.0.20\"\n");
        Files.createDirectory(home.resolve("bin"));
        Files.createFile(
                home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Answer answer = sluice.with("JAVA_HOME", home.toString()).call("version");
        assertThat(answer.code()).as(answer.toString()).isEqualTo(78);
        assertThat(answer.err())
                .startsWith("error: Sluice needs Java 17; found Java 11 in " + home + "\n  do:  sudo ")
                .endsWith(", then set JAVA_HOME to it\n");
        assertThat(answer.out()).isEmpty();
    }

    private void day(String... lines) throws IOException {
        Files.write(raw.resolve("orders_2024-03-01.csv"), List.of(lines));
    }

    private Answer run(Sluice sluice) {
        return call(sluice, "run", "--job", "daily", "--interval", DAY);
    }

    private Answer call(Sluice sluice, String... arguments) {
        return sluice.call(arguments(arguments));
    }

    private String[] arguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-p", PIPELINE, "--var", "raw=" + raw, "--var", "lake=" + lake));
        return all.toArray(String[]::new);
    }

    /** What was said, without progress. */
    private static String said(Answer answer) {
        StringBuilder said = new StringBuilder();
        answer.err()
                .lines()
                .filter(line -> !line.startsWith("2024-03-01/") && !line.startsWith("first run of this build"))
                .forEach(line -> said.append(line).append('\n'));
        return said.toString();
    }

    private Map<String, List<String>> rows(String... tables) throws IOException {
        return LakeRows.read(lake, tables);
    }
}
