package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlExpressions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every verb that is about a pipeline. */
final class PipelineOptions {
    @Option(
            names = {"-p", "--pipeline"},
            required = true,
            paramLabel = "FILE|NAME",
            description = "Pipeline file, or the name of one in conf/pipelines.")
    private String pipeline;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME",
            description = "Environment: the overlay conf/env/NAME.yml beside the pipelines' folder.")
    private String environment;

    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "Overrides a constant (vars).")
    private final Map<String, String> vars = new LinkedHashMap<>();

    @Option(names = "--param", paramLabel = "NAME=VALUE", description = "Sets an input of the run (params).")
    private final Map<String, String> params = new LinkedHashMap<>();

    /** The pipeline, or every problem that it has. */
    Loader.Loaded load() {
        Path file = file();
        Optional<Path> overlay = Optional.ofNullable(environment).map(name -> overlay(file, name));
        Loader.Loaded loaded =
                new Loader(new SqlExpressions(), System::getenv).load(new Loader.Request(file, overlay, vars, params));
        loaded.warnings().forEach(warning -> Console.message("warning: " + warning));
        return loaded;
    }

    private Path file() {
        Path direct = Path.of(pipeline);
        if (Files.isRegularFile(direct)) {
            return direct;
        }
        Path named = Path.of("conf", "pipelines", pipeline + ".yml");
        if (pipeline.matches("[a-z][a-z0-9-]*") && Files.isRegularFile(named)) {
            return named;
        }
        throw new SluiceException(
                ErrorCode.USAGE,
                Files.isDirectory(direct)
                        ? "expected a pipeline file, found the folder " + direct
                        : "there is no pipeline file " + direct + (pipeline.contains(".") ? "" : " nor " + named),
                "give -p the path of a pipeline file");
    }

    private static Path overlay(Path file, String name) {
        Path folder = file.toAbsolutePath().getParent().resolveSibling("env");
        Path overlay = folder.resolve(name + ".yml");
        if (!Files.isRegularFile(overlay)) {
            throw new SluiceException(
                    ErrorCode.USAGE, "there is no environment overlay " + overlay, "make the file, or leave --env out");
        }
        return Path.of("").toAbsolutePath().relativize(overlay);
    }
}
