package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.metrics.Metric;
import com.amazon.deequ.repository.AnalysisResult;
import com.amazon.deequ.repository.AnalysisResultSerde;
import com.amazon.deequ.repository.ResultKey;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.port.MetricKey;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import scala.collection.immutable.Map$;

/** Analyzers as the history of a table's numbers names them: in Deequ's own JSON, its keys in order. */
final class MetricKeys {
    /** Deequ's JSON has NaN and infinities as they are. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final String OURS = SqlValue.class.getSimpleName();

    private MetricKeys() {}

    static MetricKey of(Analyzer<?, Metric<?>> analyzer) {
        Metric<?> like = Constraints.named(analyzer);
        return new MetricKey(text(analyzer), like.entity().toString(), like.instance(), like.name());
    }

    private static String text(Analyzer<?, Metric<?>> analyzer) {
        if ((Analyzer<?, ?>) analyzer instanceof SqlValue value) {
            return canonical(JSON.valueToTree(Map.of("analyzerName", OURS, "expression", value.written())));
        }
        AnalyzerContext context =
                Constraints.context(Set.of(analyzer), any -> Constraints.metric(analyzer, OptionalDouble.of(0)));
        return canonical(parse(AnalysisResultSerde.serialize(
                        Constraints.seq(List.of(new AnalysisResult(new ResultKey(0, Map$.MODULE$.empty()), context)))))
                .at("/0/analyzerContext/metricMap/0/analyzer"));
    }

    /** Whether Deequ has no such analyzer. */
    static boolean isOurs(String analyzer) {
        return parse(analyzer).path("analyzerName").asText().equals(OURS);
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same text for the same content. */
    static String canonical(JsonNode node) {
        try {
            return JSON.writeValueAsString(JSON.treeToValue(node, Object.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
