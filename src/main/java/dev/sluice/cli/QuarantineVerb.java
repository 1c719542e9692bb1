package dev.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "quarantine",
        description = "Looks at the rows that were stopped.",
        subcommands = {QuarantineVerb.ListVerb.class, QuarantineVerb.ShowRows.class},
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class QuarantineVerb implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected list or show");
    }

    @Command(name = "list", description = "Stopped rows per table and rule.", mixinStandardHelpOptions = true)
    static final class ListVerb implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Option(names = "--format", description = "text or json.", defaultValue = "text")
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            try (Wiring wiring = Wiring.of(loaded)) {
                TextTable table = new TextTable("table", "rule", "rows", "first date", "last date");
                for (TableName name : loaded.pipeline().ingest().keySet()) {
                    new StoppedRows(wiring.recordTables(), name).byRule().forEach((rule, stopped) -> {
                        table.row(
                                name,
                                rule,
                                String.format(Locale.ROOT, "%,d", stopped.rows()),
                                stopped.first(),
                                stopped.last());
                        if (format == Format.JSON) {
                            Console.result(JSON.createObjectNode()
                                    .put("table", name.text())
                                    .put("rule", rule)
                                    .put("rows", stopped.rows())
                                    .put("first_date", stopped.first().toString())
                                    .put("last_date", stopped.last().toString())
                                    .toString());
                        }
                    });
                }
                if (format == Format.TEXT) {
                    Console.result(
                            table.isEmpty()
                                    ? "no row was stopped"
                                    : table.text("").stripTrailing());
                }
                return ExitCode.OK.code();
            }
        }
    }

    @Command(
            name = "show",
            description = "Stopped rows of a table, whole, with the reasons.",
            mixinStandardHelpOptions = true)
    static final class ShowRows implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(paramLabel = "TABLE", description = "Table the rows were meant for, such as bronze.flights.")
        private String table;

        @Option(names = "--rule", paramLabel = "NAME", description = "Rows that this rule stopped.")
        private String rule;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many rows (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--format", description = "text or json.", defaultValue = "text")
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            List<String> known = loaded.pipeline().ingest().keySet().stream()
                    .map(TableName::text)
                    .toList();
            if (!known.contains(table)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "pipeline " + loaded.pipeline().name() + " ingests no table '" + table + "'"
                                + Nearest.of(table, known)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse(""),
                        "tables: " + String.join(", ", known));
            }
            try (Wiring wiring = Wiring.of(loaded)) {
                StoppedRows.First stopped = new StoppedRows(wiring.recordTables(), new TableName(table))
                        .first(
                                limit,
                                row -> rule == null || StoppedRows.rules(row).contains(rule));
                stopped.rows().forEach(row -> Console.result(format == Format.JSON ? row.json() : text(row)));
                Console.message(stopped.all() + " rows in all");
                return ExitCode.OK.code();
            }
        }

        private static String text(Row row) {
            String origin = row.getAs("origin");
            String position = row.getAs("position");
            return row.<Object>getAs("data_date")
                    + (origin == null ? "" : "  " + origin)
                    + (position == null ? "" : "  " + position) + "\n  "
                    + String.join("\n  ", StoppedRows.reasons(row)) + "\n  " + row.<String>getAs("row");
        }
    }
}
