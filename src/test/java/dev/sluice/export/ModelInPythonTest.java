package dev.sluice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.adapter.mlflow.MlflowRegistry;
import dev.sluice.config.Register;
import dev.sluice.config.Train.Candidate;
import dev.sluice.model.Generated;
import dev.sluice.model.Loans;
import dev.sluice.model.RegisteredModels;
import dev.sluice.port.ModelVersion;
import dev.sluice.step.evaluate.EvaluateWork;
import dev.sluice.step.register.RegisterWork;
import dev.sluice.step.train.TrainWork;
import dev.sluice.testing.MlflowServer;
import dev.sluice.testing.MlflowTest;
import dev.sluice.testing.Python;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is registered here predicts the same in Python, with MLflow and Spark as their makers ship them. */
@SparkTest
@MlflowTest
class ModelInPythonTest {
    private static final String SCRIPT =
            """
            import json, sys
            import mlflow, pandas as pd
            rows, out, *names = sys.argv[1:]
            frame = pd.read_json(rows, orient="records", lines=True, dtype={"n": "int32", "x": "float64", "noise": "float64"})
            frame["kind"] = frame["kind"].astype(object).where(frame["kind"].notna(), None)
            found = {}
            for name in names:
                model = mlflow.pyfunc.load_model(f"models:/{name}@champion")
                native = mlflow.spark.load_model(f"models:/{name}@champion")
                spark = __import__("pyspark").sql.SparkSession.active()
                schema = "x double, n int, flag boolean, kind string, noise double"
                scored = native.transform(spark.read.schema(schema).json(rows)).select("probability").collect()
                found[name] = {
                    "predictions": [float(p) for p in model.predict(frame)],
                    "probabilities": [float(row[0][1]) for row in scored],
                    "inputs": [[c.name, c.type.name, c.required] for c in model.metadata.signature.inputs],
                }
            json.dump(found, open(out, "w"))
            """;

    @TempDir
    Path root;

    @Test
    void predictsTheSame(SparkSession spark, MlflowServer mlflow) throws Exception {
        TemporaryLake lake = new TemporaryLake(spark, root.resolve("lake"));
        Loans.put(lake, Generated.rows(spark, 2000, 50, 1));
        MlflowRegistry registry = new MlflowRegistry(mlflow.connection());
        Map<String, String> names = new TreeMap<>();
        for (String candidate : List.of("logreg", "boosted")) {
            names.put(candidate, candidate + "-" + UUID.randomUUID());
            release(lake, candidate, names.get(candidate), registry);
        }
        Path rows = root.resolve("rows.json");
        Dataset<Row> asked = Generated.rows(spark, 400, 3, 7)
                .where("flag IS NOT NULL")
                .orderBy("id")
                .select("x", "n", "flag", "kind", "noise");
        Files.write(rows, asked.toJSON().collectAsList());
        assertThat(asked.where("x IS NULL OR kind IS NULL").count()).isPositive();

        JsonNode found = inPython(mlflow, rows, names.values());

        for (String name : names.values()) {
            ModelVersion version = registry.at(name, "champion").orElseThrow();
            PipelineModel model = new RegisteredModels(registry, lake.storage()).load(spark, version);
            assertSame(
                    model.transform(asked).select("prediction", "probability").collectAsList(), found.path(name));
        }
    }

    private static void assertSame(List<Row> expected, JsonNode found) {
        assertThat(found.path("predictions")).hasSameSizeAs(expected);
        assertThat(found.path("probabilities")).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.path("predictions").get(i).asDouble())
                    .as("prediction of row " + i)
                    .isEqualTo(expected.get(i).getDouble(0));
            assertThat(found.path("probabilities").get(i).asDouble())
                    .as("probability of row " + i)
                    .isCloseTo(expected.get(i).<Vector>getAs(1).apply(1), within(1e-12));
        }
        assertThat(expected).extracting(row -> row.getDouble(0)).contains(0.0, 1.0);
        assertThat(found.path("inputs"))
                .hasToString("[[\"x\",\"double\",false],[\"n\",\"integer\",false],[\"flag\",\"boolean\",false],"
                        + "[\"kind\",\"string\",false],[\"noise\",\"double\",false]]");
    }

    private static void release(TemporaryLake lake, String candidate, String name, MlflowRegistry registry) {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", Loans.candidates().get("prior"));
        candidates.put(candidate, Loans.candidates().get(candidate));
        lake.run(
                new TrainWork(Loans.features(), Loans.train(candidates, Loans.noGuards()), 0.5),
                Loans.INTERVAL,
                ZoneOffset.UTC);
        lake.run(
                new EvaluateWork(
                        TrainWork.trainingTable(Loans.FEATURES),
                        Map.of(),
                        0.5,
                        Optional.empty(),
                        report -> "<html></html>"),
                Loans.INTERVAL,
                ZoneOffset.UTC);
        Register register =
                new Register("mlflow", name, new Register.Outcome("champion"), new Register.Outcome("rejected"));
        lake.run(new RegisterWork(register, Optional.empty(), registry), Loans.INTERVAL, ZoneOffset.UTC);
    }

    private JsonNode inPython(MlflowServer mlflow, Path rows, Collection<String> names)
            throws IOException, InterruptedException {
        Path out = root.resolve("out.json");
        Path log = root.resolve("python.log");
        Path python = Python.interpreter();
        List<String> line = new ArrayList<>(List.of(python.toString(), "-c", SCRIPT, rows.toString(), out.toString()));
        line.addAll(names);
        ProcessBuilder command = new ProcessBuilder(line);
        command.environment().put("MLFLOW_TRACKING_URI", mlflow.uri());
        command.environment().put("PYSPARK_PYTHON", python.toString());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        command.environment().remove("SPARK_HOME");
        Process process =
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(() -> read(log)).isZero();
        return new ObjectMapper().readTree(out.toFile());
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
