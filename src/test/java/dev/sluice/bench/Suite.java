package dev.sluice.bench;

import dev.sluice.bench.Benchmark.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All benchmarks.
 *
 * @param project the project's folder
 * @param work folder for their files
 */
record Suite(Path project, Path work) {
    List<Benchmark> all() throws IOException {
        List<Benchmark> all = new ArrayList<>();
        all.add(wholeLine());
        all.addAll(answers());
        all.addAll(new Ingests(Files.createDirectories(work.resolve("ingest"))).all());
        Profiles profiles = new Profiles(Files.createDirectories(work.resolve("profiles")));
        all.addAll(profiles.all());
        all.addAll(new Checks(profiles).all());
        all.addAll(new Wide(Files.createDirectories(work.resolve("wide"))).all());
        all.addAll(new States(profiles, Files.createDirectories(work.resolve("states"))).all());
        all.addAll(new AsOfJoins(Files.createDirectories(work.resolve("as-of"))).all());
        all.addAll(new Windows(Files.createDirectories(work.resolve("windows"))).all());
        all.addAll(new Increments(Files.createDirectories(work.resolve("increments"))).all());
        all.addAll(new Pushes(Files.createDirectories(work.resolve("pushes"))).all());
        all.addAll(new Commits(
                        project,
                        work.resolve("commits-" + ProcessHandle.current().pid()))
                .all());
        return List.copyOf(all);
    }

    /** J2: what a run of everything costs beyond what any Spark program costs. */
    private Benchmark wholeLine() throws IOException {
        SmallLine line = SmallLine.in(work.resolve("J2"));
        Side ours = () -> {
            // Every run begins in an empty lake.
            Path lake = Files.createTempDirectory(work, "lake-");
            return sluice(
                            Map.of("SLUICE_LAKE", lake.toString()),
                            "run",
                            "-p",
                            line.pipeline().toString(),
                            "--job",
                            "all",
                            "--interval",
                            SmallLine.FROM + "/" + SmallLine.TO)
                    .run();
        };
        Side peer = new Side.Command(bare(line), Map.of(), String::strip);
        return new Benchmark(
                "J2",
                "ingest, features, train, evaluate on 10,000 rows; peer: session and one job on the same file",
                ours,
                Optional.of(peer),
                new Target.CpuOfPeer(1.5));
    }

    private List<String> bare(SmallLine line) throws IOException {
        String classPath = project.resolve("target/test-classes") + ":"
                + Files.readString(project.resolve("target/spark.classpath")).strip();
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx3g",
                "@" + project.resolve("target/spark.jvmopts"),
                "-Dlog4j2.configurationFile=file:" + project.resolve("conf/log4j2.properties"),
                "-cp",
                classPath,
                BareSpark.class.getName(),
                line.trips().toString());
    }

    /** J3: what a person waits for who writes a pipeline. */
    private List<Benchmark> answers() {
        Map<String, String> nowhere =
                Map.of("SLUICE_LAKE", work.resolve("no-lake").toString(), "MLFLOW_TRACKING_URI", "http://127.0.0.1:9");
        String flights = project.resolve("conf/pipelines/flights-delay.yml").toString();
        return List.of(
                answer("J3-help", "--help", 0.5, sluice(nowhere, "--help")),
                answer("J3-validate", "validate the flights pipeline", 1.0, sluice(nowhere, "validate", "-p", flights)),
                answer(
                        "J3-plan",
                        "plan a day of the flights pipeline in an empty lake",
                        1.0,
                        sluice(
                                nowhere,
                                "plan",
                                "-p",
                                flights,
                                "--job",
                                "daily",
                                "--interval",
                                "2013-10-01/2013-10-02")));
    }

    private static Benchmark answer(String id, String workload, double seconds, Side ours) {
        return new Benchmark(id, workload, ours, Optional.empty(), new Target.WallSeconds(seconds));
    }

    private Side.Command sluice(Map<String, String> environment, String... arguments) {
        List<String> words =
                new ArrayList<>(List.of(project.resolve("scripts/sluice").toString()));
        words.addAll(List.of(arguments));
        return new Side.Command(
                words, environment, arguments[0].equals("run") ? SmallLine::ingested : output -> output);
    }
}
