package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.Verdicts;
import dev.sluice.stats.TableProfile;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Publishes by way of a staging folder of its own: rows are computed once, written as Parquet under the run key, profiled
 * by one scan of that, judged, and copied into the table by one commit. Nobody reads the staging folder but this; it is
 * removed when the commit has landed.
 */
public final class StagedPublisher implements Publisher {
    private static final String STOPPED = "exists(" + Publication.REASONS + ", r -> r.action != 'warn')";

    private final Function<Dataset<Row>, TableProfile> profiler;
    private final CheckEngine checks;

    /**
     * A publisher.
     *
     * @param profiler profiles rows by one scan
     */
    public StagedPublisher(Function<Dataset<Row>, TableProfile> profiler, CheckEngine checks) {
        this.profiler = profiler;
        this.checks = checks;
    }

    @Override
    public Published publish(Publication publication, StepContext context) {
        Staged staged = stage(publication, context);
        refuseStopped(publication, staged, context);
        TableProfile profile = profiler.apply(staged.good());
        accountFor(publication.table(), staged, profile);
        long total = profile.rows() + staged.stopped();
        refuseTooFew(publication, total);
        judge(publication, staged.good(), profile, context);
        List<TableVersion> wrote = new ArrayList<>();
        wrote.add(commit(publication, staged, profile, context));
        commitQuarantine(publication, staged, context, context.key().of("quarantine"))
                .ifPresent(wrote::add);
        context.storage().delete(staging(context));
        return new Published(wrote, total, profile.rows(), staged.stopped(), profile);
    }

    /**
     * Rows that are computed and not yet visible.
     *
     * @param total rows in all; empty where none can be stopped, since all are then counted by the profile
     * @param rules rows per rule that stopped or warned, by {@code action:rule}
     */
    private record Staged(
            Dataset<Row> all, Dataset<Row> good, OptionalLong total, long stopped, Map<String, Long> rules) {}

    private static Staged stage(Publication publication, StepContext context) {
        String folder = context.storage().location(staging(context));
        publication.rows().write().mode(SaveMode.Overwrite).parquet(folder);
        FaultPoint.hit("publish.staged");
        Dataset<Row> all =
                context.spark().read().schema(publication.rows().schema()).parquet(folder);
        if (!publication.hasReasons()) {
            return new Staged(all, all, OptionalLong.empty(), 0, Map.of());
        }
        Row counts = all.agg(
                        count(lit(1)),
                        count(when(expr(STOPPED), 1)),
                        count(when(expr("size(" + Publication.REASONS + ") > 0"), 1)))
                .head();
        Map<String, Long> rules = new TreeMap<>();
        if (counts.getLong(2) > 0) {
            all.select(explode(col(Publication.REASONS)).as("r"))
                    .groupBy("r.action", "r.rule")
                    .count()
                    .collectAsList()
                    .forEach(row -> rules.put(row.getString(0) + ":" + row.getString(1), row.getLong(2)));
        }
        Dataset<Row> good = all.where(expr("not " + STOPPED))
                .drop(Publication.REASONS, Publication.RAW, Publication.FILE, Publication.DATE);
        return new Staged(all, good, OptionalLong.of(counts.getLong(0)), counts.getLong(1), rules);
    }

    private static String staging(StepContext context) {
        return Staging.of(context.pipeline(), context.key());
    }

