package dev.sluice.cli;

import dev.sluice.config.InvalidConfig;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.pipeline.Failures;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program's door: reads the command line, calls the verb, answers with its exit code. */
@Command(
        name = "sluice",
        description = {
            "Batch machine learning on Apache Spark: one declared pipeline from raw files to a watched model.",
            "Results go to standard output, progress and messages to standard error.",
            ""
        },
        subcommands = {
            ValidateVerb.class,
            PlanVerb.class,
            RunVerb.class,
            BackfillVerb.class,
            StatusVerb.class,
            ShowVerb.class,
            SchemaVerb.class,
            ModelVerb.class,
            FeatureVerb.class,
            LineageVerb.class,
            QuarantineVerb.class,
            ProfileVerb.class,
            ContractVerb.class,
            CheckVerb.class,
            MaintainVerb.class,
            GenerateVerb.class,
            VersionVerb.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 2 something to do (plan --exit-code), 20 candidate rejected, 21 monitor breached,",
            "64 usage, 65 data, 66 no input, 70 bug, 75 try again, 77 denied, 78 configuration, 99 nothing to do."
        },
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        versionProvider = VersionVerb.Provider.class)
public final class Main {
    private Main() {}

    /** Runs one verb. Ends the JVM with the exit code, or returns or throws where the caller owns the JVM. */
    public static void main(String[] args) {
        Exits.end(run(args));
    }

    /** Runs one verb and gives the exit code. */
    static ExitCode run(String... args) {
        if (args.length > 2) { // at least VERB -p FILE, not words about Sluice itself
            Preload.start(!List.of("validate", "show").contains(args[0]));
        }
        CommandLine line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler(Main::failed);
        int code = line.execute(args);
        for (ExitCode exit : ExitCode.values()) {
            if (exit.code() == code) {
                return exit;
            }
        }
        throw new IllegalStateException("a verb answered " + code + ", which is no exit code of Sluice");
    }

    private static int usage(ParameterException e, String[] args) {
        CommandLine verb = e.getCommandLine();
        Set<String> words = verb.getSubcommands().keySet();
        // picocli has one exception for each mistake, and the plain one for a word that is missing.
        boolean missing = e.getClass() == ParameterException.class && !words.isEmpty();
        Console.error(missing ? "expected one of " + String.join(", ", words) + "; found none" : e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, verb.getErr())) {
            Console.error("see: " + verb.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE.code();
    }

    private static int failed(Exception e, CommandLine verb, CommandLine.ParseResult result) {
        if (e instanceof InvalidConfig invalid) {
            invalid.problems().forEach(problem -> Console.error(problem.toString()));
            int count = invalid.problems().size();
            Console.error(count + (count == 1 ? " problem" : " problems") + "; nothing was started");
            return ExitCode.CONFIG.code();
        }
        SluiceException known = Failures.classify(e);
        Console.failure(known);
        return known.code().exit().code();
    }
}
