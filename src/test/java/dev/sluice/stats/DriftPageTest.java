package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Distance;
import dev.sluice.testing.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of the page about drift are what comes out. */
class DriftPageTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^\\| `(\\w+)` \\|.*\\| ([0-9.]+) \\|$");

    @Test
    void everyDistanceHasItsExample() throws IOException {
        Map<String, String> told = new LinkedHashMap<>();
        EXAMPLE.matcher(Files.readString(Path.of("src/site/markdown/drift.md")))
                .results()
                .forEach(example -> told.put(example.group(1), example.group(2)));

        Map<String, String> computed = new LinkedHashMap<>();
        Arrays.stream(Distance.values())
                .filter(distance -> distance != Distance.BY_SAMPLE_SIZE)
                .forEach(distance -> computed.put(distance.word(), example(distance)));
        assertThat(told).isEqualTo(computed);
    }

    private static String example(Distance distance) {
        ColumnProfile before = distance.needsNumbers()
                ? Profiles.numbers(1, 2, 3, 4)
                : Profiles.texts(Map.of("EWR", 500, "JFK", 300, "LGA", 200));
        ColumnProfile now = distance.needsNumbers()
                ? Profiles.numbers(2, 3, 4, 9)
                : Profiles.texts(Map.of("EWR", 200, "JFK", 300, "LGA", 500));
        return String.format(
                Locale.ROOT,
                "%.4f",
                Distances.of(distance, before, now).orElseThrow().value());
    }
}
