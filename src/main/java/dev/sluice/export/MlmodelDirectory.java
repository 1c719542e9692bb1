package dev.sluice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.RunKey;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark ML pipeline as a directory that MLflow's tools open: {@code mlflow.pyfunc.load_model} and {@code mlflow.spark}, with
 * nothing of ours on their side. Equal values give equal bytes.
 *
 * @param planHash hash of the feature plan
 * @param inputs columns that the pipeline reads, in order: numbers, booleans, texts
 * @param example rows of these columns, shown as the model's input example
 * @param created when the model was trained
 * @param files texts kept beside the pipeline, by file name
 */
public record MlmodelDirectory(
        RunKey key, String planHash, StructType inputs, List<Row> example, Instant created, Map<String, String> files) {
    /** Of the MLflow and Python that opened such directories when this was written; others only warn. */
    private static final String MLFLOW = "3.17.2";

    private static final String PYTHON = "3.11.7";
    private static final String SPARK = org.apache.spark.package$.MODULE$.SPARK_VERSION();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final List<String> REQUIREMENTS =
            List.of("mlflow==" + MLFLOW, "pyspark==" + SPARK, "pandas<3", "numpy<3");

    public MlmodelDirectory {
        example = List.copyOf(example);
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * Writes the directory.
     *
     * @param pipeline local folder of the saved pipeline; checksum files of Hadoop are left behind
     * @param target folder that is made
     * @return hash of the manifest, see {@link ModelDirectory}
     */
    public String write(Path pipeline, Path target) {
        try {
            copy(pipeline, target.resolve(ModelDirectory.PIPELINE));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(target.resolve(file.getKey()), file.getValue());
            }
            String manifest = ModelDirectory.seal(target, List.copyOf(files.keySet()), key, planHash);
            Files.writeString(target.resolve("MLmodel"), mlmodel(manifest));
            Files.writeString(target.resolve("requirements.txt"), String.join("\n", REQUIREMENTS) + "\n");
            Files.writeString(target.resolve("python_env.yaml"), pythonEnv());
            Files.writeString(target.resolve("conda.yaml"), conda());
            Files.writeString(target.resolve("input_example.json"), json(split()));
            Files.writeString(target.resolve("serving_input_example.json"), json(Map.of("dataframe_split", split())));
            return manifest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!path.getFileName().toString().endsWith(".crc")) {
                    Files.copy(path, target);
                }
            }
        }
    }

    /** Both flavours: MLflow's Python function for Spark reads the pipeline's place from the other one. */
    private String mlmodel(String manifest) throws JsonProcessingException {
        return """
                flavors:
                  python_function:
                    data: sparkml
                    env:
                      conda: conda.yaml
                      virtualenv: python_env.yaml
                    loader_module: mlflow.spark
                    python_version: %s
                  spark:
                    code: null
                    model_class: pyspark.ml.pipeline.PipelineModel
                    model_data: sparkml
                    pyspark_version: %s
                metadata:
                  sluice:
                    run_key: '%s'
                    feature_plan: '%s'
                    manifest: '%s'
                mlflow_version: %s
                model_uuid: '%s'
                saved_input_example_info:
                  artifact_path: input_example.json
                  pandas_orient: split
                  serving_input_path: serving_input_example.json
                  type: dataframe
                signature:
                  inputs: %s
                  outputs: %s
                  params: null
                utc_time_created: '%s'
                """
                .formatted(
                        PYTHON,
                        SPARK,
                        key,
                        planHash,
                        manifest,
                        MLFLOW,
                        key,
                        quoted(signature()),
                        quoted(json(List.of(column("prediction", "double", true)))),
                        TIME.format(created));
    }

    private String signature() throws JsonProcessingException {
        List<Map<String, Object>> columns = new ArrayList<>();
        for (StructField field : inputs.fields()) {
            columns.add(column(field.name(), type(field.dataType()), !field.nullable()));
        }
        return json(columns);
    }

    private static Map<String, Object> column(String name, String type, boolean required) {
        Map<String, Object> column = new LinkedHashMap<>();
        column.put("type", type);
        column.put("name", name);
        column.put("required", required);
        return column;
    }

    /** MLflow's word for a type. */
    private static String type(DataType type) {
        if (type instanceof DecimalType) {
            return "double";
        }
        return switch (type.typeName()) {
            case "byte", "short", "integer" -> "integer";
            case "long", "float", "double", "boolean", "string" -> type.typeName();
            default -> throw new IllegalArgumentException("a model reads numbers, booleans and texts, found " + type);
        };
    }

    private Map<String, Object> split() {
        List<List<Object>> rows = new ArrayList<>();
        for (Row row : example) {
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                Object value = row.get(i);
                boolean missing = value instanceof Number number && Double.isNaN(number.doubleValue());
                values.add(missing ? null : value);
            }
            rows.add(values);
        }
        Map<String, Object> split = new LinkedHashMap<>();
        split.put("columns", List.of(inputs.fieldNames()));
        split.put("data", rows);
        return split;
    }

    private static String pythonEnv() {
        return "python: " + PYTHON + "\nbuild_dependencies:\n- pip\n- setuptools<81\n- wheel\n"
                + "dependencies:\n- -r requirements.txt\n";
    }

    private static String conda() {
        StringBuilder text = new StringBuilder(
                "channels:\n- conda-forge\ndependencies:\n- python=" + PYTHON + "\n- openjdk=17\n- pip\n- pip:\n");
        REQUIREMENTS.forEach(
                requirement -> text.append("  - ").append(requirement).append('\n'));
        return text.append("name: mlflow-env\n").toString();
    }

    private static String json(Object value) throws JsonProcessingException {
        return JSON.writeValueAsString(value);
    }

    /** A text in YAML's single quotes. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