    private static void refuseTooFew(Publication publication, long total) {
        if (total < publication.limits().minRows()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "found " + total + " rows for " + publication.table() + ", expected at least "
                            + publication.limits().minRows(),
                    "see that the source has the interval's rows, then run the same command again");
        }
    }

    private void refuseStopped(Publication publication, Staged staged, StepContext context) {
        List<String> fatal = staged.rules().entrySet().stream()
                .filter(rule -> rule.getKey().startsWith("fail:"))
                .map(rule -> rule.getKey().substring("fail:".length()) + " (" + rule.getValue() + " rows)")
                .toList();
        long total = staged.total().orElse(0);
        double ratio = total == 0 ? 0 : (double) staged.stopped() / total;
        boolean tooMany = ratio > publication.limits().maxQuarantined()
                || staged.stopped() > publication.limits().maxRows().orElse(Long.MAX_VALUE);
        if (fatal.isEmpty() && !tooMany) {
            return;
        }
        // The attempt's rejects stay there to look at, under a key of this attempt alone.
        commitQuarantine(publication, staged, context, context.key().of("refused by " + context.runId()));
        context.storage().delete(staging(context));
        String look = "nothing was published; look at the rows: sluice quarantine show " + publication.table();
        if (!fatal.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.RULE_FAILED,
                    "rows of " + publication.table() + " break rules that must hold: " + String.join(", ", fatal),
                    look);
        }
        throw new SluiceException(
                ErrorCode.TOO_MANY_REJECTS,
                String.format(
                        Locale.ROOT,
                        "%,d of %,d rows for %s would be quarantined (%.2f %%), expected at most %.2f %%%s: %s",
                        staged.stopped(),
                        total,
                        publication.table(),
                        100 * ratio,
                        100 * publication.limits().maxQuarantined(),
                        publication
                                .limits()
                                .maxRows()
                                .map(most -> String.format(Locale.ROOT, " and %,d rows", most))
                                .orElse(""),
                        staged.rules()),
                look);
    }

    private static void accountFor(TableName table, Staged staged, TableProfile profile) {
        if (staged.total().isPresent()
                && profile.rows() + staged.stopped() != staged.total().getAsLong()) {
            throw lost(
                    table,
                    staged.total().getAsLong() + " rows in, " + profile.rows() + " good, " + staged.stopped()
                            + " stopped");
        }
    }

    private void judge(Publication publication, Dataset<Row> good, TableProfile profile, StepContext context) {
        List<CheckResult> results = new ArrayList<>(checks.evaluate(
                publication.checks(), good, profile, table -> context.tables().read(context.pin(table))));
        publication.contract().ifPresent(contract -> results.addAll(ContractChecks.evaluate(contract, profile)));
        context.ledger()
                .append(
                        "profiles",
                        QualityRows.PROFILE_COLUMNS,
                        QualityRows.profile(publication.table(), profile),
                        context.key().of("publish"));
        boolean failed = !Verdicts.of(CheckResult.Status.FAIL, results).isEmpty();
        // A failed attempt is recorded as one, so that the attempt after the repair is recorded too.
        RunKey attempt = failed ? context.key().of("refused by " + context.runId()) : context.key();
        context.ledger()
                .append(
                        "checks",
                        QualityRows.CHECK_COLUMNS,
                        QualityRows.checks(publication.table(), results),
                        attempt.of("publish"));
        Verdicts.of(CheckResult.Status.WARN, results).forEach(result -> context.progress()
                .say("warning: check " + Verdicts.describe(publication.table(), result)));
        if (failed) {
            context.storage().delete(staging(context));
        }
        Verdicts.requireNoneFailed(
                publication.table(),
                results,
                "nothing was published; repair the source or the check, then run the same command again;"
                        + " all results are in the table _sluice.checks");
    }

    private static TableVersion commit(
            Publication publication, Staged staged, TableProfile profile, StepContext context) {
        context.fence().check();
        Write write = publication.write();
        Dataset<Row> rows = staged.good();
        Commit.Mode mode = new Commit.Mode.Overwrite();
        boolean sameRows = true;
        if (write instanceof Write.ReplaceInterval replace) {
            mode = new Commit.Mode.ReplaceWhere(dates(replace.by(), publication, context));
        } else if (write instanceof Write.Append) {
            mode = new Commit.Mode.Append();
        } else if (write instanceof Write.Merge merge) {
            Commit.Mode.Merge byKey = new Commit.Mode.Merge(publication.key(), merge.orderBy());
            rows = lastOfEachKey(rows, byKey);
            mode = byKey;
            sameRows = false;
        } else if (write instanceof Write.Scd2 history) {
            Optional<TableVersion> known = context.tables().latest(publication.table());
            rows = Scd2.merge(
                    known.map(context.tables()::read),
                    rows,
                    context.interval().from(),
                    publication.key(),
                    history.track());
            sameRows = false;
        }
        if (!write.partitionBy().isEmpty()) {
            // One file per partition instead of one per partition and task.
            rows = rows.repartition(columns(write.partitionBy(), StagedPublisher::column));
        }
        FaultPoint.hit("publish.commit");
        Committed done = context.tables()
                .commit(new Commit(
                        publication.table(),
                        rows,
                        mode,
                        context.key(),
                        context.fence().epoch(),
                        write.partitionBy()));
        FaultPoint.hit("publish.committed");
        if (sameRows && !done.earlier() && done.rows() >= 0 && done.rows() != profile.rows()) {
            throw lost(
                    publication.table(),
                    profile.rows() + " good rows, " + done.rows() + " committed as " + done.version());
        }
        return done.version();
    }

    private static Dataset<Row> lastOfEachKey(Dataset<Row> rows, Commit.Mode.Merge merge) {
        WindowSpec lastFirst = Window.partitionBy(columns(merge.key(), StagedPublisher::column))
                .orderBy(columns(merge.totalOrder(List.of(rows.columns())), name -> column(name)
                        .desc()));
        return rows.withColumn("__n", row_number().over(lastFirst))
                .where(col("__n").equalTo(1))
                .drop("__n");
    }

    private static Column[] columns(List<String> names, Function<String, Column> of) {
        return names.stream().map(of).toArray(Column[]::new);
    }

    private static Column column(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }

    private static Optional<TableVersion> commitQuarantine(
            Publication publication, Staged staged, StepContext context, RunKey key) {
        TableName table = publication.table().quarantine();
        String slice = dates("data_date", publication, context);
        if (!publication.hasReasons() || (staged.stopped() == 0 && isClear(table, slice, context))) {
            return Optional.empty();
        }
        context.fence().check();
        Dataset<Row> rows = staged.all()
                .where(expr(STOPPED))
                .select(
                        col(Publication.DATE).as("data_date"),
                        array_distinct(expr("transform(" + Publication.REASONS + ", r -> r.rule)"))
                                .as("rules"),
                        expr("transform(" + Publication.REASONS + ", r -> concat(r.rule, ': ', r.reason))")
                                .as("reasons"),
                        coalesce(col(Publication.RAW), lit("")).as("row"),
                        col(Publication.FILE).as("source_file"),
                        lit(context.runId()).as("run_id"),
                        lit(context.key().text()).as("run_key"),
                        lit(Timestamp.from(context.interval().from())).as("interval_from"),
                        lit(Timestamp.from(context.interval().to())).as("interval_to"));
        Committed done = context.tables()
                .commit(new Commit(
                        table,
                        rows.coalesce(1),
                        new Commit.Mode.ReplaceWhere(slice),
                        key,
                        context.fence().epoch(),
                        List.of()));
        if (!done.earlier() && done.rows() >= 0 && done.rows() != staged.stopped()) {
            throw lost(table, staged.stopped() + " stopped rows, " + done.rows() + " committed as " + done.version());
        }
        return Optional.of(done.version());
    }

    /** Whether no row of an earlier attempt is in this slice of the quarantine. */
    private static boolean isClear(TableName table, String slice, StepContext context) {
        return context.tables()
                .latest(table)
                .map(version ->
                        context.tables().read(version).where(expr(slice)).isEmpty())
                .orElse(true);
    }

    private static String dates(String column, Publication publication, StepContext context) {
        List<LocalDate> dates = publication.covers().dates(context.zone());
        return "`" + column + "` >= DATE '" + dates.get(0) + "' AND `" + column + "` <= DATE '"
                + dates.get(dates.size() - 1) + "'";
    }

    private static SluiceException lost(TableName table, String account) {
        return new SluiceException(
                ErrorCode.ROWS_LOST,
                "the rows of " + table + " do not add up: " + account,
                "this is a bug of Sluice: report it with the log of this run");
    }
}
