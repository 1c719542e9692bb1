package dev.sluice.step.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Metric;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.RegisteredModels;
import dev.sluice.port.ModelToRegister;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.InMemoryRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
    private static final RunKey KEY = new RunKey("0123456789abcdef0123456789abcdef");

    private final InMemoryRegistry registry = new InMemoryRegistry();

    @TempDir
    Path folder;

    private RegisteredModels models;

    @BeforeEach
    void lake(@TempDir Path lake) {
        models = new RegisteredModels(registry, Storages.of(lake.toString(), new Configuration()));
    }

    @Test
    void isWhatARegisteredVersionKeeps() throws Exception {
        ColumnProfileBuilder x = new ColumnProfileBuilder("double");
        x.addDouble(1);
        TableProfile profile = new TableProfile(1, Map.of("x", x.build()));
        Files.writeString(folder.resolve("profile.txt"), ProfileCodec.text(ProfileCodec.encode(profile)));
        register(List.of("profile.txt"), Map.of("test.areaUnderPR", "0.41", "test.f1", "NaN", "test.rows", "many"));

        Baseline baseline = Baseline.of(models, "trips/1");

        assertThat(baseline.training()).isEqualTo(profile);
        assertThat(baseline.test()).containsExactly(Map.entry(Metric.AREA_UNDER_PR, 0.41));
    }

    @Test
    void aVersionWithoutItIsRefused() throws Exception {
        register(List.of(), Map.of());
        assertThatThrownBy(() -> Baseline.of(models, "trips/1"))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("profile.txt");
        assertThatThrownBy(() -> Baseline.of(models, "trips/2"))
                .isInstanceOf(SluiceException.class)
                .hasMessage("there is no model trips/2 in the registry");
    }

    private void register(List<String> files, Map<String, String> tags) throws Exception {
        Path pipeline = Files.createDirectories(folder.resolve(ModelDirectory.PIPELINE));
        Files.writeString(pipeline.resolve("metadata"), "{}");
        Map<String, String> all = new HashMap<>(tags);
        all.put(ModelDirectory.TAG, ModelDirectory.seal(folder, files, KEY, "plan"));
        registry.register(new ModelToRegister(KEY, "trips", "run", folder, "", all));
    }
}
