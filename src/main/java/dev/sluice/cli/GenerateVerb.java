package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.config.Pipeline;
import dev.sluice.config.Push;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.ServedTables;
import dev.sluice.feature.ServedView;
import dev.sluice.generate.FeastRepository;
import dev.sluice.generate.FeastStore;
import dev.sluice.generate.GeneratedFiles;
import dev.sluice.port.OnlineView;
import dev.sluice.port.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        description = "Writes files with which other systems work with a pipeline.",
        subcommands = GenerateVerb.Feast.class,
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class GenerateVerb {
    @Command(
            name = "feast",
            description = {
                "Writes a feature repository that stock Feast applies: what the section push serves, and the feature table that"
                        + " it comes from.",
                "Types are those of the feature table, which must have been made. Files that were made or changed by somebody"
                        + " are never written over."
            },
            mixinStandardHelpOptions = true)
    static final class Feast implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the repository.")
        private Path out;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            Pipeline pipeline = loaded.pipeline();
            Push push = pipeline.push()
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.PLAN_INVALID,
                            "pipeline " + pipeline.name() + " serves no features",
                            "add the section push"));
            try (Wiring wiring = Wiring.of(loaded)) {
                FeastRepository repository = repository(loaded, push, wiring.tables());
                GeneratedFiles files = at(loaded, "connections/" + push.connection(), repository::files);
                List<Path> written = files.write(out);
                written.forEach(file -> Console.result(file.toString()));
                Console.message(
                        written.isEmpty()
                                ? "nothing to write: " + out + " is as this pipeline says"
                                : "next: feast -c " + out + " apply" + passwords(repository));
                return ExitCode.OK.code();
            }
        }

        private static FeastRepository repository(Loader.Loaded loaded, Push push, Tables tables) {
            Map<TableName, List<OnlineView>> views = new LinkedHashMap<>();
            push.views().forEach((name, view) -> {
                TableName table = ServedTables.of(loaded, view).table();
                StructType columns = columns(tables, table);
                views.computeIfAbsent(table, t -> new ArrayList<>())
                        .add(at(loaded, "push/views/" + name, () -> ServedView.of(push, name, columns)));
            });
            List<FeastRepository.Source> sources = new ArrayList<>();
            views.forEach(
                    (table, served) -> sources.add(new FeastRepository.Source(table, tables.location(table), served)));
            return new FeastRepository(
                    loaded.pipeline().name(),
                    sources,
                    FeaturePlan.AS_OF,
                    new FeastStore(
                            push.connection(), loaded.pipeline().connections().get(push.connection())));
        }

        private static StructType columns(Tables tables, TableName table) {
            return tables.latest(table)
                    .map(tables::columns)
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.INPUT_MISSING,
                            "there is no feature table " + table + " at " + tables.location(table)
                                    + ", whose types Feast is told",
                            "run the step features first"));
        }

        private static <T> T at(Loader.Loaded loaded, String path, Supplier<T> action) {
            try {
                return action.get();
            } catch (SluiceException e) {
                throw e.at(loaded.places().get(path));
            }
        }

        private static String passwords(FeastRepository repository) {
            FeastStore online = repository.online();
            return online.variable()
                    .map(name -> ", with the password of " + online.product() + " in " + name)
                    .orElse("");
        }
    }
}
