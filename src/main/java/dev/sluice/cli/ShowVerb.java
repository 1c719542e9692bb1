package dev.sluice.cli;

import dev.sluice.config.Setting;
import dev.sluice.config.SettingsPrinter;
import dev.sluice.core.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "show",
        description = "Shows what a pipeline says.",
        subcommands = ShowVerb.Config.class,
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class ShowVerb {
    @Command(
            name = "config",
            description = "Every value with where it came from; secrets as ***.",
            mixinStandardHelpOptions = true)
    static final class Config implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            List<Setting> settings = options.load().settings();
            Console.result(format.isJson() ? SettingsPrinter.json(settings) : SettingsPrinter.text(settings));
            return ExitCode.OK.code();
        }
    }
}
