package dev.sluice.step.check;

import dev.sluice.config.Check;
import dev.sluice.config.Contract;
import dev.sluice.config.Step;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.Slice;
import dev.sluice.frame.Profiler;
import dev.sluice.pipeline.EarlierMetrics;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.quality.MetricRows;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.TableVerdicts;
import dev.sluice.quality.Verdicts;
import dev.sluice.stats.TableProfile;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Decides a table's checks and contract on its newest published version, or the interval's part of it, and records the
 * verdicts. What a publish decides on the rows that it adds can so be decided on all rows together.
 *
 * <p>Facts of its record: {@code rows}, {@code checks} (how many), {@code warned} (names).
 */
public final class CheckWork implements Work {
    private final TableName table;
    private final Optional<String> by;
    private final List<String> key;
    private final Map<String, Check> checks;
    private final Optional<Contract> contract;
    private final CheckEngine engine;

    /**
     * Of one table.
     *
     * @param by date column that selects the rows of the interval's local dates; all rows when empty
     * @param key columns that identify a row
     * @param checks by name
     */
    public CheckWork(
            TableName table,
            Optional<String> by,
            List<String> key,
            Map<String, Check> checks,
            Optional<Contract> contract,
            CheckEngine engine) {
        this.table = Objects.requireNonNull(table, "table");
        this.by = Objects.requireNonNull(by, "by");
        this.key = List.copyOf(key);
        this.checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
        this.contract = Objects.requireNonNull(contract, "contract");
        this.engine = Objects.requireNonNull(engine, "engine");
    }

    @Override
    public Step step() {
        return Step.CHECK;
    }

    @Override
    public String target() {
        return step().word() + "/" + table;
    }

    /** The table, and those that its checks look into. */
    @Override
    public Set<TableName> reads() {
        Set<TableName> tables = new TreeSet<>(Set.of(table));
        checks.values().forEach(check -> tables.addAll(check.tables()));
        return Collections.unmodifiableSet(tables);
    }

    @Override
    public Set<TableName> writes() {
        return Set.of();
    }

    @Override
    public String settings() {
        return by + "\n" + checks + "\n" + contract;
    }

    /**
     * Decides.
     *
     * @throws dev.sluice.core.SluiceException CHECK_FAILED, naming every failed check, once the verdicts are recorded
     */
    @Override
    public StepResult run(StepContext context) {
        Map<TableName, TableVersion> pinned = new TreeMap<>();
        reads().forEach(name -> pinned.put(name, context.pin(name)));
        Function<TableName, Dataset<Row>> tables = name -> context.tables().read(pinned.get(name));
        Dataset<Row> rows = new Slice(by, context.interval(), context.zone()).of(tables.apply(table));

        TableProfile profile = Profiler.profile(rows);
        List<CheckResult> results = TableVerdicts.of(
                checks,
                contract,
                engine,
                new Judged(
                        rows,
                        profile,
                        key,
                        Set.of(),
                        context.interval(),
                        context.zone(),
                        tables,
                        new EarlierMetrics(context.history(), table, true, context.interval(), context.zone())));
        record(pinned.get(table), results, context);
        Verdicts.of(CheckResult.Status.WARN, results)
                .forEach(result -> context.progress().say("warning: check " + Verdicts.describe(table, result)));
        Verdicts.requireNoneFailed(
                table,
                results,
                pinned.get(table)
                        + " stays published, and no later step was run: repair the data or the check, then run"
                        + " the same command again; all verdicts are in the table _sluice.checks");
        context.ledger()
                .append(
                        MetricRows.KIND,
                        MetricRows.COLUMNS,
                        MetricRows.of(table, pinned.get(table).version(), results, Instant.now()),
                        context.key());
        return StepResult.of(
                Map.of(
                        "rows", String.valueOf(profile.rows()),
                        "checks", String.valueOf(results.size()),
                        "warned",
                                Verdicts.of(CheckResult.Status.WARN, results).stream()
                                        .map(CheckResult::check)
                                        .collect(Collectors.joining(","))),
                List.copyOf(pinned.values()),
                List.of());
    }

    /** A failed attempt is recorded as one, so that the attempt after the repair is recorded too. */
    private static void record(TableVersion version, List<CheckResult> results, StepContext context) {
        boolean failed = !Verdicts.of(CheckResult.Status.FAIL, results).isEmpty();
        RunKey key = failed ? context.key().of("refused by " + context.runId()) : context.key();
        context.ledger().append("checks", QualityRows.CHECK_COLUMNS, QualityRows.checks(version, results), key);
    }
}
