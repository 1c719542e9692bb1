package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.pipeline.Runner;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description =
                "Runs a job or steps for one interval. What is done is not done again: running again is resuming.",
        mixinStandardHelpOptions = true)
final class RunVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Mixin
    private IntervalOptions what;

    @Mixin
    private RunOptions how;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        Runner.Request request = new Runner.Request(
                how.runId(),
                what.steps(loaded.pipeline()),
                List.of(what.interval(loaded.pipeline().clock().zone())),
                how.force());
        return Runs.run(loaded, request).code();
    }

    /** Options of the verbs that run. */
    static final class RunOptions {
        @Option(
                names = "--run-id",
                paramLabel = "ID",
                description = "Name of this run, given by the orchestrator; a retry under the same name resumes.")
        private String runId;

        @Option(names = "--force", description = "Does again what is done.")
        private boolean force;

        String runId() {
            return runId == null ? Runs.newRunId() : runId;
        }

        boolean force() {
            return force;
        }
    }
}
