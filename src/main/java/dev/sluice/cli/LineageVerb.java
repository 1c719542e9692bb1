package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.Lineage;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "lineage",
        description = {
            "What a table or model was made from, and what was made of it, by the manifests of all pipelines of the lake.",
            "What stands in the tree already is not followed again."
        },
        mixinStandardHelpOptions = true)
final class LineageVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Parameters(
            paramLabel = "TABLE[@VERSION]|MODEL/VERSION",
            description = "A table, at its newest version when none is given; or a registered model version.")
    private String subject;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        try (Wiring wiring = Wiring.of(loaded)) {
            Lineage lineage = Lineage.of(wiring.recordTables());
            ObjectNode tree = tree(lineage, FeatureSets.of(loaded));
            Console.result(
                    format.isJson()
                            ? tree.toPrettyString()
                            : text(tree, "", loaded.pipeline().clock().zone()).stripTrailing());
            return ExitCode.OK.code();
        }
    }

    private ObjectNode tree(Lineage lineage, FeatureSets sets) {
        if (subject.contains("/")) {
            Lineage.Made made = lineage.registration(subject)
                    .orElseThrow(() -> unknown(
                            "no model version '" + subject + "' was registered by a pipeline of this lake",
                            "models: " + String.join(", ", lineage.models())));
            ObjectNode node = node(subject, Optional.of(made));
            from(node.putArray("made_from"), made, lineage, new HashSet<>());
            uses(node.putArray("used_by"), lineage.users(subject), lineage, new HashSet<>(Set.of(subject)));
            return node;
        }
        TableVersion version = version(lineage, sets);
        ObjectNode node = node(version.toString(), lineage.maker(version));
        lineage.maker(version)
                .ifPresent(made -> from(node.putArray("made_from"), made, lineage, new HashSet<>(Set.of(version))));
        uses(node.putArray("used_by"), lineage.users(version), lineage, new HashSet<>(Set.of(version.toString())));
        return node;
    }

    private TableVersion version(Lineage lineage, FeatureSets sets) {
        try {
            if (subject.contains("@")) {
                TableVersion asked = TableVersion.parse(subject);
                TableVersion version = new TableVersion(sets.table(asked.table()), asked.version());
                if (lineage.maker(version).isPresent()) {
                    return version;
                }
            } else {
                Optional<TableVersion> newest = lineage.newest(sets.table(new TableName(subject)));
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        } catch (IllegalArgumentException e) {
            throw unknown(
                    "expected TABLE, TABLE@VERSION or MODEL/VERSION, found '" + subject + "'", "sluice lineage --help");
        }
        throw unknown(
                "no manifest of this lake wrote '" + subject + "'",
                "give a table that a pipeline made: sluice status names what was run");
    }

    private static SluiceException unknown(String message, String hint) {
        return new SluiceException(ErrorCode.USAGE, message, hint);
    }

    private static void from(ArrayNode nodes, Lineage.Made made, Lineage lineage, Set<TableVersion> seen) {
        for (TableVersion read : made.record().result().read()) {
            Optional<Lineage.Made> maker = lineage.maker(read);
            ObjectNode node = node(read.toString(), maker);
            nodes.add(node);
            if (seen.add(read)) {
                maker.filter(one -> !one.record().result().read().isEmpty())
                        .ifPresent(one -> from(node.putArray("made_from"), one, lineage, seen));
            }
        }
    }

    private static void uses(ArrayNode nodes, List<Lineage.Made> users, Lineage lineage, Set<String> seen) {
        for (Lineage.Made user : users) {
            List<TableVersion> wrote = user.record().result().wrote();
            if (wrote.isEmpty()) {
                String name = user.model().orElse(user.record().target());
                ObjectNode node = node(name, Optional.of(user));
                nodes.add(node);
                if (user.model().isPresent() && seen.add(name)) {
                    uses(node.putArray("used_by"), lineage.users(name), lineage, seen);
                }
            }
            for (TableVersion made : wrote) {
                ObjectNode node = node(made.toString(), Optional.of(user));
                nodes.add(node);
                if (seen.add(made.toString())) {
                    uses(node.putArray("used_by"), lineage.users(made), lineage, seen);
                }
            }
        }
    }

    private static ObjectNode node(String name, Optional<Lineage.Made> made) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", name);
        made.ifPresent(one -> node.put("target", one.record().target())
                .put("pipeline", one.pipeline())
                .put("interval_from", one.record().interval().from().toString())
                .put("interval_to", one.record().interval().to().toString())
                .put("run_id", one.record().runId())
                .put("settings", one.record().settings())
                .put("code", one.record().code()));
        return node;
    }

    private static String text(ObjectNode node, String indent, ZoneId zone) {
        StringBuilder text = new StringBuilder(indent + node.get("name").asText());
        if (node.has("target")) {
            text.append("  by ")
                    .append(node.get("target").asText())
                    .append(" of ")
                    .append(node.get("pipeline").asText())
                    .append(" for ")
                    .append(interval(node, zone))
                    .append(", run ")
                    .append(node.get("run_id").asText());
        }
        text.append('\n');
        for (String side : List.of("made_from", "used_by")) {
            if (node.has(side) && !node.get(side).isEmpty()) {
                String deeper = indent + "  ";
                if (indent.isEmpty()) {
                    text.append(side.replace('_', ' ')).append('\n');
                }
                node.get(side).forEach(child -> text.append(text((ObjectNode) child, deeper, zone)));
            }
        }
        return text.toString();
    }

    private static String interval(ObjectNode node, ZoneId zone) {
        return new Interval(
                        Instant.parse(node.get("interval_from").asText()),
                        Instant.parse(node.get("interval_to").asText()))
                .text(zone);
    }
}
