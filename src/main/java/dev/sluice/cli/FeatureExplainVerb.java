package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Durations;
import dev.sluice.config.FeatureTable;
import dev.sluice.config.Features;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureExplanation;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.Pass;
import dev.sluice.feature.Slice;
import dev.sluice.frame.asof.Extent;
import dev.sluice.frame.asof.History.Ask;
import dev.sluice.quality.Words;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "explain",
        description = {
            "Says how features would be computed for an interval: which histories are met in which pass, by which strategy and"
                    + " why, and how much of each is read.",
            "Decision times of the interval are read, of histories only the logs. Nothing is computed and nothing written."
        },
        mixinStandardHelpOptions = true)
final class FeatureExplainVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Mixin
    private FeatureTableOptions what;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        Map<TableName, FeatureTable> tables = what.tables(loaded);
        ZoneId zone = loaded.pipeline().clock().zone();
        List<String> missing = new ArrayList<>();
        try (Wiring wiring = Wiring.of(loaded)) {
            tables.values().forEach(definition -> {
                Map<TableName, TableVersion> pinned = new TreeMap<>();
                definition.reads().forEach(read -> wiring.tables()
                        .latest(read)
                        .ifPresentOrElse(
                                version -> pinned.put(read, version),
                                () -> missing.add(read + " of " + definition.table())));
                if (pinned.keySet().equals(definition.reads())) {
                    Interval interval = what.interval(definition, wiring.history(), zone);
                    Explained explained = explained(
                            definition, pinned, new Slice(definition.write().datedBy(), interval, zone), wiring);
                    Console.result(format.isJson() ? explained.json().toString() : explained.text());
                }
            });
        }
        if (!missing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "expected the tables that features are made from, found none for " + String.join(", ", missing),
                    "run the steps that make them first");
        }
        return ExitCode.OK.code();
    }

    private static Explained explained(
            FeatureTable definition, Map<TableName, TableVersion> pinned, Slice slice, Wiring wiring) {
        Function<TableName, Dataset<Row>> rows = read -> wiring.tables().read(pinned.get(read));
        FeaturePlan plan = FeaturePlan.of(
                wiring.spark(), definition, read -> rows.apply(read).schema());
        return new Explained(definition.table(), plan, slice, plan.explain(rows, slice));
    }

    /** An explanation as people and programs read it. */
    private record Explained(TableName table, FeaturePlan plan, Slice slice, FeatureExplanation how) {
        String text() {
            StringBuilder text = new StringBuilder();
            text.append(table + ", " + slice.interval().text(slice.zone()) + ": "
                    + plan.features().size() + " features of "
                    + Words.rows(how.reach().rows()) + " of "
                    + plan.spine().from());
            time(how.reach().first())
                    .ifPresent(first -> text.append(", decided from " + first + " to "
                            + time(how.reach().last()).orElseThrow()));
            plan.lookups()
                    .forEach(lookup -> text.append("\n  lookup in " + lookup.from() + " by "
                            + String.join(", ", lookup.keys().keySet()) + ": "
                            + values(lookup.take().size())
                            + (isVersioned(lookup) ? " of the version that was valid at the decision" : "")));
            how.passes().forEach(met -> {
                text.append("\n  " + met.pass().told());
                met.histories().forEach(read -> text.append("\n    " + text(read)));
            });
            return text.toString();
        }

        private String text(FeatureExplanation.Read read) {
            Extent extent = read.extent();
            return read.history().name() + ": "
                    + read.history().asks().stream().map(Explained::text).collect(Collectors.joining("; "))
                    + "\n      " + span(read) + ": "
                    + Words.count(extent.files()) + " of " + Words.count(extent.filesOfAll()) + " files, "
                    + Words.bytes(extent.bytes()) + " of " + Words.bytes(extent.bytesOfAll());
        }

        private String span(FeatureExplanation.Read read) {
            if (how.reach().first().isEmpty()) {
                return "not read, without a decision";
            }
            return "read from " + from(read).map(Instant::toString).orElse("its beginning");
        }

        private static String text(Ask ask) {
            if (ask instanceof Ask.Window window) {
                return window.aggregates() + (window.aggregates() == 1 ? " aggregate" : " aggregates") + " over "
                        + Durations.print(window.over().length())
                        + (window.bucket().isPresent() ? ", by category" : "");
            }
            Ask.Newest newest = (Ask.Newest) ask;
            return values(newest.take().size()) + " of the newest row"
                    + newest.maxAge()
                            .map(age -> ", not older than " + Durations.print(age.length()))
                            .orElse("");
        }

        private static String values(int number) {
            return number + (number == 1 ? " value" : " values");
        }

        private boolean isVersioned(Features.Lookup lookup) {
            return plan.versioned().contains(lookup.from());
        }

        ObjectNode json() {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("table", table.text())
                    .put("plan_hash", plan.hash())
                    .put("interval", slice.interval().toString())
                    .put("spine", plan.spine().from().text())
                    .put("rows", how.reach().rows())
                    .put("features", plan.features().size());
            time(how.reach().first()).ifPresent(first -> node.put("first_decision", first.toString()));
            time(how.reach().last()).ifPresent(last -> node.put("last_decision", last.toString()));
            plan.lookups().forEach(lookup -> {
                ObjectNode one = node.withArray("lookups")
                        .addObject()
                        .put("table", lookup.from().text())
                        .put("values", lookup.take().size())
                        .put("versioned", isVersioned(lookup));
                lookup.keys().keySet().forEach(one.putArray("keys")::add);
            });
            how.passes().forEach(met -> {
                Pass pass = met.pass();
                ObjectNode one = node.withArray("passes")
                        .addObject()
                        .put("strategy", pass.choice().strategy().word())
                        .put("why", pass.choice().why());
                pass.shared().ifPresent(shared -> one.put("shared", shared));
                pass.keys().forEach(one.putArray("keys")::add);
                met.histories().forEach(read -> one.withArray("histories").add(json(read)));
            });
            return node;
        }

        private ObjectNode json(FeatureExplanation.Read read) {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("table", read.history().name());
            read.history().asks().forEach(ask -> {
                if (ask instanceof Ask.Window window) {
                    node.withArray("windows")
                            .addObject()
                            .put("over", Durations.print(window.over().length()))
                            .put("aggregates", window.aggregates())
                            .put("by_category", window.bucket().isPresent());
                } else if (ask instanceof Ask.Newest newest) {
                    ObjectNode one = node.withArray("newest")
                            .addObject()
                            .put("values", newest.take().size());
                    newest.maxAge().ifPresent(age -> one.put("max_age", Durations.print(age.length())));
                }
            });
            from(read).ifPresent(from -> node.put("from", from.toString()));
            Extent extent = read.extent();
            return node.put("files", extent.files())
                    .put("files_of_all", extent.filesOfAll())
                    .put("bytes", extent.bytes())
                    .put("bytes_of_all", extent.bytesOfAll());
        }

        /** The earliest time of a row that is read; empty where age does not matter, and where there is no decision. */
        private Optional<Instant> from(FeatureExplanation.Read read) {
            return read.back().flatMap(back -> time(how.reach().first()).map(first -> first.minus(back)));
        }

        private static Optional<Instant> time(OptionalLong micros) {
            return micros.stream()
                    .mapToObj(time -> Instant.EPOCH.plus(time, ChronoUnit.MICROS))
                    .findFirst();
        }
    }
}
