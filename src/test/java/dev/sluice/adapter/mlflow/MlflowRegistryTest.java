package dev.sluice.adapter.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.FaultPoint;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelVersion;
import dev.sluice.testing.MlflowServer;
import dev.sluice.testing.MlflowTest;
import dev.sluice.testing.ModelRegistryContract;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real registry on a real server. */
@MlflowTest
class MlflowRegistryTest extends ModelRegistryContract {
    private MlflowRegistry registry;
    private Server server;

    @BeforeEach
    void connect(MlflowServer mlflow) {
        registry = new MlflowRegistry(mlflow.connection());
        server = new Server(mlflow.uri(), Optional.empty(), Patience.of(Duration.ofSeconds(30)));
    }

    @Override
    protected ModelRegistry registry() {
        return registry;
    }

    @Test
    void aTrackedRunIsWhole() {
        JsonNode run = shown(registry.track(run("a")));

        assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
        assertThat(run.at("/info/run_name").asText()).isEqualTo("train 2013-10-01");
        assertThat(run.at("/info/end_time").asLong())
                .isGreaterThanOrEqualTo(run.at("/info/start_time").asLong());
        assertThat(Json.map(run.at("/data/params"))).isEqualTo(Map.of("maxDepth", "6"));
        assertThat(Json.map(run.at("/data/metrics"))).isEqualTo(Map.of("test.f1", "0.5"));
        assertThat(Json.map(run.at("/data/tags")))
                .containsEntry("metric.test.loss", "NaN")
                .containsEntry("pipeline", "flights-delay")
                .containsEntry("sluice.run_key", run("a").key().text());
        JsonNode input = run.at("/inputs/dataset_inputs/0");
        assertThat(Json.map(input.path("tags"))).isEqualTo(Map.of("mlflow.data.context", "training"));
        assertThat(input.at("/dataset/name").asText()).isEqualTo("gold.delay_features_training");
        assertThat(input.at("/dataset/source").asText())
                .isEqualTo("{\"path\":\"/lake/gold/delay_features_training\",\"delta_table_version\":3}");
        assertThat(server.get(
                                "artifacts/list",
                                Map.of("run_id", run.at("/info/run_id").asText()))
                        .at("/files/0/path")
                        .asText())
                .isEqualTo("report.html");
    }

    @Test
    void aVersionIsTheOutputOfItsRun() {
        ModelVersion version = registry.register(model("a"));

        JsonNode run = shown(version.run());
        String model = run.at("/outputs/model_outputs/0/model_id").asText();
        assertThat(version.source()).isEqualTo("models:/" + model);
        JsonNode logged = server.get("logged-models/" + model, Map.of()).path("model");
        assertThat(logged.at("/info/status").asText()).isEqualTo("LOGGED_MODEL_READY");
        assertThat(logged.at("/data/metrics/0/key").asText()).isEqualTo("test.f1");
        assertThat(registry.address(version)).contains("/#/models/model%20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlflow.run.created",
                "mlflow.run.logged",
                "mlflow.run.uploaded",
                "mlflow.model.created",
                "mlflow.model.uploaded",
                "mlflow.model.ready"
            })
    void whatWasKilledHalfWayGoesOn(String point) throws Exception {
        AutoCloseable armed = FaultPoint.arm(name -> {
            if (name.equals(point)) {
                throw new IllegalStateException("killed at " + name);
            }
        });
        try {
            assertThatThrownBy(() -> registry.register(model("a"))).hasMessage("killed at " + point);
        } finally {
            armed.close();
        }

        ModelVersion version = registry.register(model("a"));

        assertThat(registry.versions(name)).containsExactly(version);
        JsonNode run = shown(version.run());
        assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
        assertThat(run.at("/outputs/model_outputs")).hasSize(1);
        assertThat(run.at("/inputs/dataset_inputs")).hasSize(1);
        String experiment = run.at("/info/experiment_id").asText();
        assertThat(found("runs/search", experiment).path("runs")).hasSize(1);
        assertThat(found("logged-models/search", experiment).path("models")).hasSize(1);
    }

    private JsonNode shown(String id) {
        return server.get("runs/get", Map.of("run_id", id)).path("run");
    }

    private JsonNode found(String path, String experiment) {
        return server.post(
                path, Json.object().set("experiment_ids", Json.array().add(experiment)));
    }
}
