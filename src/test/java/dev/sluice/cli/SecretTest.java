package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.MlflowServer;
import dev.sluice.testing.MlflowTest;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole line with a secret wherever a pipeline may hold one, with verbose logs, once against an MLflow that is down and once
 * against one that is up. Its values are then in nothing that was written or printed.
 */
@MlflowTest
final class SecretTest {
    @TempDir
    private Path folder;

    @Test
    void noSecretIsWrittenAndAnMlflowThatIsDownIsWaitedFor(MlflowServer mlflow) throws IOException {
        Trips.write(folder);
        Answer down = call("run", "http://127.0.0.1:9");
        assertThat(down.code()).as(down.toString()).isEqualTo(75);
        assertThat(errors(down))
                .isEqualTo("error: REGISTRY_UNAVAILABLE: MLflow at http://127.0.0.1:9 could not be reached for GET"
                        + " registered-models/get (tried 5 times in 4 s): connection refused\n"
                        + "  do: check that the server runs and that the connection's uri is right, then run the same"
                        + " command again");
        assertThat(down.out()).contains("\"at\":\"evaluate\"", "\"retryable\":true");

        Answer up = call("run", mlflow.uri());
        assertThat(up.code()).as(up.toString()).isZero();
        assertThat(up.err()).contains("train                        already done");

        Answer shown = call("show config", mlflow.uri());
        assertThat(shown.out()).contains("connections/models/token = ***", "connections/spare/token = ***");

        for (String secret : List.of(Trips.IN_THE_ENVIRONMENT, Trips.IN_A_FILE)) {
            for (Answer answer : List.of(down, up, shown)) {
                assertThat(answer.toString()).doesNotContain(secret);
            }
            assertThat(filesWith(secret, folder)).isEmpty();
            assertThat(filesWith(secret, mlflow.home())).isEmpty();
        }
        // The search does find what is there.
        assertThat(filesWith("\"outcome\" : \"DONE\"", folder)).isNotEmpty();
        assertThat(filesWith("mlflow.source.name", mlflow.home())).isNotEmpty();
    }

    private Answer call(String verb, String mlflow) {
        List<String> arguments = new ArrayList<>(List.of(verb.split(" ")));
        if (verb.equals("run")) {
            arguments.addAll(List.of("--job", "line", "--interval", Trips.INTERVAL));
        }
        arguments.addAll(List.of("-p", Trips.PIPELINE, "--var", "raw=" + folder, "--var", "mlflow=" + mlflow));
        arguments.addAll(List.of("--var", "lake=" + folder.resolve("lake"), "--var", "model=secretive"));
        return new Sluice(folder.resolve("lake"), mlflow)
                .with(Trips.TOKEN, Trips.IN_THE_ENVIRONMENT)
                .with("SLUICE_LOG", "info")
                .call(arguments.toArray(String[]::new));
    }

    private static String errors(Answer answer) {
        return answer.err()
                .lines()
                .filter(line -> line.startsWith("error: ") || line.startsWith("  do: "))
                .collect(Collectors.joining("\n"));
    }

    /** The files below a folder that have a text in them. */
    static List<Path> filesWith(String text, Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                // One character for each byte, so that text is found in files that are not text.
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }
}
