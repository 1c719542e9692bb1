package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Contract;
import dev.sluice.config.ContractFile;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.CheckResult;
import dev.sluice.quality.AnomalyCode;
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.ContractDiff;
import dev.sluice.quality.ContractInference;
import dev.sluice.quality.ContractVerdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "contract",
        description = "Proposes the reviewed schema of a table, compares it with the table, decides it.",
        subcommands = {ContractVerb.Infer.class, ContractVerb.Diff.class, ContractVerb.Check.class},
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class ContractVerb {
    /** A contract of a table: the pipeline's, or that of a file. */
    private static final class ContractOptions {
        @Option(
                names = "--contract",
                paramLabel = "FILE",
                description = "Contract file; the one that the pipeline names when left out.")
        private Path file;

        @Option(
                names = "--environment",
                paramLabel = "NAME",
                defaultValue = "training",
                description = "Where the rows are from: training or serving (default: ${DEFAULT-VALUE}).")
        private Contract.Environment environment;

        Contract contract(Loader.Loaded loaded, TableName table) {
            if (file != null) {
                return ContractFile.read(file);
            }
            return Optional.ofNullable(loaded.contracts().get(table))
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.USAGE,
                            "pipeline " + loaded.pipeline().name() + " names no contract for " + table,
                            "give --contract FILE, or write one: sluice contract infer " + table));
        }
    }

    @Command(
            name = "infer",
            description = "Writes the contract that a table keeps, to be reviewed and put under version control.",
            mixinStandardHelpOptions = true)
    static final class Infer implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private TableOptions tables;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "New file; standard output when left out. A file that is there is never overwritten.")
        private Path out;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            tables.table(loaded);
            refuseExisting();
            try (Wiring wiring = Wiring.of(loaded)) {
                TableOptions.Profiled profiled = tables.profile(loaded, wiring);
                String text = ContractFile.text(ContractInference.infer(profiled.profile()));
                if (out == null) {
                    Console.result(text.stripTrailing());
                } else {
                    write(text);
                    Console.message("contract of " + profiled.version() + " written to " + out
                            + "; review it, then name it in ingest/"
                            + profiled.version().table() + "/contract");
                }
                return ExitCode.OK.code();
            }
        }

        private void refuseExisting() {
            if (out != null && Files.exists(out)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "there is a file " + out + " already",
                        "give another name, or see what would change: sluice contract diff");
            }
        }

        private void write(String text) {
            try {
                Files.writeString(out, text, StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                refuseExisting();
            } catch (IOException e) {
                throw new SluiceException(
                        ErrorCode.ACCESS_DENIED,
                        "cannot write " + out + ": " + e,
                        "give a place that can be written",
                        e);
            }
        }
    }

    @Command(
            name = "diff",
            description = {
                "Says what the rows of a table would change in its contract: breaking where they do not keep it,",
                "compatible where it could promise more or a column is new. Exit code 65 when a change is breaking."
            },
            mixinStandardHelpOptions = true)
    static final class Diff implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private TableOptions tables;

        @Mixin
        private ContractOptions contracts;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            Contract contract = contracts.contract(loaded, tables.table(loaded));
            try (Wiring wiring = Wiring.of(loaded)) {
                TableOptions.Profiled profiled = tables.profile(loaded, wiring);
                List<ContractDiff.Change> changes =
                        ContractDiff.between(contract, profiled.profile(), contracts.environment);
                TextTable table = new TextTable("change", "column", "promise", "from", "to");
                for (ContractDiff.Change change : changes) {
                    String kind = change.kind().name().toLowerCase(Locale.ROOT);
                    table.row(kind, change.column(), change.promise(), change.from(), change.to());
                    if (format.isJson()) {
                        Console.result(JsonNodeFactory.instance
                                .objectNode()
                                .put("change", kind)
                                .put("column", change.column())
                                .put("promise", change.promise())
                                .put("from", change.from())
                                .put("to", change.to())
                                .toString());
                    }
                }
                if (!format.isJson()) {
                    Console.result(
                            table.isEmpty()
                                    ? profiled.version() + " would change nothing"
                                    : table.text("").stripTrailing());
                }
                boolean breaking = changes.stream().anyMatch(change -> change.kind() == ContractDiff.Kind.BREAKING);
                return (breaking ? ExitCode.DATA : ExitCode.OK).code();
            }
        }
    }

    @Command(
            name = "check",
            description = "Decides a contract on a table. Exit code 65 when a promise is broken.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private TableOptions tables;

        @Mixin
        private ContractOptions contracts;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            Contract contract = contracts.contract(loaded, tables.table(loaded));
            try (Wiring wiring = Wiring.of(loaded)) {
                TableOptions.Profiled profiled = tables.profile(loaded, wiring);
                List<ContractVerdict> verdicts =
                        ContractChecks.evaluate(contract, profiled.profile(), contracts.environment);
                TextTable table = new TextTable("verdict", "anomaly", "column", "found", "expected");
                for (ContractVerdict verdict : verdicts) {
                    if (verdict.anomaly().isPresent()) {
                        CheckResult result = verdict.result();
                        table.row(
                                result.status().name().toLowerCase(Locale.ROOT),
                                verdict.anomaly().get(),
                                result.column(),
                                result.found(),
                                result.expected());
                        if (format.isJson()) {
                            Console.result(json(result, verdict.anomaly().get()).toString());
                        }
                    }
                }
                if (!format.isJson() && !table.isEmpty()) {
                    Console.result(table.text("").stripTrailing());
                }
                long kept = verdicts.stream()
                        .filter(verdict -> verdict.anomaly().isEmpty())
                        .count();
                Console.message(kept + " of " + verdicts.size() + " promises are kept by " + profiled.version());
                boolean broken =
                        verdicts.stream().anyMatch(verdict -> verdict.result().status() == CheckResult.Status.FAIL);
                return (broken ? ExitCode.DATA : ExitCode.OK).code();
            }
        }

        private static ObjectNode json(CheckResult result, AnomalyCode anomaly) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("verdict", result.status().name().toLowerCase(Locale.ROOT))
                    .put("anomaly", anomaly.name())
                    .put("check", result.check())
                    .put("column", result.column())
                    .put("found", result.found())
                    .put("expected", result.expected());
        }
    }
}
