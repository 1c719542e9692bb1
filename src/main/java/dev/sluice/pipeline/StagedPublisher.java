package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Columns;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.frame.FatePass;
import dev.sluice.frame.ParquetFolder;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Draft;
import dev.sluice.port.Judged;
import dev.sluice.quality.MetricRows;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.TableVerdicts;
import dev.sluice.quality.Verdicts;
import dev.sluice.stats.TableProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Publishes rows that nobody can see before they are judged. One pass computes them, writes the good ones as files that
 * no version of their table has, puts the stopped ones aside and profiles what it writes; the files become visible by one
 * commit, without being copied. Rows that are to be merged with those that are there wait in a staging folder instead,
 * which nobody reads but this and which is removed when the commit has landed.
 */
public final class StagedPublisher implements Publisher {
    /** What only stopped rows keep. */
    private static final List<String> ASIDE =
            List.of(Publication.REASONS, Publication.RAW, Publication.ORIGIN, Publication.POSITION, Publication.DATE);

    private final CheckEngine checks;

    /** A publisher. */
    public StagedPublisher(CheckEngine checks) {
        this.checks = checks;
    }

    @Override
    public Published publish(Publication publication, StepContext context) {
        Staged staged = stage(publication, context);
        List<CheckResult> verdicts;
        try {
            verdicts = judge(publication, staged, context);
        } catch (SluiceException refused) {
            staged.forget(context);
            throw refused;
        }
        FatePass.Fates fates = staged.fates();
        List<TableVersion> wrote = new ArrayList<>();
        wrote.add(commit(publication, staged, context));
        remember(publication, verdicts, context);
        new QuarantineRows(publication, context)
                .commit(fates.aside(), fates.stopped(), context.key().of("quarantine"))
                .ifPresent(wrote::add);
        context.storage().delete(stagings(context));
        return new Published(wrote, fates.total(), fates.good(), fates.stopped(), fates.removed(), fates.profile());
    }

    /**
     * Rows that are computed and not yet visible.
     *
     * @param draft the good ones as files of their table; empty where they wait in the staging folder, to be merged with
     *     what is there
     * @param good the good ones, to be read again
     */
    private record Staged(Optional<Draft> draft, Dataset<Row> good, FatePass.Fates fates) {
        void forget(StepContext context) {
            draft.ifPresent(Draft::discard);
            context.storage().delete(stagings(context));
        }
    }

    private static Staged stage(Publication publication, StepContext context) {
        String folder = context.storage().location(staging(context));
        FatePass pass = new FatePass(fated(publication), ASIDE, folder + "/stopped");
        Optional<Draft> draft = plain(publication, context)
                .flatMap(mode -> context.tables().draft(commit(publication, pass.good(), mode, context)));
        String staged = folder + "/good";
        if (draft.isEmpty()) {
            pass.good().write().mode(SaveMode.Overwrite).parquet(staged);
        }
        FaultPoint.hit("publish.staged");
        FatePass.Fates fates = pass.fates();
        long written = draft.map(Draft::count).orElseGet(() -> ParquetFolder.rows(context.spark(), staged));
        if (written != fates.good()) {
            throw lost(publication.table(), fates.good() + " good rows, " + written + " written");
        }
        Dataset<Row> good = draft.map(Draft::rows)
                .orElseGet(() ->
                        context.spark().read().schema(pass.good().schema()).parquet(staged));
        return new Staged(draft, good, fates);
    }

    /** The rows with what becomes of each. */
    private static Dataset<Row> fated(Publication publication) {
        if (!publication.hasReasons()) {
            return publication.rows();
        }
        return publication
                .rows()
                // The text is kept for rows that are stopped alone.
                .withColumn(Publication.RAW, when(expr(Publication.IS_STOPPED), col(Publication.RAW)))
                .withColumn(
                        FatePass.FATE,
                        when(expr(Publication.IS_STOPPED), FatePass.STOPPED)
                                .when(col(Publication.REMOVED), FatePass.REMOVED)
                                .otherwise(FatePass.GOOD))
                .withColumn(
                        FatePass.TALLY,
                        when(
                                expr(Publication.IS_STOPPED),
                                expr("transform(" + Publication.REASONS + ", r -> r.action || ':' || r.rule)")))
                .drop(Publication.REMOVED);
    }

    /** How rows are added that need no look at those that are there; empty for the other ways. */
    private static Optional<Commit.Mode> plain(Publication publication, StepContext context) {
        Write write = publication.write();
        if (write instanceof Write.ReplaceInterval replace) {
            return Optional.of(new Commit.Mode.ReplaceWhere(publication.dates(replace.by(), context.zone())));
        }
        if (write instanceof Write.Append) {
            return Optional.of(new Commit.Mode.Append());
        }
        return write instanceof Write.Overwrite ? Optional.of(new Commit.Mode.Overwrite()) : Optional.empty();
    }

