package dev.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Pipeline;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelVersion;
import dev.sluice.step.register.ModelVerbs;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "model",
        description = "Looks at registered versions and moves the alias champion.",
        subcommands = {
            ModelVerb.ListVerb.class,
            ModelVerb.ShowVersion.class,
            ModelVerb.Promote.class,
            ModelVerb.Rollback.class
        },
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class ModelVerb {
    private static ModelVerbs verbs(PipelineOptions options) {
        Pipeline pipeline = options.load().pipeline();
        String name = pipeline.register()
                .map(register -> register.name())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "pipeline " + pipeline.name() + " registers no model",
                        "add the section register"));
        return new ModelVerbs(Wiring.registry(pipeline), name);
    }

    @Command(name = "list", description = "All versions, newest first.", mixinStandardHelpOptions = true)
    static final class ListVerb implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            var versions = verbs(options).list();
            if (format.isJson()) {
                ArrayNode all = new ObjectMapper().createArrayNode();
                versions.forEach(version -> all.add(json(version)));
                Console.result(all.toPrettyString());
                return ExitCode.OK.code();
            }
            TextTable table = new TextTable("model", "version", "aliases", "created", "run");
            versions.forEach(version -> table.row(
                    version.name(),
                    version.version(),
                    String.join(", ", version.aliases()),
                    version.created(),
                    version.run()));
            Console.result(table.textOr("no version is registered yet"));
            return ExitCode.OK.code();
        }
    }

    @Command(name = "show", description = "One version with its tags.", mixinStandardHelpOptions = true)
    static final class ShowVersion implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(paramLabel = "VERSION|ALIAS", description = "Number of the version, or an alias of it.")
        private String version;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            ModelVerbs.Shown shown = verbs(options).show(version);
            if (format.isJson()) {
                Console.result(
                        json(shown.version()).put("address", shown.address()).toPrettyString());
                return ExitCode.OK.code();
            }
            Console.result(shown.version()
                    + (shown.version().aliases().isEmpty()
                            ? ""
                            : "  " + shown.version().aliases()));
            Console.result("  " + shown.address());
            TextTable table = new TextTable("tag", "value");
            new TreeMap<>(shown.version().tags()).forEach(table::row);
            Console.result(table.text("  ").stripTrailing());
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "promote",
            description = "Makes a version the champion; the champion of now becomes the previous one.",
            mixinStandardHelpOptions = true)
    static final class Promote implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(paramLabel = "VERSION", description = "Number of the version.")
        private String version;

        @Override
        public Integer call() {
            return moved(verbs(options).promote(version));
        }
    }

    @Command(
            name = "rollback",
            description = "Makes the previous version the champion again.",
            mixinStandardHelpOptions = true)
    static final class Rollback implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Override
        public Integer call() {
            return moved(verbs(options).rollback());
        }
    }

    private static int moved(ModelVerbs.Moved moved) {
        String to = moved.to().version();
        boolean same = moved.from().equals(Optional.of(to));
        Console.result("champion: "
                + (same
                        ? "already"
                        : moved.from().map(from -> "version " + from).orElse("none") + " ->")
                + " version " + to);
        moved.stopped()
                .ifPresent(gates -> Console.message("warning: the gates did not let version " + to + " pass (" + gates
                        + "); sluice model show " + to));
        return ExitCode.OK.code();
    }

    private static ObjectNode json(ModelVersion version) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("name", version.name());
        node.put("version", version.version());
        node.put("run", version.run());
        node.put("created", version.created().toString());
        version.aliases().forEach(node.putArray("aliases")::add);
        ObjectNode tags = node.putObject("tags");
        new TreeMap<>(version.tags()).forEach(tags::put);
        return node;
    }
}
