package dev.sluice.bench;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.config.Loader;
import dev.sluice.config.Pipeline;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.pipeline.Runner;
import dev.sluice.pipeline.StagedPublisher;
import dev.sluice.pipeline.Work;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** One step of a pipeline of the benchmarks, run as {@code sluice run} does, in the session of this process. */
record OneStep(Pipeline pipeline, Path lake) {
    /**
     * Of a pipeline.
     *
     * @param name of its file
     * @param variables beside {@code lake}
     */
    static OneStep of(String name, Path lake, Map<String, String> variables) throws IOException {
        Path file = lake.resolveSibling(name);
        try (InputStream in = OneStep.class.getResourceAsStream("/bench/" + name)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, String> all = new HashMap<>(variables);
        all.put("lake", lake.toString());
        return new OneStep(
                new Loader(new SqlExpressions(), secret -> null)
                        .load(new Loader.Request(file, Optional.empty(), all, Map.of()))
                        .pipeline(),
                lake);
    }

    /** Does the work, whether or not it was done before. */
    void run(Work work, String days) {
        SparkSession spark = LocalSpark.session();
        var hadoop = spark.sparkContext().hadoopConfiguration();
        String root = Storages.absolute(lake.toString());
        Runner.Outcome outcome = new Runner(
                        () -> spark,
                        pipeline.name(),
                        pipeline.clock().zone(),
                        List.of(work),
                        new DeltaTables(() -> spark, hadoop, root),
                        new DeltaRecords(hadoop, root),
                        Storages.of(root, hadoop),
                        new StagedPublisher(new DeequChecks()),
                        message -> {},
                        "bench",
                        Map.of())
                .run(new Runner.Request(
                        "bench-" + System.nanoTime(), // a run does once what it is made to do again
                        Set.of(work.step()),
                        List.of(Interval.parse(days, pipeline.clock().zone())),
                        true));
        if (outcome.exit() != ExitCode.OK) {
            throw new IllegalStateException(
                    work.target() + " ended with " + outcome.exit(),
                    outcome.failure().orElse(null));
        }
    }
}
