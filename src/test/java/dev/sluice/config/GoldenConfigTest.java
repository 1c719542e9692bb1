package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Loader.Loaded;
import dev.sluice.config.Loader.Request;
import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a person reads for each kind of mistake, word by word. Beside {@code NAME.yml} stand the expected text, and where the
 * case has them an overlay and arguments. Run with {@code -Dsluice.golden=write} to write the texts anew, then read the
 * difference.
 */
class GoldenConfigTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/config");
    private static final String CANARY = "canary-5150";

    @TestFactory
    Stream<DynamicTest> everyMistakeIsToldAsWritten() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(60);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        String told = told(file).replace(FOLDER + "/", "");
        assertThat(told).doesNotContain(CANARY);
        Path expected = beside(file, ".expected");
        if ("write".equals(System.getProperty("sluice.golden"))) {
            Files.writeString(expected, told);
        }
        assertThat(told).isEqualTo(Files.readString(expected));
    }

    private static String told(Path file) throws IOException {
        Loader loader =
                new Loader(new SqlExpressions(), Map.of("LAKE", "/lake", "TOKEN", CANARY, "MLFLOW_TOKEN", CANARY)::get);
        Optional<Path> overlay = Optional.of(beside(file, ".overlay")).filter(Files::exists);
        try {
            Loaded loaded =
                    loader.load(new Request(file, overlay, arguments(file, "--var "), arguments(file, "--param ")));
            return "accepted\n"
                    + loaded.warnings().stream()
                            .map(w -> "warning: " + w + "\n")
                            .collect(Collectors.joining())
                    + (overlay.isPresent() ? SettingsPrinter.text(loaded.settings()) : "");
        } catch (InvalidConfig e) {
            return e.getMessage() + "\n";
        }
    }

    private static Map<String, String> arguments(Path file, String option) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Path arguments = beside(file, ".args");
        for (String line : Files.exists(arguments) ? Files.readAllLines(arguments) : List.<String>of()) {
            if (line.startsWith(option)) {
                String[] pair = line.substring(option.length()).split("=", 2);
                values.put(pair[0], pair[1]);
            }
        }
        return values;
    }

    private static Path beside(Path file, String suffix) {
        return Path.of(file.toString().replaceFirst("\\.yml$", suffix));
    }
}
