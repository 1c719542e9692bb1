package dev.sluice.adapter.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.delta.FileCondition.Truth;
import dev.sluice.testing.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of all rows of a file or of none of them is so. */
@SparkTest
final class FileConditionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PARTITIONS = List.of("region", "at");

    private Dataset<Row> table;

    @BeforeEach
    void table(SparkSession spark) {
        table = spark.sql("SELECT 1 AS n, DATE '2024-01-01' AS day, 'x' AS text, 1.5D AS amount, 'eu' AS region,"
                + " TIMESTAMP '2024-01-01 00:00:00' AS at");
    }

    /** Against the obvious: each row is looked at. */
    @Test
    void itIsOfItsRows() {
        Random random = new Random(5);
        Map<Truth, Integer> said = new EnumMap<>(Truth.class);
        for (int i = 0; i < 400; i++) {
            String operator = List.of("=", "<", "<=", ">", ">=").get(random.nextInt(5));
            int bound = random.nextInt(6);
            List<Integer> rows = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                rows.add(random.nextInt(12) == 0 ? null : Integer.valueOf(random.nextInt(6)));
            }
            String sql = random.nextBoolean() ? "N " + operator + " " + bound : bound + " " + turned(operator) + " n";
            Truth truth = condition(sql).orElseThrow().of(Map.of(), statistics(rows));
            long met = rows.stream()
                    .filter(n -> n != null && holds(n.compareTo(bound), operator))
                    .count();
            Truth exact = met == rows.size() ? Truth.ALL : met == 0 ? Truth.NONE : Truth.UNCLEAR;
            assertThat(truth).as("%s of %s", sql, rows).isIn(exact, Truth.UNCLEAR);
            said.merge(truth, 1, Integer::sum);
        }
        assertThat(said.get(Truth.ALL)).isGreaterThan(60);
        assertThat(said.get(Truth.NONE)).isGreaterThan(60);
    }

    private static String turned(String operator) {
        return operator.replace('<', '#').replace('>', '<').replace('#', '>');
    }

    private static boolean holds(int compared, String operator) {
        return switch (operator) {
            case "=" -> compared == 0;
            case "<" -> compared < 0;
            case "<=" -> compared <= 0;
            case ">" -> compared > 0;
            default -> compared >= 0;
        };
    }

    private static JsonNode statistics(List<Integer> rows) {
        List<Integer> values = rows.stream().filter(Objects::nonNull).toList();
        ObjectNode statistics = JSON.createObjectNode().put("numRecords", rows.size());
        statistics.putObject("nullCount").put("n", rows.size() - values.size());
        ObjectNode least = statistics.putObject("minValues");
        ObjectNode greatest = statistics.putObject("maxValues");
        if (!values.isEmpty()) {
            least.put("n", Collections.min(values));
            greatest.put("n", Collections.max(values));
        }
        return statistics;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            true | ALL
            region = 'eu' | ALL
            region > 'eu' | NONE
            at = TIMESTAMP '2024-01-01T01:00:00+01:00' | ALL
            at < TIMESTAMP '2024-01-01T00:00:00Z' | NONE
            region = 'eu' AND day >= DATE '2024-01-01' AND day <= DATE '2024-01-31' | ALL
            day >= DATE '2024-01-05' AND day <= DATE '2024-01-31' | UNCLEAR
            day >= DATE '2024-02-01' AND day <= DATE '2024-02-29' | NONE
            day = DATE '2024-01-05' AND region = 'us' | NONE
            day >= NULL | NONE
            """)
    void severalMustHold(String sql, Truth expected) throws Exception {
        JsonNode statistics = JSON.readTree("{\"numRecords\":2,\"nullCount\":{\"day\":0},"
                + "\"minValues\":{\"day\":\"2024-01-02\"},\"maxValues\":{\"day\":\"2024-01-09\"}}");
        Map<String, String> partition = Map.of("region", "eu", "at", "2024-01-01 00:00:00");
        assertThat(condition(sql).orElseThrow().of(partition, statistics)).isEqualTo(expected);
    }

    @Test
    void whatTheLogDoesNotSayIsUnclear() throws Exception {
        FileCondition day = condition("day >= DATE '2024-01-01'").orElseThrow();
        assertThat(day.of(Map.of(), MissingNode.getInstance())).isEqualTo(Truth.UNCLEAR);
        assertThat(day.of(
                        Map.of(),
                        JSON.readTree("{\"numRecords\":2,\"minValues\":{\"day\":\"2024-01-02\"},"
                                + "\"maxValues\":{\"day\":\"2024-01-09\"}}")))
                .as("nobody counted what is null")
                .isEqualTo(Truth.UNCLEAR);
        FileCondition region = condition("region = 'eu'").orElseThrow();
        assertThat(region.of(Map.of("region", ""), MissingNode.getInstance())).isEqualTo(Truth.NONE);
    }

    /** Texts are cut in statistics, times are cut to milliseconds, and NaN is not among numbers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text = 'x'",
                "amount < 2",
                "n = 1 OR n = 2",
                "n + 1 = 2",
                "n <=> 1",
                "n = length(text)",
                "upper(region) = 'EU'",
                "NOT n = 1"
            })
    void otherConditionsAreLeftToTheRows(String sql) {
        assertThat(condition(sql)).isEmpty();
    }

    private Optional<FileCondition> condition(String sql) {
        Filter filter = (Filter) table.where(sql).queryExecution().analyzed();
        return FileCondition.of(filter.condition(), table.schema(), PARTITIONS, "UTC");
    }
}
