package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.report.HtmlReport;
import dev.sluice.config.Distance;
import dev.sluice.config.Loader;
import dev.sluice.config.Monitor;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Pairs;
import dev.sluice.frame.Profiler;
import dev.sluice.port.Report;
import dev.sluice.quality.ColumnDrift;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.DriftSections;
import dev.sluice.quality.GroupSections;
import dev.sluice.quality.ProfileSections;
import dev.sluice.quality.ProfileTable;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "profile",
        description = {
            "Says what is in a table, column by column.",
            "By one scan of the partitions that have changed since the step profile has recorded states of them; with --pairs or"
                    + " --label of all rows. A number after ± is its standard error; without one it is exact. Nothing is"
                    + " recorded: that does the step profile. Values of columns that the contract calls sensitive are masked."
        },
        mixinStandardHelpOptions = true)
final class ProfileVerb implements Callable<Integer> {
    private static final long FEWEST_ROWS = 50;

    @Mixin
    private PipelineOptions options;

    @Mixin
    private TableOptions tables;

    @Mixin
    private Format format;

    @Option(
            names = "--by",
            paramLabel = "COLUMN",
            description = "Profiles the rows of each value of this column, of at most 50 values, in the same scan.")
    private String by;

    @Mixin
    private PairOptions pairs;

    @Option(
            names = "--against",
            paramLabel = "VERSION",
            description = "Says how far each column has moved since this version, the furthest first.")
    private Long against;

    @Option(
            names = "--distance",
            paramLabel = "NAME",
            defaultValue = "by_sample_size",
            description = "What --against measures by (default: ${DEFAULT-VALUE}); one of ${COMPLETION-CANDIDATES}.")
    private Distance distance;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Writes an HTML page too, with a picture of each column and of what has drifted.")
    private Path out;

    private Set<String> sensitive = Set.of();

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        TableName name = tables.table(loaded);
        refuseTogether();
        sensitive = tables.sensitive(loaded);
        try (Wiring wiring = Wiring.of(loaded)) {
            if (by != null) {
                tables.refuseStored("slices are of the table's rows");
                slices(name, wiring.tables().read(tables.version(loaded, wiring)));
            } else if (pairs.asked()) {
                tables.refuseStored("pairs are of the table's rows");
                TableVersion version = tables.version(loaded, wiring);
                Pairs.Scan scan = pairs.scan(wiring.tables().read(version));
                whole(
                        name,
                        new TableOptions.Profiled(version, scan.profile(), "all rows read at once"),
                        Optional.of(scan),
                        wiring);
            } else {
                whole(name, tables.profile(loaded, wiring), Optional.empty(), wiring);
            }
            return ExitCode.OK.code();
        }
    }

    private void refuseTogether() {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put(pairs.given(), pairs.asked());
        others.put("--against", against != null);
        others.forEach((option, given) -> {
            if (given && by != null) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "expected --by alone, found " + option + " too",
                        "call it twice, with one of them each");
            }
        });
    }

    private void whole(TableName table, TableOptions.Profiled profiled, Optional<Pairs.Scan> scan, Wiring wiring) {
        List<Report.Section> sections = new ArrayList<>();
        String subject = profiled.version().toString();
        if (against == null) {
            print(profiled.profile(), node -> {});
        } else {
            TableVersion reference = TableOptions.version(table, against, "--against", wiring);
            DriftReport drift = drift(TableOptions.scanned(reference, wiring).profile(), profiled.profile());
            sections.addAll(DriftSections.of(drift, reference.toString(), subject, sensitive));
            subject += " against " + reference;
        }
        scan.ifPresent(found -> pairs.print(found, format.isJson()));
        Console.message(profiled.account());
        Console.message(subject + ": " + Words.rows(profiled.profile().rows()));
        if (out != null) {
            sections.addAll(ProfileSections.of(profiled.profile(), sensitive));
            scan.ifPresent(found -> sections.addAll(pairs.sections(found)));
            write(new Report("Profile of " + table, subject, sections));
        }
    }

    private void slices(TableName table, Dataset<Row> rows) {
        PairOptions.requireColumn(by, rows);
        if (sensitive.contains(by)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "column " + by + " makes groups by its values, and the contract calls it sensitive",
                    "name another column");
        }
        Slices slices = Profiler.slices(rows, List.of(by)).get(by);
        slices.values().forEach((value, profile) -> slice(by + " = " + value, value, profile));
        slices.others().ifPresent(others -> slice("all other rows", null, others));
        if (out != null && !(slices.values().isEmpty() && slices.others().isEmpty())) {
            write(new Report("Profile of " + table, "by " + by, GroupSections.of(by, slices, sensitive)));
        }
    }

    private void slice(String title, String value, TableProfile profile) {
        if (format.isJson()) {
            print(profile, node -> node.putObject("slice").put(by, value));
        } else {
            Console.result(title + ": " + Words.rows(profile.rows()));
            print(profile, node -> {});
            Console.result("");
        }
    }

    /** @param more puts what the JSON of each column is to have too */
    private void print(TableProfile profile, Consumer<ObjectNode> more) {
        if (format.isJson()) {
            Map<String, ColumnProfile> columns = new LinkedHashMap<>(profile.columns());
            columns.putAll(profile.nested());
            columns.forEach((name, column) -> {
                ObjectNode node = ProfileJson.of(name, column, sensitive.contains(name));
                more.accept(node);
                Console.result(node.toString());
            });
        } else {
            TextTable table = new TextTable(ProfileTable.HEADER.toArray(String[]::new));
            ProfileTable.rows(profile, sensitive).forEach(row -> table.row(row.toArray()));
            Console.result(table.text("").stripTrailing());
        }
    }

    private DriftReport drift(TableProfile reference, TableProfile now) {
        Monitor.Limits limits =
                new Monitor.Limits(List.of(), distance, Optional.empty(), Optional.empty(), FEWEST_ROWS);
        DriftReport drift = DriftReport.of(reference, now, limits);
        TextTable table = new TextTable("column", "verdict", "how far");
        for (ColumnDrift column : drift.columns()) {
            table.row(column.column(), column.verdict().word(), column.reason());
            if (format.isJson()) {
                Console.result(JsonNodeFactory.instance
                        .objectNode()
                        .put("column", column.column())
                        .put("verdict", column.verdict().word())
                        .put("reason", column.reason())
                        .toString());
            }
        }
        if (!format.isJson()) {
            Console.result(table.text("").stripTrailing());
        }
        return drift;
    }

    /** Pictures show values. */
    private void write(Report report) {
        try {
            Files.writeString(out, new HtmlReport().render(report));
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.ACCESS_DENIED, "cannot write " + out + ": " + e, "give a place that can be written", e);
        }
        Console.message("page written to " + out);
    }
}
