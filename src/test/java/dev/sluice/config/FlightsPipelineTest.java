package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Loader.Loaded;
import dev.sluice.config.Loader.Request;
import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The example that the project ships. */
class FlightsPipelineTest {
    private static final Path FILE = Path.of("conf/pipelines/flights-delay.yml");
    private static final Loader LOADER = new Loader(
            new SqlExpressions(),
            Map.of(
                    "SLUICE_LAKE", "/lake",
                    "MLFLOW_TRACKING_URI", "http://localhost:5000",
                    "MLFLOW_TRACKING_TOKEN", "canary-5150")::get);

    @Test
    void theFileAloneIsRightAndWithoutWarnings() {
        Loaded loaded = LOADER.load(Request.of(FILE));

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.pipeline().lake().root()).isEqualTo("/lake");
        assertThat(loaded.pipeline().ingest().keySet())
                .extracting(TableName::text)
                .containsExactly("bronze.flights", "bronze.weather", "bronze.planes", "bronze.airports");
        assertThat(loaded.contracts()).containsOnlyKeys(new TableName("bronze.flights"));
        assertThat(loaded.places().get("ingest/bronze.flights/rows/has_key").toString())
                .startsWith("conf/pipelines/flights-delay.yml:")
                .endsWith(":7");
        assertThat(loaded.pipeline().features().orElseThrow().spine().asOf().text())
                .isEqualTo("sched_dep - make_interval(0, 0, 0, 0, 2, 0, 0)");
    }

    @Test
    void eachValueTellsWhichLayerItCameFrom() {
        Loaded loaded = LOADER.load(new Request(
                FILE, Optional.of(Path.of("conf/env/prod.yml")), Map.of("min_auc", "0.7"), Map.of("horizon_h", "3")));

        assertThat(SettingsPrinter.text(loaded.settings()).lines().map(line -> line.replaceAll(" {2,}", " ")))
                .contains(
                        "pipeline = flights-delay # conf/pipelines/flights-delay.yml:7:11",
                        "vars/raw = s3a://acme-raw/nycflights13 # conf/env/prod.yml:3:8",
                        "vars/min_auc = 0.7 # --var min_auc",
                        "connections/models/token = *** # conf/env/prod.yml:8:19",
                        "connections/models/uri = http://localhost:5000"
                                + " # conf/pipelines/flights-delay.yml:21:31, ${env:MLFLOW_TRACKING_URI} environment",
                        "spark/conf/spark.sql.shuffle.partitions = 200 # conf/env/prod.yml:12:35",
                        "sources/planes/ready/min_rows = 1 # default",
                        "gates/auc/min = 0.7 # conf/pipelines/flights-delay.yml:"
                                + loaded.places().get("gates/auc/min").line() + ":36, ${var:min_auc} --var min_auc",
                        "features/spine/as_of = sched_dep - make_interval(0, 0, 0, 0, 3, 0, 0) # conf/pipelines/"
                                + "flights-delay.yml:"
                                + loaded.places().get("features/spine/as_of").line()
                                + ":12, ${param:horizon_h} --param horizon_h");
        assertThat(SettingsPrinter.json(loaded.settings()))
                .contains(
                        """
                  {
                    "path": "vars/min_auc",
                    "value": "0.7",
                    "origin": "--var min_auc"
                  },
                """
                                .indent(0))
                .doesNotContain("canary-5150");
        assertThat(loaded.pipeline().connections().get("models").toString())
                .contains("***")
                .doesNotContain("canary-5150");
    }
}
