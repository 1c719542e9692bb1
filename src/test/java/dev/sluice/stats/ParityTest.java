package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Distance;
import dev.sluice.testing.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Distances are those of SciPy, Evidently and TensorFlow Data Validation, as the scripts in {@code src/test/resources/drift}
 * had them compute.
 */
class ParityTest {
    private static final JsonNode PARITY = read("parity.json");
    private static final JsonNode TFDV = read("tfdv.json");

    @TestFactory
    Stream<DynamicTest> categories() {
        return categories(PARITY);
    }

    @TestFactory
    Stream<DynamicTest> categoriesOfTensorFlowDataValidation() {
        return categories(TFDV);
    }

    private static Stream<DynamicTest> categories(JsonNode numbers) {
        return cases(numbers.get("categories"), (example, name) -> {
            ColumnProfile reference = Profiles.texts(counts(example.get("reference")));
            ColumnProfile current = Profiles.texts(counts(example.get("current")));
            Estimate found = name.equals("chi_square statistic")
                    ? ChiSquare.statistic(Shares.of(reference, current).orElseThrow())
                    : measure(name, reference, current);
            double expected = example.get("expected").get(name).doubleValue();
            assertThat(found.value()).isCloseTo(expected, lastBits(expected));
            assertThat(found.error()).isZero();
        });
    }

    @TestFactory
    Stream<DynamicTest> numbersOfWhichNoneIsLeftOut() {
        return cases(PARITY.get("numbers"), (example, name) -> {
            ColumnProfile reference = Profiles.numbers(values(example.get("reference")));
            ColumnProfile current = Profiles.numbers(values(example.get("current")));
            Estimate found = measure(name, reference, current);
            double expected = example.get("expected").get(name).doubleValue();
            assertThat(found.value()).isCloseTo(expected, lastBits(expected));
            assertThat(found.error()).isZero();
        });
    }

    /** Of so many numbers the quantiles leave most out; the errors they admit to are kept, and are small. */
    @TestFactory
    Stream<DynamicTest> numbersThatAreSummedUp() {
        Map<JsonNode, ColumnProfile> profiles = new HashMap<>();
        return cases(PARITY.get("spreads"), (example, name) -> {
            ColumnProfile reference = profiles.computeIfAbsent(example.get("reference"), ParityTest::spread);
            ColumnProfile current = profiles.computeIfAbsent(example.get("current"), ParityTest::spread);
            Estimate found = measure(name, reference, current);
            double expected = example.get("expected").get(name).doubleValue();
            assertThat(found.value()).isCloseTo(expected, within(found.error()));
            if (name.equals("ks_statistic")) {
                assertThat(found.error()).isBetween(1e-6, 0.03);
            }
        });
    }

    /** The exact p-value of few rows is another number; from fifty rows on, the asymptotic one is within half a percent of it. */
    @TestFactory
    Stream<DynamicTest> theAsymptoticPValueIsNearTheExactOne() {
        return StreamSupport.stream(PARITY.get("exact").spliterator(), false)
                .map(example -> DynamicTest.dynamicTest(example.toString(), () -> {
                    double rows = example.get("rows").doubleValue();
                    double statistic = example.get("ks_statistic").doubleValue();
                    double exact = example.get("ks_p_value").doubleValue();
                    double found = KolmogorovSmirnov.survival(Math.sqrt(rows / 2) * statistic);
                    assertThat(found).isCloseTo(exact, within(0.005));
                }));
    }

    @Test
    void kolmogorovsDistribution() {
        PARITY.get("kolmogorov").forEach(point -> {
            double expected = point.get(1).doubleValue();
            assertThat(KolmogorovSmirnov.survival(point.get(0).doubleValue())).isCloseTo(expected, lastBits(expected));
        });
    }

    /** Where Evidently tests two categories with a z-test, chi-square is the same test. */
    @Test
    void theChoiceIsEvidentlys() {
        Map<String, Distance> names = Map.of(
                "ks", Distance.KS_P_VALUE,
                "chisquare", Distance.CHI_SQUARE_P_VALUE,
                "z", Distance.CHI_SQUARE_P_VALUE,
                "wasserstein", Distance.WASSERSTEIN_BY_SD,
                "jensenshannon", Distance.JS_DISTANCE_LN);
        assertThat(PARITY.get("choices")).hasSize(16).allSatisfy(choice -> {
            ColumnProfile profile = column(
                    choice.get("kind").asText(),
                    choice.get("rows").intValue(),
                    choice.get("values").intValue());
            assertThat(DistanceChoice.of(profile, profile).distance())
                    .isEqualTo(names.get(choice.get("evidently").asText()));
        });
    }

    private static ColumnProfile column(String type, int rows, int values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder(type);
        for (int i = 0; i < rows; i++) {
            if (type.equals("double")) {
                builder.addDouble(i % values);
            } else {
                builder.addText(new byte[] {(byte) ('a' + i % values)});
            }
        }
        return builder.build();
    }

    private static Stream<DynamicTest> cases(JsonNode examples, BiConsumer<JsonNode, String> check) {
        return StreamSupport.stream(examples.spliterator(), false).flatMap(example -> names(example)
                .map(name -> DynamicTest.dynamicTest(
                        example.get("name").asText() + ": " + name, () -> check.accept(example, name))));
    }

    private static Stream<String> names(JsonNode example) {
        return StreamSupport.stream(
                ((Iterable<String>) () -> example.get("expected").fieldNames()).spliterator(), false);
    }

    /** Measures by the first word of a name; what follows tells who else measured. */
    private static Estimate measure(String name, ColumnProfile reference, ColumnProfile current) {
        Distance distance = Distance.valueOf(name.replaceFirst(" .*", "").toUpperCase(Locale.ROOT));
        return Distances.of(distance, reference, current).orElseThrow();
    }

    /** Doubles that are added in another order, and series that are cut elsewhere, differ by some last bits. */
    private static Offset<Double> lastBits(double expected) {
        return within(1e-12 + 1e-9 * Math.abs(expected));
    }

    private static ColumnProfile spread(JsonNode spread) {
        long step = spread.get("step").longValue();
        double[] values = new double[spread.get("count").intValue()];
        for (int i = 0; i < values.length; i++) {
            double u = (i + 1) * step % 1_000_003 / 1_000_003.0;
            double value = 1;
            for (int power = 0; power < spread.get("power").intValue(); power++) {
                value *= u;
            }
            values[i] = value + spread.get("shift").doubleValue();
        }
        return Profiles.numbers(values);
    }

    private static Map<String, Integer> counts(JsonNode node) {
        Map<String, Integer> counts = new HashMap<>();
        node.fields()
                .forEachRemaining(
                        entry -> counts.put(entry.getKey(), entry.getValue().intValue()));
        return counts;
    }

    private static double[] values(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    private static JsonNode read(String file) {
        try {
            return new ObjectMapper()
                    .readTree(Path.of("src/test/resources/drift", file).toFile());
        } catch (IOException e) {
            throw new IllegalStateException("the numbers to compare with are beside this test's sources", e);
        }
    }
}
