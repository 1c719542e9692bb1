package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that a run made are looked after from the command line. */
@Tag("it")
final class MaintainVerbTest {
    private static final String PIPELINE = "src/test/resources/pipelines/orders.yml";

    @TempDir
    private Path folder;

    @Test
    void whatRunsLeftBehindIsTidiedUp() throws IOException {
        for (int day = 1; day <= 2; day++) {
            Files.write(
                    folder.resolve("orders_2024-03-0" + day + ".csv"),
                    List.of("id,amount,at", day + ",10.5,2024-03-0" + day + "T10:00:00Z"));
        }
        Answer run = call("backfill", "--job", "daily", "--from", "2024-03-01", "--to", "2024-03-03", "--chunk", "1d");
        assertThat(run.code()).as(run.toString()).isZero();
        Path abandoned = Files.createDirectories(folder.resolve("lake/_sluice/staging/orders." + "0".repeat(32)));

        Answer dry = call("maintain", "--dry-run", "--format", "json");
        assertThat(dry.code()).as(dry.toString()).isZero();
        assertThat(dry.out().lines())
                .anyMatch(line -> line.matches("\\{\"table\":\"_sluice\\.steps\",\"files\":2,\"files_after\":1,"
                        + "\"bytes\":\\d+,\"bytes_after\":\\d+,\"removed\":0,\"dry_run\":true}"));
        assertThat(abandoned).exists();

        Answer done = call("maintain");
        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.out()).startsWith("table ").containsPattern("_sluice\\.steps +2 +1 ");
        assertThat(done.err()).contains("removed 1 staging folders of runs that died");
        assertThat(abandoned).doesNotExist();

        Answer again = call("run", "--job", "daily", "--interval", "2024-03-01/2024-03-02");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).contains("already done");
    }

    private Answer call(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-p", PIPELINE, "--var", "raw=" + folder, "--var", "lake=" + folder.resolve("lake")));
        return new Sluice(folder.resolve("lake"), "http://127.0.0.1:9").call(all.toArray(String[]::new));
    }
}
