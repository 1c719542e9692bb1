package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.pipeline.Runner;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "backfill",
        description =
                "Runs a job or steps for a span of time, chunk by chunk, oldest first; stops at the first error, and the same"
                        + " command goes on from there.",
        mixinStandardHelpOptions = true)
final class BackfillVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Option(names = "--job", paramLabel = "NAME", description = "A job of the pipeline: its steps.")
    private String job;

    @Option(names = "--steps", paramLabel = "STEP", split = ",", description = "Steps, instead of a job.")
    private List<String> steps;

    @Option(names = "--from", required = true, paramLabel = "DATE", description = "First local day.")
    private String from;

    @Option(names = "--to", required = true, paramLabel = "DATE", description = "The day after the last.")
    private String to;

    @Option(
            names = "--chunk",
            paramLabel = "Nd|all",
            defaultValue = "1d",
            description = "Days that are run as one interval (default: ${DEFAULT-VALUE}); all: the whole span.")
    private String chunk;

    @Mixin
    private RunVerb.RunOptions how;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        ZoneId zone = loaded.pipeline().clock().zone();
        Runner.Request request = new Runner.Request(
                how.runId(), IntervalOptions.steps(loaded.pipeline(), job, steps), chunks(zone), how.force());
        return Runs.run(loaded, request).code();
    }

    private List<Interval> chunks(ZoneId zone) {
        Interval span = IntervalOptions.parse(from + "/" + to, zone);
        if (chunk.equals("all")) {
            return List.of(span);
        }
        if (!chunk.matches("[1-9]\\d{0,4}d")) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected --chunk such as 1d, 7d or all, found '" + chunk + "'",
                    "sluice backfill --help");
        }
        return span.chunks(Integer.parseInt(chunk.substring(0, chunk.length() - 1)), zone);
    }
}
