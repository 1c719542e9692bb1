package dev.sluice.cli;

import dev.sluice.core.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionVerb implements Callable<Integer> {
    @Override
    public Integer call() {
        Console.result("sluice " + version());
        return ExitCode.OK.code();
    }

    /** The version in the jar's manifest; classes that are not in a jar have none. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** For {@code --version}. */
    static final class Provider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + version()};
        }
    }
}
