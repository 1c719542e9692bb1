package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.FeatureTable;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureAudit;
import dev.sluice.feature.FeatureAudits;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.FeatureSets;
import dev.sluice.feature.Slice;
import dev.sluice.quality.Words;
import dev.sluice.stats.Pair;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        description = {
            "Finds features that read their own future, and those that tell suspiciously much of the label.",
            "Features are computed as the tables are, and again as if all that became known after a moment had come otherwise:"
                    + " one that changes leaks. No table is written but the record of the audit, _sluice.feature_audits, which gates"
                    + " may ask for. Answers 65 where a feature leaks."
        },
        mixinStandardHelpOptions = true)
final class FeatureAuditVerb implements Callable<Integer> {
    private static final String MASK = "***";
    private static final int MOST_CUTS = 100;

    @Mixin
    private PipelineOptions options;

    @Mixin
    private FeatureTableOptions what;

    @Option(
            names = "--cuts",
            paramLabel = "N",
            defaultValue = "3",
            description = "After how many moments the tables are changed (default: ${DEFAULT-VALUE}).")
    private int cuts;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        if (cuts < 1 || cuts > MOST_CUTS) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected --cuts from 1 to " + MOST_CUTS + ", found " + cuts,
                    "three are enough for most: each costs what the step features does");
        }
        Loader.Loaded loaded = options.load();
        Map<TableName, FeatureTable> tables = what.tables(loaded);
        ZoneId zone = loaded.pipeline().clock().zone();
        String runId = Runs.newRunId();
        List<String> leaking = new ArrayList<>();
        try (Wiring wiring = Wiring.of(loaded)) {
            tables.forEach((declared, definition) -> {
                Interval interval = what.interval(definition, wiring.history(), zone);
                FeatureAudit audit = audit(definition, interval, runId, loaded, wiring);
                audit.leaks().forEach(leak -> leaking.add(leak.feature() + " of " + declared));
            });
        }
        if (!leaking.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.FEATURES_LEAK,
                    "expected features that do not change with what becomes known after the decision, found "
                            + String.join(", ", leaking),
                    "give the window or join the known_at from which its values are really known, or take the feature out");
        }
        return ExitCode.OK.code();
    }

    /** The rows that were materialised, where the works of the interval made them by this very plan. */
    private static Optional<Dataset<Row>> stored(TableName table, FeaturePlan plan, Interval about, Wiring wiring) {
        Map<Interval, String> plans = new LinkedHashMap<>();
        FeatureTableOptions.works(table, wiring.history().all())
                .filter(record -> record.interval().from().isBefore(about.to())
                        && about.from().isBefore(record.interval().to()))
                .forEach(record -> plans.putIfAbsent(
                        record.interval(), record.result().facts().get("plan_hash")));
        boolean ofThisPlan = !plans.isEmpty() && plans.values().stream().allMatch(plan.hash()::equals);
        return wiring.tables().latest(table).filter(version -> ofThisPlan).map(wiring.tables()::read);
    }

    private FeatureAudit audit(
            FeatureTable definition, Interval about, String runId, Loader.Loaded loaded, Wiring wiring) {
        Map<TableName, TableVersion> pinned = new TreeMap<>();
        definition.reads().forEach(read -> pinned.put(read, TableOptions.version(read, null, "", wiring)));
        Function<TableName, Dataset<Row>> rows = read -> wiring.tables().read(pinned.get(read));
        FeaturePlan plan = FeaturePlan.of(
                wiring.spark(), definition, read -> rows.apply(read).schema());
        ZoneId zone = loaded.pipeline().clock().zone();
        FeatureAudit audit = FeatureAudit.of(
                new FeatureAudit.Subject(
                        definition,
                        plan,
                        rows,
                        Set.copyOf(FeatureSets.of(loaded).tables().values()),
                        stored(definition.table(), plan, about, wiring),
                        cuts),
                new Slice(definition.write().datedBy(), about, zone));
        wiring.ledger(runId, about)
                .append(
                        FeatureAudits.KIND,
                        FeatureAudits.COLUMNS,
                        List.of(FeatureAudits.row(audit, pinned.values(), Instant.now())),
                        RunKey.of(loaded.pipeline().name(), "audit/" + definition.table() + "/" + runId));
        Set<String> sensitive = wiring.sensitive();
        Shown shown = new Shown(
                audit,
                FeatureAudit.reading(plan, sensitive),
                plan.spine().key().stream().anyMatch(sensitive::contains));
        if (format.isJson()) {
            Console.result(shown.json(about).toString());
        } else {
            Console.result(shown.text(about, zone));
        }
        return audit;
    }

    /**
     * An audit as people and programs read it.
     *
     * @param masked features whose values are shown to nobody
     * @param keyMasked whether keys are not shown either
     */
    private record Shown(FeatureAudit audit, Set<String> masked, boolean keyMasked) {
        String text(Interval about, ZoneId zone) {
            StringBuilder text = new StringBuilder();
            text.append(audit.table() + ", " + about.text(zone) + ": " + Words.rows(audit.rows()) + ", "
                    + audit.features().size() + " features, plan "
                    + audit.planHash().substring(0, 8) + "\n");
            TextTable features = new TextTable("feature", "leaking rows", "of the label", "updated rows");
            audit.features()
                    .forEach(feature -> features.row(
                            feature,
                            leak(feature).map(leak -> Words.count(leak.rows())).orElse(""),
                            information(feature)
                                    .map(pair -> String.format(Locale.ROOT, "%.1f %%", 100 * FeatureAudit.share(pair)))
                                    .orElse(""),
                            audit.stored()
                                    .map(stored -> stored.updated().get(feature))
                                    .map(Words::count)
                                    .orElse("")));
            text.append(features.text("  "));
            if (audit.cuts().isEmpty()) {
                text.append("no row has a decision time, so nothing is shown\n");
            } else if (audit.leaks().isEmpty()) {
                text.append("no feature changes with what became known after ")
                        .append(audit.cuts().keySet().stream()
                                .map(Instant::toString)
                                .collect(Collectors.joining(", ")))
                        .append('\n');
            }
            audit.leaks().forEach(leak -> text.append(said(leak)).append('\n'));
            audit.suspicious()
                    .forEach(
                            feature -> text.append(
                                    feature
                                            + " tells more than half of what there is to tell of the label: was it known by the decision?\n"));
            if (!audit.unprovable().isEmpty()) {
                text.append("not provable, since they do not say since when a row was known: ")
                        .append(audit.unprovable().stream().map(TableName::text).collect(Collectors.joining(", ")))
                        .append('\n');
            }
            text.append(audit.stored()
                    .map(Shown::said)
                    .orElse("nothing of this interval was stored by this definition, to compare with"));
            return text.toString();
        }

        private String said(FeatureAudit.Leak leak) {
            return leak.feature() + " leaks: " + Words.count(leak.rows()) + " of "
                    + Words.rows(audit.cuts().get(leak.cut())) + " decided by " + leak.cut()
                    + " change with what became known later, such as " + (keyMasked ? MASK : leak.key()) + ": "
                    + value(leak, leak.before()) + ", otherwise " + value(leak, leak.after());
        }

        private static String said(FeatureAudit.Stored stored) {
            if (stored.updated().isEmpty() && stored.gone() == 0 && stored.added() == 0) {
                return "stored rows are those that the tables give now";
            }
            return "since they were stored, tables were changed: " + Words.rows(stored.gone()) + " gone, "
                    + Words.count(stored.added()) + " added, "
                    + stored.updated().size()
                    + " features with other values";
        }

        private String value(FeatureAudit.Leak leak, String value) {
            return masked.contains(leak.feature()) ? MASK : String.valueOf(value);
        }

        private Optional<FeatureAudit.Leak> leak(String feature) {
            return audit.leaks().stream()
                    .filter(leak -> leak.feature().equals(feature))
                    .findFirst();
        }

        private Optional<Pair> information(String feature) {
            return Optional.ofNullable(audit.information().get(feature));
        }

        ObjectNode json(Interval about) {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("table", audit.table().text())
                    .put("plan_hash", audit.planHash())
                    .put("interval", about.toString())
                    .put("rows", audit.rows());
            ObjectNode moments = node.putObject("cuts");
            audit.cuts().forEach((cut, rows) -> moments.put(cut.toString(), rows));
            ObjectNode features = node.putObject("features");
            audit.features().forEach(feature -> features.set(feature, feature(feature)));
            audit.unprovable()
                    .forEach(unprovable -> node.withArray("unprovable").add(unprovable.text()));
            audit.stored()
                    .ifPresent(stored ->
                            node.putObject("stored").put("gone", stored.gone()).put("added", stored.added()));
            return node;
        }

        private ObjectNode feature(String feature) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            information(feature).ifPresent(pair -> node.put("of_label", FeatureAudit.share(pair)));
            audit.stored()
                    .ifPresent(
                            stored -> node.put("updated_rows", stored.updated().getOrDefault(feature, 0L)));
            leak(feature).ifPresent(leak -> node.putObject("leak")
                    .put("cut", leak.cut().toString())
                    .put("rows", leak.rows())
                    .put("key", keyMasked ? MASK : leak.key())
                    .put("value", masked.contains(feature) ? MASK : leak.before())
                    .put("otherwise", masked.contains(feature) ? MASK : leak.after()));
            return node;
        }
    }
}
