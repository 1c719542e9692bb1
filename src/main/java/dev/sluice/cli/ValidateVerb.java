package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "validate",
        description = "Checks a pipeline file: every problem at once, each with its place. Starts nothing.",
        mixinStandardHelpOptions = true)
final class ValidateVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        Console.result("pipeline " + loaded.pipeline().name() + " is valid");
        return ExitCode.OK.code();
    }
}
