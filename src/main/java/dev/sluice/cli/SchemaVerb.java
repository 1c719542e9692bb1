package dev.sluice.cli;

import dev.sluice.config.SchemaWriter;
import dev.sluice.core.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "schema",
        description = "Prints the JSON Schema of pipeline files, from which editors complete and check.",
        mixinStandardHelpOptions = true)
final class SchemaVerb implements Callable<Integer> {
    @Option(names = "--contract", description = "The schema of contract files instead.")
    private boolean contract;

    @Override
    public Integer call() {
        Console.result(contract ? SchemaWriter.contract() : SchemaWriter.pipeline());
        return ExitCode.OK.code();
    }
}
