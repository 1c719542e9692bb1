package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The JSON Schema, judged by a validator that is not ours, and the reference page. */
class WrittenFilesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/config");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema PIPELINE = schema(SchemaWriter.pipeline());

    @Test
    void theSchemaTakesTheExampleAndItsContract() throws IOException {
        assertThat(judge(PIPELINE, Path.of("conf/pipelines/flights-delay.yml"))).isEmpty();
        assertThat(judge(schema(SchemaWriter.contract()), Path.of("conf/contracts/bronze.flights.yml")))
                .isEmpty();
    }

    @Test
    void theSchemaTakesWhateverTheLoaderTakes() throws IOException {
        int taken = 0;
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path expected :
                    files.filter(f -> f.toString().endsWith(".expected")).toList()) {
                Path file = Path.of(expected.toString().replace(".expected", ".yml"));
                if (Files.readString(expected).startsWith("accepted")
                        && !file.toString().contains("overlay")) {
                    assertThat(judge(PIPELINE, file)).as(file.toString()).isEmpty();
                    taken++;
                }
            }
        }
        assertThat(taken).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key-unknown",
                "key-missing",
                "key-missing-top",
                "type-wrong",
                "type-number",
                "type-null",
                "enum-wrong",
                "duration-wrong",
                "family-choice",
                "yaml-list",
                "yaml-merge-key",
                "secret-plain",
                "secret-partial"
            })
    void theSchemaRefusesWhatASchemaCanRefuse(String name) throws IOException {
        assertThat(judge(PIPELINE, GOLDEN.resolve(name + ".yml"))).isNotEmpty();
    }

    @Test
    void theSchemaTellsMeaningAndDefault() throws IOException {
        JsonNode pipeline = JSON.readTree(SchemaWriter.pipeline());
        JsonNode read = pipeline.at("/$defs/Read/oneOf/0");

        assertThat(pipeline.path("required")).map(JsonNode::asText).containsExactly("format", "pipeline", "clock");
        assertThat(read.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(read.at("/properties/separator/default").asText()).isEqualTo(",");
        assertThat(read.at("/properties/path/description").asText()).startsWith("Path or glob");
    }

    /** Run with {@code -Dsluice.reference=write} to write it anew. */
    @Test
    void theReferencePageIsTheOneOfTheseRecords() throws IOException {
        Path page = Path.of("src/site/markdown/pipeline-reference.md");
        if ("write".equals(System.getProperty("sluice.reference"))) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, ReferenceWriter.text());
        }
        assertThat(Files.readString(page))
                .as("mvn -o test -Dtest=WrittenFilesTest -Dsluice.reference=write writes it anew")
                .isEqualTo(ReferenceWriter.text());
    }

    private static JsonSchema schema(String text) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text);
    }

    private static Set<ValidationMessage> judge(JsonSchema schema, Path file) throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        return schema.validate(JSON.valueToTree(tree));
    }
}
