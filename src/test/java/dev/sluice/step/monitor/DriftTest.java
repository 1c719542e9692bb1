package dev.sluice.step.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.Distance;
import dev.sluice.config.Monitor;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final Monitor.Limits LIMITS =
            new Monitor.Limits(List.of(), Distance.PSI, Optional.empty(), Optional.empty(), 100);

    @Test
    void equalSharesAreOkAndLargeDistancesBreach() {
        Measurement same = measure(texts("EWR", 500, "JFK", 500), texts("EWR", 50, "JFK", 50));
        assertThat(same.verdict()).contains(Verdict.OK);
        assertThat(same.value().orElseThrow()).isZero();
        assertThat(same.reason()).isEqualTo("psi 0.0000, at most 0.1");

        // (0.7 - 0.5) ln(0.7 / 0.5) + (0.3 - 0.5) ln(0.3 / 0.5)
        Measurement some = measure(texts("EWR", 500, "JFK", 500), texts("EWR", 70, "JFK", 30));
        assertThat(some.value().orElseThrow()).isCloseTo(0.169460, within(1e-6));
        assertThat(some.verdict()).contains(Verdict.WARN);
        assertThat(some.reason()).isEqualTo("psi 0.1695, above 0.1");

        Measurement much = measure(texts("EWR", 500, "JFK", 500), texts("EWR", 90, "JFK", 10));
        assertThat(much.verdict()).contains(Verdict.BREACH);
        assertThat(much.bound()).hasValue(0.25);
        assertThat(much.reason()).isEqualTo("psi 0.8789, above 0.25");
        assertThat(much.definition()).startsWith("psi: ");
    }

    @Test
    void whatCannotBeJudgedSaysWhy() {
        ColumnProfile reference = texts("EWR", 500, "JFK", 500);
        assertThat(measure(reference, texts("EWR", 40, "JFK", 59)).reason()).isEqualTo("99 rows, min_rows 100");
        assertThat(measure(reference, numbers(100)).reason()).isEqualTo("of type double, in the reference string");
        assertThat(measure(lists(200), lists(200)).reason()).isEqualTo("its values cannot be put into buckets");
        Measurement unknown = Drift.of(
                        List.of("other"),
                        LIMITS,
                        table(Map.of("c", reference)),
                        table(Map.of("other", texts("EWR", 40, "JFK", 60))))
                .get(0)
                .measurement();
        assertThat(unknown.reason()).isEqualTo("the training profile of the model has no such column");
        assertThat(unknown.verdict()).contains(Verdict.NOT_JUDGED);
        assertThat(unknown.value()).isEmpty();
        assertThat(unknown.rows()).isEqualTo(100);
    }

    private static Measurement measure(ColumnProfile training, ColumnProfile scored) {
        return Drift.of(List.of("c"), LIMITS, table(Map.of("c", training)), table(Map.of("c", scored)))
                .get(0)
                .measurement();
    }

    private static TableProfile table(Map<String, ColumnProfile> columns) {
        return new TableProfile(columns.values().iterator().next().rows(), columns);
    }

    private static ColumnProfile texts(String a, int countA, String b, int countB) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        IntStream.range(0, countA).forEach(i -> builder.addText(a.getBytes(StandardCharsets.UTF_8)));
        IntStream.range(0, countB).forEach(i -> builder.addText(b.getBytes(StandardCharsets.UTF_8)));
        return builder.build();
    }

    private static ColumnProfile numbers(int count) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        IntStream.range(0, count).forEach(builder::addDouble);
        return builder.build();
    }

    private static ColumnProfile lists(int count) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("array<int>");
        IntStream.range(0, count).forEach(builder::addArray);
        return builder.build();
    }
}
