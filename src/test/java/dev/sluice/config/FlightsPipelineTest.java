package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.frame.SqlExpressions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlightsPipelineTest {
    @Test
    void loads() {
        Loader.Loaded loaded = new Loader(
                        new SqlExpressions(),
                        Map.of("SLUICE_LAKE", "target/lake", "MLFLOW_TRACKING_URI", "http://localhost:5000")::get)
                .load(Loader.Request.of(Path.of("conf/pipelines/flights-delay.yml")));
        assertThat(loaded.pipeline().name()).isEqualTo("flights-delay");
        assertThat(loaded.warnings()).isEmpty();
    }
}
