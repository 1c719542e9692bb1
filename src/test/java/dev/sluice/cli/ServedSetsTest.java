package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A feature set of another file, served online from PostgreSQL: the newest row of each entity, until it is deleted. */
@SparkTest
@ServerTest
final class ServedSetsTest {
    /** A key is its name's and its value's length, with what they are, before each. */
    private static final String SERVED = "SELECT convert_from(substr(entity_key, 26), 'UTF8'), feature_name,"
            + " encode(value, 'hex') FROM rides_riders WHERE feature_name NOT LIKE '\\_%' ORDER BY 1, 2";

    @TempDir
    private Path folder;

    private final PostgresServer postgres;

    ServedSetsTest(PostgresServer postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void rides() throws IOException {
        for (String name : List.of("raw", "env", "pipelines")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(
                folder.resolve("raw/rides.csv"),
                """
                id,rider,at,day,fare
                1,ann,2024-03-10T08:00:00Z,2024-03-10,1.5
                2,bob,2024-03-10T09:00:00Z,2024-03-10,2.5
                3,ann,2024-03-10T09:30:00Z,2024-03-10,3.5
                4,ann,2024-03-11T08:00:00Z,2024-03-11,8.5
                5,eve,2024-03-11T09:00:00Z,2024-03-11,4.5
                """);
        for (String name : List.of("rides", "riders-online")) {
            Files.copy(Path.of("src/test/resources/pipelines", name + ".yml"), file(name));
        }
        Files.writeString(folder.resolve("pipelines/password"), PostgresServer.PASSWORD);
        Files.writeString(
                file("riders-online"),
                Files.readString(file("riders-online"))
                        .replace("secret:env/ONLINE_PASSWORD", "secret:file/password")
                        .replace("jdbc:postgresql://127.0.0.1:1/postgres", postgres.url("postgres")));
        Files.writeString(
                folder.resolve("env/test.yml"),
                "vars: {lake: \"" + folder.resolve("lake") + "\", raw: \"" + folder.resolve("raw") + "\"}\n");
        dropTable();
    }

    @AfterEach
    void dropTable() {
        postgres.run("DROP TABLE IF EXISTS rides_riders");
    }

    @Test
    void daysInAnyOrderServeTheNewestRowOfTheVersionThatIsMeantNow() throws IOException {
        assertThat(call("rides", "run", "--job", "daily", "--interval", "2024-03-10/2024-03-12"))
                .startsWith("0\n");

        assertThat(call("riders-online", "run", "--job", "online", "--interval", "2024-03-10/2024-03-11"))
                .startsWith("0\n");
        assertThat(postgres.query(SERVED))
                .containsExactly(
                        "ann|rides|2002",
                        "ann|spent|290000000000001440",
                        "bob|rides|2001",
                        "bob|spent|290000000000000440");

        assertThat(call("riders-online", "run", "--job", "online", "--interval", "2024-03-11/2024-03-12"))
                .startsWith("0\n");
        List<String> served = postgres.query(SERVED);
        assertThat(served)
                .as("ann had her third ride")
                .containsExactly(
                        "bob|rides|2001",
                        "bob|spent|290000000000000440",
                        "eve|rides|2001",
                        "eve|spent|290000000000001240");

        String again =
                call("riders-online", "run", "--job", "online", "--interval", "2024-03-10/2024-03-11", "--force");
        assertThat(again).contains("push/riders", "3 rows in, 1 out");
        assertThat(postgres.query(SERVED)).as("an older day brings nobody back").isEqualTo(served);

        assertThat(call("riders-online", "plan", "--job", "online", "--interval", "2024-03-12/2024-03-13"))
                .contains("online rides/riders by rider");
    }

    @Test
    void feastIsToldOfTheSetAndOfPostgres() throws IOException {
        assertThat(call("rides", "run", "--job", "daily", "--interval", "2024-03-10/2024-03-12"))
                .startsWith("0\n");
        Path repository = folder.resolve("repository");
        assertThat(call("riders-online", "generate", "feast", "--out", repository.toString()))
                .contains(
                        "next: feast -c " + repository + " apply, with the password of PostgreSQL in ONLINE_PASSWORD");
        assertThat(repository.resolve("feature_store.yaml")).content().contains("  type: postgres\n");
        assertThat(repository.resolve("features.py"))
                .content()
                .contains("    name=\"gold.riders\",\n")
                .containsPattern("path=\".*/gold/riders__[0-9a-f]{8}\"")
                .contains("Field(name=\"spent\", dtype=Float64)", "Field(name=\"rides\", dtype=Int64)");
    }

    private Path file(String pipeline) {
        return folder.resolve("pipelines/" + pipeline + ".yml");
    }

    private String call(String pipeline, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-p", file(pipeline).toString(), "-e", "test"));
        return Call.of(all.toArray(String[]::new));
    }
}
