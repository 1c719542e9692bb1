package dev.sluice.cli;

import dev.sluice.config.Setting;
import dev.sluice.config.SettingsPrinter;
import dev.sluice.core.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
        name = "show",
        description = "Shows what a pipeline says.",
        subcommands = ShowVerb.Config.class,
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class ShowVerb implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected what to show: config");
    }

    @Command(
            name = "config",
            description = "Every value with where it came from; secrets as ***.",
            mixinStandardHelpOptions = true)
    static final class Config implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Option(names = "--format", description = "text or json.", defaultValue = "text")
        private Format format;

        @Override
        public Integer call() {
            List<Setting> settings = options.load().settings();
            Console.result(format == Format.JSON ? SettingsPrinter.json(settings) : SettingsPrinter.text(settings));
            return ExitCode.OK.code();
        }
    }
}
