package dev.sluice.pipeline;

import dev.sluice.config.Step;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.RecordTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was made from what, by the manifests of all pipelines of a lake. A version of a table that no manifest wrote, such as one
 * that joined small files, is taken for the newest before it that one did.
 */
public final class Lineage {
    private final List<Made> all;

    private Lineage(List<Made> all) {
        this.all = all;
    }

    /** A manifest, and the pipeline it is of. */
    public record Made(String pipeline, StepRecord record) {
        /** The model version that it registered or used, as {@code NAME/VERSION}. */
        public Optional<String> model() {
            Map<String, String> facts = record.result().facts();
            return registers()
                    ? Optional.of(facts.get("model") + "/" + facts.get("version"))
                    : Optional.ofNullable(facts.get("model_version"));
        }

        /** Whether it is of the step that registers models. */
        private boolean registers() {
            return record.target().equals(Step.REGISTER.word());
        }

        private boolean reads(TableName table) {
            return record.result().read().stream().anyMatch(read -> read.table().equals(table));
        }

        private boolean registered(String model) {
            return registers() && model().equals(Optional.of(model));
        }
    }

    /** Reads the manifests of the lake. */
    public static Lineage of(RecordTables tables) {
        List<Made> all = new ArrayList<>();
        LakeRecords.scan(tables, (pipeline, record) -> all.add(new Made(pipeline, record)));
        all.sort(Comparator.comparing((Made made) -> made.record().finished()).reversed());
        return new Lineage(List.copyOf(all));
    }

    /** The version of a table that was written last. */
    public Optional<TableVersion> newest(TableName table) {
        return all.stream()
                .flatMap(made -> version(made, table, Long.MAX_VALUE).stream())
                .findFirst();
    }

    /** Whether what a work made of a target was dropped since. */
    public boolean isDropped(String pipeline, String target, RunKey work) {
        return all.stream()
                .filter(made -> made.pipeline().equals(pipeline)
                        && made.record().target().equals(target))
                .map(Made::record)
                .filter(record -> record.isDrop() || record.key().equals(work))
                .findFirst()
                .map(StepRecord::isDrop)
                .orElse(false);
    }

    /**
     * Who needs a table, for people: targets whose newest work read it, and model versions that were made from it, by however many
     * steps.
     */
    public List<String> needing(TableName table) {
        Map<String, Made> newest = new LinkedHashMap<>();
        all.forEach(made -> newest.putIfAbsent(made.record().target() + " of " + made.pipeline(), made));
        Stream<String> targets = newest.entrySet().stream()
                .filter(work -> work.getValue().reads(table))
                .map(Map.Entry::getKey);
        Stream<String> models = all.stream()
                .filter(made -> made.registers() && isMadeFrom(table, made, new HashSet<>()))
                .map(made -> "model " + made.model().orElseThrow());
        return Stream.concat(targets, models).distinct().sorted().toList();
    }

    private boolean isMadeFrom(TableName table, Made made, Set<TableVersion> seen) {
        return made.reads(table)
                || made.record().result().read().stream().filter(seen::add).anyMatch(read -> maker(read)
                        .filter(maker -> isMadeFrom(table, maker, seen))
                        .isPresent());
    }

    /** The manifest that made a version of a table. */
    public Optional<Made> maker(TableVersion version) {
        return wrote(version.table(), version.version());
    }

    /** The manifest that registered a model version, {@code NAME/VERSION}. */
    public Optional<Made> registration(String model) {
        return all.stream().filter(made -> made.registered(model)).findFirst();
    }

    /** Names of the model versions that were registered, newest first. */
    public List<String> models() {
        return all.stream()
                .filter(Made::registers)
                .flatMap(made -> made.model().stream())
                .distinct()
                .toList();
    }

    /** Manifests that read a table at whatever version, newest first. */
    public List<Made> users(TableName table) {
        return all.stream().filter(made -> made.reads(table)).toList();
    }

    /** Manifests that read what the {@link #maker} of this version wrote, newest first. */
    public List<Made> users(TableVersion version) {
        TableName table = version.table();
        long from = maker(version)
                .flatMap(made -> version(made, table, version.version()))
                .map(TableVersion::version)
                .orElse(version.version());
        long next = all.stream()
                .flatMap(made -> made.record().result().wrote().stream())
                .filter(wrote -> wrote.table().equals(table) && wrote.version() > version.version())
                .mapToLong(TableVersion::version)
                .min()
                .orElse(Long.MAX_VALUE);
        return all.stream()
                .filter(made -> made.record().result().read().stream()
                        .anyMatch(
                                read -> read.table().equals(table) && read.version() >= from && read.version() < next))
                .toList();
    }

    /** Manifests that used a model version, but for the one that registered it. */
    public List<Made> users(String model) {
        return all.stream()
                .filter(made -> made.model().equals(Optional.of(model)) && !made.registered(model))
                .toList();
    }

    private Optional<Made> wrote(TableName table, long atMost) {
        return all.stream()
                .filter(made -> version(made, table, atMost).isPresent())
                .max(Comparator.comparing((Made made) ->
                        version(made, table, atMost).orElseThrow().version()));
    }

    private static Optional<TableVersion> version(Made made, TableName table, long atMost) {
        return made.record().result().wrote().stream()
                .filter(wrote -> wrote.table().equals(table) && wrote.version() <= atMost)
                .findFirst();
    }
}
