package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.Lineage;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "feature",
        description =
                "Looks at the feature sets of a lake, whichever pipeline makes them, drops old versions, says how features would be computed, and"
                        + " audits them for leakage.",
        subcommands = {
            FeatureVerb.ListVerb.class,
            FeatureVerb.ShowSet.class,
            FeatureDropVerb.class,
            FeatureExplainVerb.class,
            FeatureAuditVerb.class
        },
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class FeatureVerb {
    @Command(
            name = "list",
            description =
                    "Every version that was materialised; those that the pipeline's file means now are marked, and those that were dropped.",
            mixinStandardHelpOptions = true)
    static final class ListVerb implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            Collection<TableName> declared = FeatureSets.of(loaded).tables().values();
            try (Wiring wiring = Wiring.of(loaded)) {
                TextTable table =
                        new TextTable("set", "version", "state", "pipeline", "owner", "materialised", "table");
                for (RegisteredSets.Version version :
                        RegisteredSets.of(wiring.recordTables(), Lineage.of(wiring.recordTables()))) {
                    boolean now = declared.contains(version.table());
                    table.row(
                            version.set(),
                            version.version(),
                            state(version, now),
                            version.pipeline(),
                            version.text("owner").orElse(""),
                            version.span().text(loaded.pipeline().clock().zone()),
                            version.table());
                    if (format.isJson()) {
                        Console.result(json(version, now).toString());
                    }
                }
                if (!format.isJson()) {
                    Console.result(table.textOr("no feature set was materialised yet"));
                }
                return ExitCode.OK.code();
            }
        }
    }

    @Command(
            name = "show",
            description = "Versions of a set: what it is, from what, its columns, who uses it.",
            mixinStandardHelpOptions = true)
    static final class ShowSet implements Callable<Integer> {
        @Mixin
        private PipelineOptions options;

        @Parameters(paramLabel = "NAME", description = "Name of the set.")
        private String name;

        @Mixin
        private Format format;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            Collection<TableName> declared = FeatureSets.of(loaded).tables().values();
            try (Wiring wiring = Wiring.of(loaded)) {
                Lineage lineage = Lineage.of(wiring.recordTables());
                List<RegisteredSets.Version> all = RegisteredSets.of(wiring.recordTables(), lineage);
                List<RegisteredSets.Version> versions = all.stream()
                        .filter(version -> version.set().equals(name))
                        .toList();
                if (versions.isEmpty()) {
                    List<String> known = all.stream()
                            .map(RegisteredSets.Version::set)
                            .distinct()
                            .toList();
                    throw new SluiceException(
                            ErrorCode.USAGE,
                            "no feature set '" + name + "' was materialised in this lake"
                                    + IntervalOptions.meant(name, known),
                            "sets: " + String.join(", ", known));
                }
                for (RegisteredSets.Version version : versions) {
                    boolean now = declared.contains(version.table());
                    List<String> users = users(version, lineage);
                    String location = wiring.tables().location(version.table());
                    if (format.isJson()) {
                        ObjectNode node = json(version, now).put("location", location);
                        users.forEach(node.putArray("used_by")::add);
                        Console.result(node.toString());
                    } else {
                        Console.result(text(
                                version,
                                now,
                                users,
                                location,
                                loaded.pipeline().clock().zone()));
                    }
                }
                return ExitCode.OK.code();
            }
        }
    }

    /** Targets whose newest work read the version's table, and models registered of what they made. */
    private static List<String> users(RegisteredSets.Version version, Lineage lineage) {
        return lineage.users(version.table()).stream()
                .map(made -> made.record().target() + " of " + made.pipeline())
                .distinct()
                .sorted()
                .toList();
    }

    private static String state(RegisteredSets.Version version, boolean now) {
        return version.dropped() ? "dropped" : now ? "now" : "";
    }

    private static String text(
            RegisteredSets.Version version, boolean now, List<String> users, String location, ZoneId zone) {
        TextTable facts = new TextTable("set", version.set());
        facts.row("version", version.version() + (now ? ", which the file means now" : ""));
        if (version.dropped()) {
            facts.row("state", "dropped: its rows are gone");
        }
        version.text("description").ifPresent(text -> facts.row("description", text));
        version.text("owner").ifPresent(owner -> facts.row("owner", owner));
        facts.row("pipeline", version.pipeline());
        facts.row("entity", String.join(", ", version.texts("entity")));
        facts.row("materialised", version.span().text(zone));
        facts.row("table", version.table());
        facts.row("location", location);
        facts.row("made from", String.join(", ", version.texts("read")));
        facts.row("used by", users.isEmpty() ? "nothing" : String.join(", ", users));
        TextTable columns = new TextTable("column", "type");
        version.columns().forEach(columns::row);
        return facts.text("") + columns.text("  ").stripTrailing() + "\n";
    }

    private static ObjectNode json(RegisteredSets.Version version, boolean now) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("set", version.set())
                .put("version", version.version())
                .put("declared_now", now)
                .put("dropped", version.dropped())
                .put("pipeline", version.pipeline())
                .put("table", version.table().text())
                .put("plan_hash", version.text("plan_hash").orElseThrow());
        version.text("description").ifPresent(text -> node.put("description", text));
        version.text("owner").ifPresent(owner -> node.put("owner", owner));
        node.put("first", version.from().toInstant().toString());
        node.put("last", version.to().toInstant().toString());
        version.texts("entity").forEach(node.putArray("entity")::add);
        version.texts("read").forEach(node.putArray("read")::add);
        ObjectNode columns = node.putObject("columns");
        version.columns().forEach(columns::put);
        return node;
    }
}
