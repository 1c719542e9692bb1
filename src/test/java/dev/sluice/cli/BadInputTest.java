package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Python;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Answer answer = run(DAY);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(75);
        assertThat(answer.err())
                .contains("error: " + PIPELINE + ":16:3: INPUT_NOT_READY: no file at " + raw
                        + "/orders_2024-03-01.csv for source orders")
                .contains("do: not ready yet: run the same command again later");
        assertThat(answer.out()).contains("\"code\":75").contains("\"retryable\":true");
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
        Answer answer = sluice.call("run", "-p", PIPELINE, "--var", "raw=" + raw, "--job", "daily", "--interval", DAY);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(answer.err())
                .contains("TOO_MANY_REJECTS: 5 of 6 rows for bronze.orders would be quarantined (83.33 %), expected at"
                        + " most 60.00 %")
                .contains("nothing was published; look at the rows: sluice quarantine show bronze.orders");
        assertThat(lake.resolve("bronze/orders")).doesNotExist();

        Answer rows = sluice.call("quarantine", "show", "bronze.orders", "-p", PIPELINE, "--var", "raw=" + raw);
        assertThat(rows.out())
                .contains("type: amount: expected double, found 'ten'")
                .contains("positive: expected amount > 0, which is false")
                .contains("malformed: the line does not have the fields of the header\n  4,4.0")
                .contains("5,5.0,2024-03-01T13:00:00Z,surplus")
                .contains("type: at: expected timestamp, found 'yesterday'")
                .contains("{\"id\":\"3\",\"amount\":\"-1\",\"at\":\"2024-03-01T12:00:00Z\"}");
    }

    @Test
    void aFailedCheckPublishesNothingAndTheRepairedDayRuns() throws IOException {
        day("at,id,amount", "2024-03-01T10:00:00Z,1,10.5", "2024-03-01T11:00:00Z,1,11.5");
        Answer answer = run(DAY);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(answer.err()).contains("CHECK_FAILED: unique_id of bronze.orders (id): found");
        assertThat(lake.resolve("bronze/orders")).doesNotExist();

        day("at,id,amount", "2024-03-01T10:00:00Z,1,10.5", "2024-03-01T11:00:00Z,2,11.5");
        Answer repaired = run(DAY);
        assertThat(repaired.code()).as(repaired.toString()).isZero();
        assertThat(rows("bronze/orders")).hasSize(2).anyMatch(row -> row.contains("10.5"));
    }

    @Test
    void aHeaderThatLacksAColumnIsNamed() throws IOException {
        day("id,amont,at", "1,10.5,2024-03-01T10:00:00Z");
        Answer answer = run(DAY);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(65);
        assertThat(answer.err())
                .contains(
                        "orders_2024-03-01.csv:1: the header lacks amount (is 'amont' meant?); source orders declares id,"
                                + " amount, at");
    }

    @Test
    void wrongWordsOnTheCommandLineAreUsageErrors() {
        assertThat(sluice.call("rum").code()).isEqualTo(64);
        Answer interval = sluice.call("run", "-p", PIPELINE, "--job", "daily", "--interval", "2024-03-02/2024-03-01");
        assertThat(interval.code()).as(interval.toString()).isEqualTo(64);
        assertThat(interval.err()).contains("an interval starts before it ends");
        Answer job = sluice.call("run", "-p", PIPELINE, "--job", "dayly", "--interval", DAY);
        assertThat(job.code()).isEqualTo(64);
        assertThat(job.err()).contains("pipeline orders has no job 'dayly'").contains("jobs of the pipeline: daily");
        Answer file = sluice.call("validate", "-p", "no/such.yml");
        assertThat(file.code()).isEqualTo(64);
        assertThat(file.err()).contains("there is no pipeline file no/such.yml");
    }

    /** Each point is where a driver dies as by SIGKILL; the same command again ends with the undisturbed tables. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish.staged",
                "publish.commit",
                "commit.after",
                "publish.committed",
                "record.before",
                "record.after",
            })
    void aKilledDriverIsResumed(String point) throws IOException {
        day("id,amount,at", "1,10.5,2024-03-01T10:00:00Z", "2,-1,2024-03-01T11:00:00Z");
        Answer killed = sluice.with("SLUICE_JAVA_OPTS", "-Dsluice.fault=" + point)
                .call("run", "-p", PIPELINE, "--var", "raw=" + raw, "--job", "daily", "--interval", DAY);
        assertThat(killed.code()).as(killed.toString()).isEqualTo(137);
        Answer again = run(DAY);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(rows("bronze/orders")).containsExactly("10.5|2024-03-01 10:00:00+00:00|2024-03-01|1");
        assertThat(rows("bronze/orders__quarantine")).hasSize(1);
        assertThat(rows("_sluice/steps")).hasSize(1);
        assertThat(lake.resolve("_sluice/staging").toFile().list()).isNullOrEmpty();
    }

    private void day(String... lines) throws IOException {
        Files.write(raw.resolve("orders_2024-03-01.csv"), List.of(lines));
    }

    private Answer run(String interval) {
        return sluice.call("run", "-p", PIPELINE, "--var", "raw=" + raw, "--job", "daily", "--interval", interval);
    }

    private List<String> rows(String table) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Python.interpreter().toString(),
                "src/test/resources/python/table_rows.py",
                lake.resolve(table).toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return out.lines().toList();
    }
}
