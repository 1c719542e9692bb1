package dev.sluice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlmodelDirectoryTest {
    @TempDir
    private Path temp;

    private final MlmodelDirectory directory = new MlmodelDirectory(
            new RunKey(Hashes.id("a")),
            "plan",
            new StructType()
                    .add("x", DataTypes.DoubleType)
                    .add("n", DataTypes.IntegerType, false)
                    .add("it's", DataTypes.StringType),
            List.of(RowFactory.create(Double.NaN, 3, "ä\n"), RowFactory.create(1.5, 4, null)),
            Instant.parse("2024-02-19T01:02:03.456Z"),
            Map.of("feature_plan.json", "{}"));

    private Path model;
    private Map<String, String> tags;

    @BeforeEach
    void write() throws IOException {
        Path pipeline = Files.createDirectories(temp.resolve("saved"));
        Files.createDirectories(pipeline.resolve("metadata"));
        Files.writeString(pipeline.resolve("metadata/part-00000"), "{\"class\":\"org.apache.spark.ml.PipelineModel\"}");
        Files.writeString(pipeline.resolve("metadata/.part-00000.crc"), "crc");
        model = temp.resolve("model");
        tags = Map.of(ModelDirectory.TAG, directory.write(pipeline, model));
    }

    @Test
    void saysWhatMlflowNeeds() {
        assertThat(model.resolve("MLmodel"))
                .content()
                .contains(
                        "  python_function:\n    data: sparkml\n",
                        "  spark:\n    code: null\n",
                        "pyspark_version: 3.5.7\n")
                .contains("model_uuid: '" + Hashes.id("a") + "'\n")
                .contains("  inputs: '[{\"type\":\"double\",\"name\":\"x\",\"required\":false},"
                        + "{\"type\":\"integer\",\"name\":\"n\",\"required\":true},"
                        + "{\"type\":\"string\",\"name\":\"it''s\",\"required\":false}]'\n")
                .endsWith("utc_time_created: '2024-02-19 01:02:03.456000'\n");
        assertThat(model.resolve("input_example.json"))
                .hasContent("{\"columns\":[\"x\",\"n\",\"it's\"],\"data\":[[null,3,\"ä\\n\"],[1.5,4,null]]}");
        assertThat(model.resolve("requirements.txt")).content().contains("pyspark==3.5.7\n");
        assertThat(model.resolve("sparkml/metadata")).isDirectoryNotContaining("glob:**.crc");
    }

    @Test
    void equalValuesGiveEqualBytes() throws IOException {
        Path again = temp.resolve("again");
        directory.write(temp.resolve("saved"), again);

        try (var files = Files.walk(model)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(again.resolve(model.relativize(file))).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void whatWasSealedIsVerified() throws IOException {
        Files.writeString(model.resolve("MLmodel"), "run_id: 1\n", StandardOpenOption.APPEND);

        ModelDirectory.verify(model, "m/1", tags);
    }

    @Test
    void aFileThatChangedIsNamed() throws IOException {
        Files.writeString(model.resolve("feature_plan.json"), "{ }");

        assertRefused("model m/1 has another feature_plan.json than was registered");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        Files.delete(model.resolve("sparkml/metadata/part-00000"));

        assertRefused("model m/1 has another sparkml/metadata/part-00000 than was registered");
    }

    @Test
    void aFileThatWasAddedIsNamed() throws IOException {
        Files.writeString(model.resolve("sparkml/metadata/part-00001"), "{}");

        assertRefused("model m/1 has a file that was not registered: sparkml/metadata/part-00001");
    }

    @Test
    void aLinkIsNoFile() throws IOException {
        Path file = model.resolve("sparkml/metadata/part-00000");
        Files.move(file, temp.resolve("elsewhere"));
        Files.createSymbolicLink(file, temp.resolve("elsewhere"));

        assertRefused("model m/1 has another sparkml/metadata/part-00000 than was registered");
    }

    @Test
    void aManifestThatWasMadeToFitIsSeen() throws IOException {
        Files.writeString(model.resolve("feature_plan.json"), "{ }");
        ModelDirectory.seal(model, List.of("feature_plan.json"), new RunKey(Hashes.id("a")), "plan");

        assertRefused("model m/1 has another manifest.json than was registered");
    }

    @Test
    void aVersionOfSomebodyElseIsRefused() {
        assertThatThrownBy(() -> ModelDirectory.verify(model, "m/1", Map.of()))
                .hasMessage("model m/1 has no tag sluice.manifest, which every version that Sluice registers has");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelDirectory.verify(model, "m/1", tags))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_REFUSED))
                .hasMessage(message);
    }
}
