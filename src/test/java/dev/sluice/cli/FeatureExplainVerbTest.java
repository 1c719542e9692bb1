package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line says of features before they are made, beside what the run then does. */
@SparkTest
final class FeatureExplainVerbTest {
    private static final String LAST_DAY = "2024-03-10/2024-03-11";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void trips() throws IOException {
        Trips.write(folder.resolve("raw"));
        String text = Files.readString(Path.of(Trips.PIPELINE))
                .replace("raw: raw", "raw: " + folder.resolve("raw"))
                .replace("lake: lake", "lake: " + folder.resolve("lake"))
                .replaceAll("(?m)^  (models|spare|mlflow|model): .*\n", "");
        file = folder.resolve("trips.yml");
        Files.writeString(
                file, text.substring(0, text.indexOf("train:\n")) + "jobs:\n  line: {steps: [ingest, features]}\n");
    }

    @Test
    void theRunMeetsHistoriesAsWasSaidAndNothingIsWrittenBefore() throws IOException {
        // A day for each commit, so that a day's files are its own.
        assertThat(call("backfill", "--steps", "ingest", "--from", "2024-03-01", "--to", "2024-03-11"))
                .startsWith("0\n");
        List<Path> lake = files();

        String told = call("feature", "explain", "--interval", LAST_DAY);

        assertThat(files()).isEqualTo(lake);
        String pass = "probe of bronze.trips by place (80 spine rows, 0.0 MiB of history)";
        assertThat(told)
                .startsWith(
                        "0\ngold.features, 2024-03-10/2024-03-11: 4 features of 80 rows of bronze.trips, decided from"
                                + " 2024-03-10T00:00:00Z to 2024-03-10T23:42:00Z\n  " + pass
                                + "\n    bronze.trips: 1 aggregate over 1d\n      read from 2024-03-09T00:00:00Z: 2 of 10 files, ");
        assertThat(call("run", "--steps", "features", "--interval", LAST_DAY))
                .startsWith("0\n")
                .contains(pass);
        assertThat(call("feature", "explain"))
                .as("the interval that was made last")
                .isEqualTo(told);
    }

    @Test
    void programsReadIt() throws IOException {
        assertThat(call("run", "--steps", "ingest", "--interval", Trips.INTERVAL))
                .startsWith("0\n");

        JsonNode told = new ObjectMapper()
                .readTree(call("feature", "explain", "--interval", Trips.INTERVAL, "--format", "json")
                        .substring(2));

        assertThat(told.path("rows").asLong()).isEqualTo(796);
        assertThat(told.path("first_decision").asText()).isEqualTo("2024-03-01T00:00:00Z");
        JsonNode pass = told.path("passes").path(0);
        assertThat(pass.path("strategy").asText()).isEqualTo("probe");
        assertThat(pass.path("keys").toString()).isEqualTo("[\"place\"]");
        JsonNode history = pass.path("histories").path(0);
        assertThat(history.path("windows").toString())
                .isEqualTo("[{\"over\":\"1d\",\"aggregates\":1,\"by_category\":false}]");
        assertThat(history.path("from").asText()).isEqualTo("2024-02-29T00:00:00Z");
        assertThat(history.path("bytes").asLong())
                .as("all of them are read")
                .isEqualTo(history.path("bytes_of_all").asLong())
                .isEqualTo(bytes("bronze/trips"));
        assertThat(history.path("files").asLong())
                .isEqualTo(history.path("files_of_all").asLong());
    }

    @Test
    void whatCannotBeExplainedIsSaid() {
        assertThat(call("feature", "explain", "--interval", Trips.INTERVAL))
                .startsWith("66\n")
                .contains(
                        "INPUT_MISSING: expected the tables that features are made from, found none for bronze.trips of"
                                + " gold.features");
        assertThat(call("feature", "explain", "--table", "gold.feature", "--interval", Trips.INTERVAL))
                .startsWith("64\n")
                .contains("makes no features in a table 'gold.feature'; did you mean gold.features?");
    }

    @Test
    void aDayWithoutDecisionsReadsNothing() {
        assertThat(call("run", "--steps", "ingest", "--interval", Trips.INTERVAL))
                .startsWith("0\n");

        assertThat(call("feature", "explain", "--interval", "2030-01-01/2030-01-02"))
                .startsWith("0\ngold.features, 2030-01-01/2030-01-02: 4 features of 0 rows of bronze.trips\n")
                .containsPattern("not read, without a decision: 0 of \\d+ files, 0\\.0 KiB of ");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("lake"))) {
            return files.sorted().toList();
        }
    }

    /** Of the data files of a table with one version. */
    private long bytes(String table) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("lake").resolve(table))) {
            return files.filter(path -> path.getFileName().toString().endsWith(".parquet"))
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        }
    }

    private String call(String... words) {
        return Call.of(Stream.concat(Stream.of(words), Stream.of("-p", file.toString()))
                .toArray(String[]::new));
    }
}
