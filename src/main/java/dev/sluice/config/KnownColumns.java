package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The columns of the tables that a pipeline makes, as far as the file tells them. Names are compared as Spark compares
 * them: without case.
 */
final class KnownColumns {
    private final Pipeline pipeline;
    private final Map<TableName, FeatureSet> used;
    private final Predicate<String> wrong;

    /**
     * Reads a pipeline.
     *
     * @param used feature sets of other pipelines, by table
     * @param wrong whether something below a path is wrong already, so that the pipeline lacks a part of it
     */
    KnownColumns(Pipeline pipeline, Map<TableName, FeatureSet> used, Predicate<String> wrong) {
        this.pipeline = pipeline;
        this.used = used;
        this.wrong = wrong;
    }

    /** The columns of a source and the ones derived from it; empty when that is not known. */
    Optional<Set<String>> ingest(TableName table) {
        Ingest ingest = pipeline.ingest().get(table);
        String path = "ingest/" + table;
        if (ingest == null
                || wrong.test(path + "/from")
                || wrong.test(path + "/derive")
                || wrong.test(path + "/write")) {
            return Optional.empty();
        }
        return prepared(ingest).map(columns -> {
            columns.addAll(ingest.derive().keySet());
            if (ingest.write() instanceof Write.Scd2) {
                columns.add("valid_from");
                columns.add("valid_to");
            }
            return columns;
        });
    }

    /** The columns of a table's source by their names in the table. */
    Optional<Set<String>> prepared(Ingest ingest) {
        return source(ingest.from())
                .map(columns -> set(columns.stream().map(ingest::renamed).toList()));
    }

    /** The columns of a source. */
    Optional<Set<String>> source(String name) {
        return Optional.ofNullable(pipeline.sources().get(name))
                .filter(source -> !wrong.test("sources/" + name))
                .map(source -> set(source.columns().keySet()));
    }

    /** What training and scoring may use: features, flags of lookups and joins, key, decision time, kept columns. */
    Optional<Set<String>> features() {
        return pipeline.features().filter(features -> !wrong.test("features")).map(KnownColumns::of);
    }

    /** Tables of feature sets, this pipeline's own and those that it uses. */
    Set<TableName> sets() {
        Set<TableName> tables = new LinkedHashSet<>(used.keySet());
        pipeline.featureSets().values().forEach(set -> tables.add(set.table()));
        tables.removeAll(pipeline.ingest().keySet());
        return tables;
    }

    /** The columns of the table of a feature set; empty when that is not known. */
    Optional<Set<String>> set(TableName table) {
        return pipeline.featureSets().entrySet().stream()
                .filter(entry -> entry.getValue().table().equals(table))
                .findFirst()
                .map(entry ->
                        Optional.of(entry.getValue()).filter(set -> !wrong.test("feature_sets/" + entry.getKey())))
                .orElseGet(() -> Optional.ofNullable(used.get(table)))
                .map(KnownColumns::of);
    }

    /** The columns of a feature table. */
    private static Set<String> of(FeatureTable features) {
        Set<String> columns = set(features.spine().key());
        columns.add("as_of");
        columns.addAll(features.spine().keep());
        columns.addAll(features.take().keySet());
        features.lookups().forEach(lookup -> columns.addAll(lookup.take().keySet()));
        features.asOfJoins().forEach(join -> columns.addAll(join.take().keySet()));
        features.windows().forEach(window -> columns.addAll(window.names()));
        columns.addAll(flags(features));
        return columns;
    }

    /** The columns that tell of rows without match: {@code planes_missing}, the second one {@code planes_missing_2}. */
    static List<String> flags(FeatureTable features) {
        List<TableName> flagged = new ArrayList<>();
        features.lookups().stream()
                .filter(lookup -> lookup.missing() == Features.Missing.FLAG)
                .forEach(lookup -> flagged.add(lookup.from()));
        features.asOfJoins().stream()
                .filter(join -> join.missing() == Features.Missing.FLAG)
                .forEach(join -> flagged.add(join.from()));
        Map<String, Integer> seen = new HashMap<>();
        return flagged.stream()
                .map(from -> from.text().substring(from.text().lastIndexOf('.') + 1) + "_missing")
                .map(flag -> seen.merge(flag, 1, Integer::sum) == 1 ? flag : flag + "_" + seen.get(flag))
                .toList();
    }

    /** The columns of the table of predictions. */
    Optional<Set<String>> scores() {
        if (pipeline.score().isEmpty() || pipeline.features().isEmpty() || wrong.test("features/spine")) {
            return Optional.empty();
        }
        Set<String> columns = set(pipeline.features().get().spine().key());
        columns.addAll(Set.of("as_of", "probability", "prediction", "model_version", "run_id"));
        columns.addAll(pipeline.score().get().keep());
        return Optional.of(columns);
    }

    static Set<String> set(Collection<String> names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(names);
        return set;
    }
}
