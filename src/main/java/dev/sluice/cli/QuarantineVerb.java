package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.QuarantinePurge;
import dev.sluice.pipeline.Runner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "quarantine",
        description = "Looks at the rows that were stopped, judges them again, removes old ones.",
        subcommands = {
            QuarantineVerb.ListVerb.class,
            QuarantineVerb.ShowRows.class,
            QuarantineVerb.Replay.class,
            QuarantineVerb.Purge.class
        },
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class QuarantineVerb {
    @Command(name = "list", description = "Stopped rows per table and rule.", mixinStandardHelpOptions = true)
    static final class ListVerb implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
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
                        if (format.isJson()) {
                            Console.result(JsonNodeFactory.instance
                                    .objectNode()
                                    .put("table", name.text())
                                    .put("rule", rule)
                                    .put("rows", stopped.rows())
                                    .put("first_date", stopped.first().toString())
                                    .put("last_date", stopped.last().toString())
                                    .toString());
                        }
                    });
                }
                if (!format.isJson()) {
                    Console.result(table.textOr("no row was stopped"));
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
        private String name;

        @Option(names = "--rule", paramLabel = "NAME", description = "Rows that this rule stopped.")
        private String rule;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many rows (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            TableName table = table(loaded, name);
            try (Wiring wiring = Wiring.of(loaded)) {
                StoppedRows.First stopped = new StoppedRows(wiring.recordTables(), table)
                        .first(
                                limit,
                                row -> rule == null || StoppedRows.rules(row).contains(rule));
                stopped.rows().forEach(row -> Console.result(format.isJson() ? row.json() : text(row)));
                Console.message(stopped.all() + (stopped.all() == 1 ? " row" : " rows") + " in all");
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

    /** A table that the pipeline ingests. */
    private static TableName table(Loader.Loaded loaded, String name) {
        List<String> known = loaded.pipeline().ingest().keySet().stream()
                .map(TableName::text)
                .toList();
        if (!known.contains(name)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "pipeline " + loaded.pipeline().name() + " ingests no table '" + name + "'"
                            + IntervalOptions.meant(name, known),
                    "tables: " + String.join(", ", known));
        }
        return new TableName(name);
    }

    @Command(
            name = "replay",
            description =
                    "Judges stopped rows again, by today's declaration; those that now pass are added to their table,"
                            + " once.",
            mixinStandardHelpOptions = true)
    static final class Replay implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(paramLabel = "TABLE", description = "Table the rows were meant for, such as bronze.flights.")
        private String name;

        @Option(names = "--run-id", paramLabel = "ID", description = "Name of this run, given by the orchestrator.")
        private String runId;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            TableName table = table(loaded, name);
            try (Wiring wiring = Wiring.of(loaded)) {
                List<Interval> intervals = new StoppedRows(wiring.recordTables(), table).intervals();
                if (intervals.isEmpty()) {
                    Console.message("no row of " + table + " was stopped");
                    return ExitCode.OK.code();
                }
                Runner.Request request = new Runner.Request(
                        runId == null ? Runs.newRunId() : runId, Set.of(Step.INGEST), intervals, true);
                return Runs.run(wiring, wiring.runner(List.of(wiring.replay(table))), request)
                        .code();
            }
        }
    }

    @Command(
            name = "purge",
            description = "Removes rows that were first stopped longer ago than the pipeline keeps them.",
            mixinStandardHelpOptions = true)
    static final class Purge implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(
                paramLabel = "TABLE",
                arity = "0..*",
                description = "Tables the rows were meant for; all of them when left out.")
        private List<String> names = List.of();

        @Option(names = "--dry-run", description = "Says how many rows would go, and removes none.")
        private boolean dryRun;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            List<TableName> tables = names.isEmpty()
                    ? List.copyOf(loaded.pipeline().ingest().keySet())
                    : names.stream().map(name -> table(loaded, name)).toList();
            try (Wiring wiring = Wiring.of(loaded)) {
                QuarantinePurge purge = wiring.purge(Runs.newRunId());
                for (TableName table : tables) {
                    Instant before = Instant.now()
                            .minus(loaded.pipeline()
                                    .ingest()
                                    .get(table)
                                    .quarantine()
                                    .keep());
                    long rows = dryRun ? purge.count(table, before) : purge.remove(table, before);
                    Console.result(String.format(
                            Locale.ROOT,
                            "%s: %,d rows first stopped before %s %s",
                            table,
                            rows,
                            before.truncatedTo(ChronoUnit.SECONDS),
                            dryRun ? "would be removed" : "removed"));
                }
                return ExitCode.OK.code();
            }
        }
    }
}
