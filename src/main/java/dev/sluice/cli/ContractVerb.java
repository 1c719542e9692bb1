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
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.ContractDiff;
import dev.sluice.quality.ContractInference;
import dev.sluice.quality.ContractVerdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /**
     * What a comparison of a contract with a table found.
     *
     * @param header which parts of the rows a table shows, in order
     * @param rows of named parts
     * @param broken whether the rows of the table do not keep the contract
     */
    private record Findings(List<String> header, List<Map<String, String>> rows, boolean broken) {
        void print(boolean json) {
            if (json) {
                rows.forEach(row -> {
                    ObjectNode node = JsonNodeFactory.instance.objectNode();
                    row.forEach(node::put);
                    Console.result(node.toString());
                });
            } else if (!rows.isEmpty()) {
                TextTable table = new TextTable(header.toArray(String[]::new));
                rows.forEach(row -> table.row(header.stream().map(row::get).toArray()));
                Console.result(table.text("").stripTrailing());
            }
        }
    }

    /** A contract and a table are compared: what was found is printed, and the answer is 65 where the contract is broken. */
    private abstract static class Comparison implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private TableOptions tables;

        @Mixin
        private ContractOptions contracts;

        @Mixin
        private Format format;

        @Override
        public final Integer call() {
            Loader.Loaded loaded = options.load();
            Contract contract = contracts.contract(loaded, tables.table(loaded));
            try (Wiring wiring = Wiring.of(loaded)) {
                TableOptions.Profiled profiled = tables.profile(loaded, wiring);
                Findings findings = compare(contract, profiled, contracts.environment);
                findings.print(format.isJson());
                return (findings.broken() ? ExitCode.DATA : ExitCode.OK).code();
            }
        }

        /** The findings; may say more to the person who waits. */
        abstract Findings compare(Contract contract, TableOptions.Profiled profiled, Contract.Environment environment);
    }

    @Command(
            name = "diff",
            description = {
                "Says what the rows of a table would change in its contract: breaking where they do not keep it,",
                "compatible where it could promise more or a column is new. Exit code 65 when a change is breaking."
            },
            mixinStandardHelpOptions = true)
    static final class Diff extends Comparison {
        private static final List<String> HEADER = List.of("change", "column", "promise", "from", "to");

        @Override
        Findings compare(Contract contract, TableOptions.Profiled profiled, Contract.Environment environment) {
            List<ContractDiff.Change> changes = ContractDiff.between(contract, profiled.profile(), environment);
            if (changes.isEmpty()) {
                Console.message(profiled.version() + " would change nothing");
            }
            return new Findings(
                    HEADER,
                    changes.stream().map(Diff::row).toList(),
                    changes.stream().anyMatch(change -> change.kind() == ContractDiff.Kind.BREAKING));
        }

        private static Map<String, String> row(ContractDiff.Change change) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("change", change.kind().name().toLowerCase(Locale.ROOT));
            row.put("column", change.column());
            row.put("promise", change.promise());
            row.put("from", change.from());
            row.put("to", change.to());
            return row;
        }
    }

    @Command(
            name = "check",
            description = "Decides a contract on a table. Exit code 65 when a promise is broken.",
            mixinStandardHelpOptions = true)
    static final class Check extends Comparison {
        private static final List<String> HEADER = List.of("verdict", "anomaly", "column", "found", "expected");

        @Override
        Findings compare(Contract contract, TableOptions.Profiled profiled, Contract.Environment environment) {
            List<ContractVerdict> verdicts = ContractChecks.evaluate(contract, profiled.profile(), environment);
            List<ContractVerdict> anomalies = verdicts.stream()
                    .filter(verdict -> verdict.anomaly().isPresent())
                    .toList();
            Console.message(verdicts.size() - anomalies.size() + " of " + verdicts.size() + " promises are kept by "
                    + profiled.version());
            return new Findings(
                    HEADER,
                    anomalies.stream().map(Check::row).toList(),
                    verdicts.stream().anyMatch(verdict -> verdict.result().status() == CheckResult.Status.FAIL));
        }

        private static Map<String, String> row(ContractVerdict verdict) {
            CheckResult result = verdict.result();
            Map<String, String> row = new LinkedHashMap<>();
            row.put("verdict", result.status().name().toLowerCase(Locale.ROOT));
            row.put("anomaly", verdict.anomaly().orElseThrow().name());
            row.put("check", result.check());
            row.put("column", result.column());
            row.put("found", result.found());
            row.put("expected", result.expected());
            return row;
        }
    }
}
