package dev.sluice.cli;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.History;
import dev.sluice.pipeline.StepRecord;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Tables of features that a pipeline makes, and for when. */
final class FeatureTableOptions {
    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "The feature table, or the table of a feature set; when left out all of the pipeline.")
    private String table;

    @Option(
            names = "--interval",
            paramLabel = "FROM/TO",
            description = "Span of data time whose rows are looked at; when left out the one that was made last.")
    private String interval;

    /** What is asked for, by the name that the file declares. */
    Map<TableName, FeatureTable> tables(Loader.Loaded loaded) {
        FeatureSets sets = FeatureSets.of(loaded);
        Map<TableName, FeatureTable> tables = new LinkedHashMap<>();
        sets.own().forEach(version -> tables.put(version.declared(), version.set()));
        loaded.pipeline().features().ifPresent(features -> tables.put(features.table(), sets.resolved(features)));
        List<String> known = tables.keySet().stream().map(TableName::text).toList();
        if (known.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "pipeline " + loaded.pipeline().name() + " makes no features",
                    "name a pipeline with the section features or feature_sets");
        }
        if (table == null) {
            return tables;
        }
        if (!known.contains(table)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "pipeline " + loaded.pipeline().name() + " makes no features in a table '" + table + "'"
                            + IntervalOptions.meant(table, known),
                    "tables of features: " + String.join(", ", known));
        }
        TableName named = new TableName(table);
        return Map.of(named, tables.get(named));
    }

    /** The interval that is asked for, or that of the newest work of the table. */
    Interval interval(FeatureTable definition, History history, ZoneId zone) {
        return interval != null
                ? IntervalOptions.parse(interval, zone)
                : works(definition.table(), history.all())
                        .findFirst()
                        .map(StepRecord::interval)
                        .orElseThrow(
                                () -> new SluiceException(
                                        ErrorCode.INPUT_MISSING,
                                        "no interval of " + definition.table() + " was made yet",
                                        "say which one is to be looked at: --interval FROM/TO; or run the step features first"));
    }

    /** Records of a table's works, newest first; of a set that was dropped those since then. */
    static Stream<StepRecord> works(TableName table, List<StepRecord> records) {
        String target = Step.FEATURES.word() + "/" + table;
        return records.stream().filter(record -> record.target().equals(target)).takeWhile(record -> !record.isDrop());
    }
}