    /** Of this driver alone: one that lost its lease may be writing still. */
    private static String staging(StepContext context) {
        return stagings(context) + "/" + context.fence().epoch();
    }

    /** Of all drivers that tried. */
    private static String stagings(StepContext context) {
        return Staging.of(context.pipeline(), context.key());
    }

    /** The verdicts on the rows; throws when they may not be published. */
    private List<CheckResult> judge(Publication publication, Staged staged, StepContext context) {
        refuseStopped(publication, staged.fates(), context);
        refuseTooFew(publication, staged.fates().total());
        return check(publication, staged, context);
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

    private static void refuseStopped(Publication publication, FatePass.Fates fates, StepContext context) {
        List<String> fatal = fates.tally().entrySet().stream()
                .filter(rule -> rule.getKey().startsWith("fail:"))
                .map(rule -> rule.getKey().substring("fail:".length()) + " (" + rule.getValue() + " rows)")
                .toList();
        long total = fates.total();
        long stopped = fates.stopped();
        double ratio = total == 0 ? 0 : (double) stopped / total;
        boolean tooMany = ratio > publication.limits().maxQuarantined()
                || stopped > publication.limits().maxRows().orElse(Long.MAX_VALUE);
        if (fatal.isEmpty() && !tooMany) {
            return;
        }
        // The attempt's rejects stay there to look at, under a key of this attempt alone.
        new QuarantineRows(publication, context)
                .commit(fates.aside(), stopped, context.key().of("refused by " + context.runId()));
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
                        stopped,
                        total,
                        publication.table(),
                        100 * ratio,
                        100 * publication.limits().maxQuarantined(),
                        publication
                                .limits()
                                .maxRows()
                                .map(most -> String.format(Locale.ROOT, " and %,d rows", most))
                                .orElse(""),
                        fates.tally()),
                look);
    }

    private List<CheckResult> check(Publication publication, Staged staged, StepContext context) {
        TableProfile profile = staged.fates().profile();
        List<CheckResult> results = TableVerdicts.of(
                publication.checks(),
                publication.contract(),
                checks,
                new Judged(
                        staged.good(),
                        profile,
                        publication.key(),
                        Set.of(),
                        context.interval(),
                        context.zone(),
                        table -> context.tables().read(context.pin(table)),
                        new EarlierMetrics(
                                context.history(), publication.table(), false, context.interval(), context.zone())));
        boolean failed = !Verdicts.of(CheckResult.Status.FAIL, results).isEmpty();
        // A failed attempt is recorded as one, so that the attempt after the repair is recorded too.
        RunKey attempt = failed ? context.key().of("refused by " + context.runId()) : context.key();
        context.ledger()
                .append(
                        "profiles",
                        QualityRows.PROFILE_COLUMNS,
                        QualityRows.profile(publication.table(), profile),
                        attempt.of("publish"));
        context.ledger()
                .append(
                        "checks",
                        QualityRows.CHECK_COLUMNS,
                        QualityRows.checks(publication.table(), results),
                        attempt.of("publish"));
        Verdicts.of(CheckResult.Status.WARN, results).forEach(result -> context.progress()
                .say("warning: check " + Verdicts.describe(publication.table(), result)));
        Verdicts.requireNoneFailed(
                publication.table(),
                results,
                "nothing was published; repair the source or the check, then run the same command again;"
                        + " all results are in the table _sluice.checks");
        return results;
    }

    /** Keeps what was measured of rows that are published now: the next intervals are compared with it. */
    private static void remember(Publication publication, List<CheckResult> verdicts, StepContext context) {
        context.ledger()
                .append(
                        MetricRows.KIND,
                        MetricRows.COLUMNS,
                        MetricRows.of(publication.table(), null, verdicts, Instant.now()),
                        context.key().of("publish"));
    }

    private static TableVersion commit(Publication publication, Staged staged, StepContext context) {
        context.fence().check();
        widen(publication, staged.good().schema(), context);
        FaultPoint.hit("publish.commit");
        Committed done = staged.draft().map(Draft::commit).orElseGet(() -> context.tables()
                .commit(withThoseThere(publication, staged.good(), context)));
        FaultPoint.hit("publish.committed");
        long good = staged.fates().good();
        if (plain(publication, context).isPresent() && !done.earlier() && done.rows() >= 0 && done.rows() != good) {
            throw lost(publication.table(), good + " good rows, " + done.rows() + " committed as " + done.version());
        }
        return done.version();
    }

    /** The commit of rows that wait in the staging folder. */
    private static Commit withThoseThere(Publication publication, Dataset<Row> rows, StepContext context) {
        Write write = publication.write();
        if (write instanceof Write.Merge merge) {
            Commit.Mode.Merge byKey = new Commit.Mode.Merge(publication.key(), merge.orderBy());
            return commit(publication, lastOfEachKey(rows, byKey), byKey, context);
        }
        if (write instanceof Write.Scd2 history) {
            return commit(
                    publication, history(publication, history, rows, context), new Commit.Mode.Overwrite(), context);
        }
        return commit(publication, rows, plain(publication, context).orElseThrow(), context);
    }

    private static Commit commit(Publication publication, Dataset<Row> rows, Commit.Mode mode, StepContext context) {
        return new Commit(
                publication.table(),
                inFewFiles(publication, rows, context),
                mode,
                context.key(),
                context.fence().epoch(),
                publication.write().partitionBy());
    }

    /** One file per partition, or several where it is large, instead of one per partition and task. */
    private static Dataset<Row> inFewFiles(Publication publication, Dataset<Row> rows, StepContext context) {
        List<String> partitionBy = publication.write().partitionBy();
        boolean onePartition = publication.write() instanceof Write.ReplaceInterval replace
                && partitionBy.equals(List.of(replace.by()))
                && publication.covers().dates(context.zone()).size() == 1;
        return partitionBy.isEmpty() || onePartition ? rows : Columns.rebalanced(rows, partitionBy);
    }

    private static Dataset<Row> history(
            Publication publication, Write.Scd2 write, Dataset<Row> rows, StepContext context) {
        TableName table = publication.table();
        Optional<Dataset<Row>> known = context.tables().latest(table).map(context.tables()::read);
        if (write.since().isPresent()) {
            return Scd2.with(known, rows, write.since().get(), publication.key());
        }
        Instant at = context.interval().from();
        Optional<Instant> next = context.history().all().stream()
                .filter(record -> record.result().wrote().stream()
                        .anyMatch(version -> version.table().equals(table)))
                .map(record -> record.interval().from())
                .filter(start -> start.isAfter(at))
                .min(Instant::compareTo);
        return Scd2.with(
                known,
                rows,
                new Scd2.Snapshot(at, next, publication.key(), write.track(), write.deletes() == Write.Deletes.CLOSE));
    }

    private static Dataset<Row> lastOfEachKey(Dataset<Row> rows, Commit.Mode.Merge merge) {
        WindowSpec lastFirst = Window.partitionBy(columns(merge.key(), name -> col(Columns.quoted(name))))
                .orderBy(columns(merge.totalOrder(List.of(rows.columns())), name -> col(Columns.quoted(name))
                        .desc()));
        return rows.withColumn("__n", row_number().over(lastFirst))
                .where(col("__n").equalTo(1))
                .drop("__n");
    }

    private static Column[] columns(List<String> names, Function<String, Column> of) {
        return names.stream().map(of).toArray(Column[]::new);
    }

    /** Columns of the table that hold less than the new rows need are widened first, or the rows refused. */
    private static void widen(Publication publication, StructType rows, StepContext context) {
        Optional<TableVersion> newest = context.tables().latest(publication.table());
        if (newest.isEmpty() || publication.write() instanceof Write.Overwrite) {
            return;
        }
        StructType there = context.tables().read(newest.get()).schema();
        StructType wide = new StructType();
        List<String> narrow = new ArrayList<>();
        for (StructField field : rows.fields()) {
            int at = DeclaredColumns.indexOf(there, field.name());
            if (at < 0 || there.apply(at).dataType().equals(field.dataType())) {
                continue;
            }
            String change = field.name() + " as " + there.apply(at).dataType().catalogString() + ", the rows have "
                    + field.dataType().catalogString();
            if (!publication.widens()
                    || !DeclaredColumns.holds(field.dataType(), there.apply(at).dataType())) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "table " + publication.table() + " has " + change,
                        "give the column its old type or another name, or allow evolve: {type: widen} where the new type"
                                + " holds every value of the old one");
            }
            narrow.add(change);
            wide = wide.add(there.apply(at).name(), field.dataType());
        }
        if (!narrow.isEmpty()) {
            context.progress().say("widening " + publication.table() + ": " + String.join("; ", narrow));
            context.tables()
                    .widen(
                            publication.table(),
                            wide,
                            context.key().of("widen"),
                            context.fence().epoch());
        }
    }

    static SluiceException lost(TableName table, String account) {
        return new SluiceException(
                ErrorCode.ROWS_LOST,
                "the rows of " + table + " do not add up: " + account,
                "this is a bug of Sluice: report it with the log of this run");
    }
}
