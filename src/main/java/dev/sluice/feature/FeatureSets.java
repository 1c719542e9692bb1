package dev.sluice.feature;

import dev.sluice.config.FeatureSet;
import dev.sluice.config.Features;
import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The feature sets of a pipeline, each at the version that its definition has now. A version has a table of its own, named by
 * the hash of the definition; who reads a set reads that table, so that its own definition changes with it.
 *
 * @param own the pipeline's own sets, each behind those that it reads
 * @param tables the table of the version of each set that may be read, by the name that is declared
 */
public record FeatureSets(List<Version> own, Map<TableName, TableName> tables) {
    public FeatureSets {
        own = List.copyOf(own);
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    }

    /**
     * A feature set at its version.
     *
     * @param name as declared
     * @param set its table is the version's, and the tables that it reads are those of versions too
     */
    public record Version(String name, FeatureSet set) {
        /** The name that other sections read it by. */
        public TableName declared() {
            return set.table().unversioned();
        }

        /** Eight hex digits. */
        public String version() {
            return set.table().version().orElseThrow();
        }
    }

    /**
     * The sets of a pipeline and of those that it uses.
     *
     * @throws SluiceException PLAN_INVALID as {@link FeaturePlan#check} does, and when sets read each other in a circle
     */
    public static FeatureSets of(Loader.Loaded loaded) {
        Map<TableName, TableName> used = new LinkedHashMap<>();
        loaded.used().forEach(other -> of(other)
                .own()
                .forEach(one -> used.put(one.declared(), one.set().table())));
        return of(loaded.pipeline().featureSets(), used);
    }

    /**
     * These sets.
     *
     * @param used tables of versions of other sets, by the name that is declared
     */
    static FeatureSets of(Map<String, FeatureSet> declared, Map<TableName, TableName> used) {
        Map<TableName, String> names = new LinkedHashMap<>();
        declared.forEach((name, set) -> names.put(set.table(), name));
        Map<TableName, TableName> tables = new LinkedHashMap<>(used);
        List<Version> own = new ArrayList<>();
        names.keySet().forEach(table -> add(table, names, declared, tables, own, new LinkedHashSet<>()));
        return new FeatureSets(own, tables);
    }

    /** The table that holds what a declared name means now. */
    public TableName table(TableName declared) {
        return tables.getOrDefault(declared, declared);
    }

    /** The features, made from the versions of sets that they mean. */
    public Features resolved(Features features) {
        return features.reading(this::table);
    }

    private static void add(
            TableName table,
            Map<TableName, String> names,
            Map<String, FeatureSet> declared,
            Map<TableName, TableName> tables,
            List<Version> own,
            Set<TableName> above) {
        if (tables.containsKey(table) || !names.containsKey(table)) {
            return;
        }
        if (!above.add(table)) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "the feature sets " + above + " read each other in a circle",
                    "let one of them read other tables");
        }
        String name = names.get(table);
        FeatureSet set = declared.get(name);
        set.reads().forEach(read -> add(read, names, declared, tables, own, above));
        above.remove(table);
        FeatureSet resolved = set.reading(read -> tables.getOrDefault(read, read));
        TableName versioned = table.at(FeaturePlan.version(resolved));
        tables.put(table, versioned);
        own.add(new Version(name, resolved.in(versioned)));
    }
}
