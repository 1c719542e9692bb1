package dev.sluice.adapter.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.TableVersion;
import dev.sluice.port.TrackedRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void whatMlflowWouldCutInSilenceSaysSo() {
        String value = Values.params(Map.of("sql", "x".repeat(7000))).get("sql");

        assertThat(value).hasSize(6000).endsWith("x… (cut from 7000 characters)");
        assertThat(Values.params(Map.of("sql", "x".repeat(6000))).get("sql")).isEqualTo("x".repeat(6000));
        assertThat(Values.tags(Map.of("note", "x".repeat(5001))).get("note")).endsWith("(cut from 5001 characters)");
    }

    @Test
    void whatIsNoNumberIsATag() {
        Map<String, Double> metrics =
                Map.of("f1", 0.5, "loss", Double.NaN, "lift", Double.POSITIVE_INFINITY, "gain", -0.0);

        assertThat(Values.metrics(metrics)).containsOnlyKeys("f1", "gain");
        assertThat(Values.metricTags(metrics)).isEqualTo(Map.of("metric.loss", "NaN", "metric.lift", "Infinity"));
    }

    @Test
    void namesAreMadeAcceptable() {
        assertThat(Values.metrics(Map.of("f1@0.5 (carrier=Ü)", 1.0))).containsOnlyKeys("f1_0.5 _carrier___");
        assertThatThrownBy(() -> Values.metrics(Map.of("f1(a)", 1.0, "f1[a]", 2.0)))
                .hasMessageContaining("is no name that MLflow accepts beside the others (f1_a_)");
        assertThatThrownBy(() -> Values.tags(Map.of("x".repeat(251), "")))
                .hasMessageContaining("expected one of at most 250 letters");
    }

    @Test
    void aSliceOfATableIsADataset() {
        JsonNode training = Values.dataset(input("training"));
        JsonNode evaluation = Values.dataset(input("evaluation"));

        assertThat(training.at("/dataset/schema").asText())
                .isEqualTo("{\"mlflow_colspec\":[{\"type\":\"long\",\"name\":\"id\",\"required\":false}]}");
        assertThat(training.at("/dataset/profile").asText()).isEqualTo("{\"approx_count\":7}");
        assertThat(training.at("/dataset/digest").asText())
                .startsWith("v0-")
                .hasSizeLessThanOrEqualTo(36)
                .isNotEqualTo(evaluation.at("/dataset/digest").asText());
        assertThat(training.at("/dataset/source").asText())
                .isEqualTo("{\"path\":\"s3a://lake/gold/f\",\"delta_table_version\":0}");
    }

    @Test
    void batchesHoldAll() {
        assertThat(Values.batches(List.of(1, 2, 3, 4, 5), 2)).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
        assertThat(Values.batches(List.of(), 2)).isEmpty();
    }

    private static TrackedRun.Input input(String context) {
        return new TrackedRun.Input(
                TableVersion.parse("gold.f@0"), "s3a://lake/gold/f", context, Map.of("id", "bigint"), 7);
    }
}
