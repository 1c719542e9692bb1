package dev.sluice.step.profile;

import dev.sluice.config.ContractFile;
import dev.sluice.config.Step;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.Slice;
import dev.sluice.frame.Profiler;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.TableProfiler;
import dev.sluice.pipeline.Work;
import dev.sluice.quality.ContractInference;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.StateRows;
import dev.sluice.stats.TableProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Profiles the newest published version of a table, or the interval's part of it, by one scan of what has changed since it was last profiled, records the
 * profile, and proposes a contract where none is declared: {@code _sluice/contracts/TABLE.yml} in the lake, to be reviewed and put under version control.
 *
 * <p>Facts of its record: {@code rows}, {@code columns}, {@code contract} with the place of a proposed one, and, where the rows are whole partitions, {@code
 * partitions} and {@code partitions_read}.
 */
public final class ProfileWork implements Work {
    private final TableName table;
    private final Optional<String> by;
    private final boolean contracted;

    /**
     * Of one table.
     *
     * @param by date column that selects the rows of the interval's local dates; all rows when empty
     * @param contracted whether the pipeline declares a contract of the table
     */
    public ProfileWork(TableName table, Optional<String> by, boolean contracted) {
        this.table = Objects.requireNonNull(table, "table");
        this.by = Objects.requireNonNull(by, "by");
        this.contracted = contracted;
    }

    @Override
    public Step step() {
        return Step.PROFILE;
    }

    @Override
    public String target() {
        return step().word() + "/" + table;
    }

    @Override
    public Set<TableName> reads() {
        return Set.of(table);
    }

    @Override
    public Set<TableName> writes() {
        return Set.of();
    }

    @Override
    public String settings() {
        return "by=" + by + ", contracted=" + contracted;
    }

    @Override
    public StepResult run(StepContext context) {
        TableVersion version = context.pin(table);
        Map<String, String> facts = new TreeMap<>();
        TableProfile profile = incremental(version, context)
                .map(profiled -> kept(version, profiled, context, facts))
                .orElseGet(() -> Profiler.profile(new Slice(by, context.interval(), context.zone())
                        .of(context.tables().read(version))));
        context.ledger()
                .append("profiles", QualityRows.PROFILE_COLUMNS, QualityRows.profile(version, profile), context.key());
        facts.put("rows", String.valueOf(profile.rows()));
        facts.put("columns", String.valueOf(profile.columns().size()));
        if (!contracted) {
            facts.put("contract", propose(profile, context));
        }
        return StepResult.of(facts, List.of(version), List.of());
    }

    /** By states of partitions; empty where the rows are not whole partitions. */
    private Optional<TableProfiler.Profiled> incremental(TableVersion version, StepContext context) {
        TableProfiler profiler = new TableProfiler(context.tables(), context.history());
        return by.isEmpty()
                ? Optional.of(profiler.profile(version))
                : profiler.profile(version, by.get(), context.interval().dates(context.zone()));
    }

    private TableProfile kept(
            TableVersion version, TableProfiler.Profiled profiled, StepContext context, Map<String, String> facts) {
        context.ledger()
                .append(
                        TableProfiler.kind(table),
                        StateRows.COLUMNS,
                        profiled.states(),
                        context.key().of("states of " + version));
        context.progress().say("profile of " + version + ": " + profiled.account());
        facts.put("partitions", String.valueOf(profiled.partitions()));
        facts.put("partitions_read", String.valueOf(profiled.read()));
        return profiled.profile();
    }

    private String propose(TableProfile profile, StepContext context) {
        String path = "_sluice/contracts/" + table + ".yml";
        context.fence().check();
        context.storage()
                .write(path, ContractFile.text(ContractInference.infer(profile)).getBytes(StandardCharsets.UTF_8));
        String location = context.storage().location(path);
        context.progress().say("contract of " + table + " proposed in " + location);
        return location;
    }
}
