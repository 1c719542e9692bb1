package dev.sluice.cli;

import dev.sluice.config.Contract;
import dev.sluice.config.FeatureSet;
import dev.sluice.config.Features;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.History;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.pipeline.TableProfiler;
import dev.sluice.quality.QualityRows;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A table of a pipeline, or one version of it, and its profile. */
final class TableOptions {
    @Parameters(paramLabel = "TABLE", description = "Table of the pipeline, such as bronze.flights.")
    private String name;

    @Option(
            names = "--stored",
            description = "Takes the newest profile that the step profile has recorded, without a look at the table.")
    private boolean stored;

    @Option(
            names = "--at",
            paramLabel = "VERSION",
            description = "Version of the table, such as 12; the newest one when left out.")
    private Long at;

    /**
     * A version and what is known of its rows.
     *
     * @param account how much was read
     */
    record Profiled(TableVersion version, TableProfile profile, String account) {}

    /** The table, which the pipeline makes; of a feature set the version that its definition means now. */
    TableName table(Loader.Loaded loaded) {
        List<String> known = Stream.of(
                        loaded.pipeline().ingest().keySet().stream(),
                        loaded.pipeline().featureSets().values().stream().map(FeatureSet::table),
                        loaded.pipeline().features().stream().map(Features::table))
                .flatMap(tables -> tables)
                .map(TableName::text)
                .toList();
        if (!known.contains(name)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "pipeline " + loaded.pipeline().name() + " makes no table '" + name + "'"
                            + IntervalOptions.meant(name, known),
                    "tables: " + String.join(", ", known));
        }
        return FeatureSets.of(loaded).table(new TableName(name));
    }

    /** Columns of the table whose values its contract shows to nobody. */
    Set<String> sensitive(Loader.Loaded loaded) {
        return Optional.ofNullable(loaded.contracts().get(table(loaded)))
                .map(Contract::sensitive)
                .orElse(Set.of());
    }

    /** For a verb that looks at the rows. */
    void refuseStored(String why) {
        if (stored) {
            throw new SluiceException(
                    ErrorCode.USAGE, "expected no --stored: " + why, "leave --stored out, or say which version: --at");
        }
    }

    /** The profile of the version that was asked for, by one scan at most, or a recorded one. */
    Profiled profile(Loader.Loaded loaded, Wiring wiring) {
        TableName table = table(loaded);
        if (stored && at != null) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected --stored or --at, found both",
                    "leave --at out: a recorded profile says which version it is of");
        }
        return stored ? recorded(table, wiring.history()) : scanned(version(loaded, wiring), wiring);
    }

    private static Profiled recorded(TableName table, History history) {
        StepRecord record = history.all().stream()
                .filter(step -> step.target().equals(Step.PROFILE.word() + "/" + table))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "no profile of " + table + " has been recorded",
                        "run the step profile, or leave --stored out"));
        List<Row> rows = new ArrayList<>();
        history.scan("profiles", row -> {
            if (row.getAs("run_key").equals(record.key().text())) {
                rows.add(row);
            }
            return true;
        });
        return new Profiled(
                record.result().read().get(0), QualityRows.profile(rows), "as recorded by run " + record.runId());
    }

    /** The profile of a version: states that runs have recorded, and one scan of what has changed since. */
    static Profiled scanned(TableVersion version, Wiring wiring) {
        TableProfiler.Profiled profiled = new TableProfiler(wiring.tables(), wiring.history()).profile(version);
        return new Profiled(version, profiled.profile(), profiled.account());
    }

    /** The version that was asked for, or the newest one. */
    TableVersion version(Loader.Loaded loaded, Wiring wiring) {
        return version(table(loaded), at, "--at", wiring);
    }

    /**
     * A version of a table.
     *
     * @param number null for the newest one
     * @param option that gives the number
     */
    static TableVersion version(TableName table, Long number, String option, Wiring wiring) {
        TableVersion newest = wiring.tables()
                .latest(table)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING, "there is no table " + table + " yet", "run the pipeline first"));
        if (number != null && (number < 0 || number > newest.version())) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected a version of " + table + " from 0 to " + newest.version() + ", found " + number,
                    "leave " + option + " out, or give one of these");
        }
        return number == null ? newest : new TableVersion(table, number);
    }
}
