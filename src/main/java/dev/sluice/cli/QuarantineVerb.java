package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
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
                    Optional<TableVersion> stopped = wiring.tables().latest(name.quarantine());
                    if (stopped.isEmpty()) {
                        continue;
                    }
                    Dataset<Row> rules = wiring.tables()
                            .read(stopped.get())
                            .select(functions.explode(functions.col("rules")).as("rule"), functions.col("data_date"))
                            .groupBy("rule")
                            .agg(
                                    functions.count("*").as("rows"),
                                    functions.min("data_date").as("first_date"),
                                    functions.max("data_date").as("last_date"))
                            .withColumn("table", functions.lit(name.text()))
                            .orderBy("rule");
                    if (format == Format.JSON) {
                        rules.toJSON().collectAsList().forEach(Console::result);
                    }
                    rules.collectAsList()
                            .forEach(row -> table.row(
                                    name,
                                    row.get(0),
                                    String.format(Locale.ROOT, "%,d", row.getLong(1)),
                                    row.get(2),
                                    row.get(3)));
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
                Optional<TableVersion> stopped = wiring.tables().latest(new TableName(table).quarantine());
                if (stopped.isEmpty()) {
                    Console.result("no row of " + table + " was stopped");
                    return ExitCode.OK.code();
                }
                Dataset<Row> rows = wiring.tables().read(stopped.get()).orderBy("data_date", "row");
                if (rule != null) {
                    rows = rows.where(functions.array_contains(functions.col("rules"), rule));
                }
                if (format == Format.JSON) {
                    rows.limit(limit).toJSON().collectAsList().forEach(Console::result);
                    return ExitCode.OK.code();
                }
                for (Row row : rows.limit(limit).collectAsList()) {
                    Console.result(row.<Object>getAs("data_date") + "  " + row.<String>getAs("source_file") + "\n  "
                            + String.join("\n  ", row.<String>getList(row.fieldIndex("reasons"))) + "\n  "
                            + row.<String>getAs("row"));
                }
                Console.message(rows.count() + " rows in all");
                return ExitCode.OK.code();
            }
        }
    }
}
