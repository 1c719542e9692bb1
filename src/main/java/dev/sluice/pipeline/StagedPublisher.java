package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
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
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.frame.ParquetFolder;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.quality.ContractChecks;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.Verdicts;
import dev.sluice.stats.TableProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 * Publishes by way of a staging folder of its own: rows are computed once, written as Parquet under the run key, profiled
 * by one scan of that, judged, and copied into the table by one commit. Nobody reads the staging folder but this; it is
 * removed when the commit has landed.
 */
public final class StagedPublisher implements Publisher {
    /** What becomes of a row: the staging folder has one folder for each. */
    private static final String FATE = "__fate";

    private static final String GOOD = "good";
    private static final String STOPPED = "stopped";
    private static final String REMOVED = "removed";

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
        if (profile.rows() != staged.counts().good()) {
            throw lost(
                    publication.table(),
                    staged.counts().good() + " good rows written, " + profile.rows() + " read again");
        }
        refuseTooFew(publication, staged.counts().total());
        judge(publication, staged.good(), profile, context);
        List<TableVersion> wrote = new ArrayList<>();
        wrote.add(commit(publication, staged, context));
        new QuarantineRows(publication, context)
                .commit(
                        staged.stopped(),
                        staged.counts().stopped(),
                        context.key().of("quarantine"))
                .ifPresent(wrote::add);
        context.storage().delete(stagings(context));
        Counts counts = staged.counts();
        return new Published(wrote, counts.total(), counts.good(), counts.stopped(), counts.removed(), profile);
    }

    /** Rows by their fate, as the tasks that wrote them counted them: from the footers of their files. */
    private record Counts(long good, long stopped, long removed) {
        long total() {
            return good + stopped + removed;
        }
    }

    /**
     * Rows that are computed and not yet visible.
     *
     * @param rules of the stopped rows, how many each rule judged, by {@code action:rule}
     */
    private record Staged(Dataset<Row> good, Dataset<Row> stopped, Counts counts, Map<String, Long> rules) {}

    private static Staged stage(Publication publication, StepContext context) {
        String folder = context.storage().location(staging(context));
        if (!publication.hasReasons()) {
            publication.rows().write().mode(SaveMode.Overwrite).parquet(folder);
            FaultPoint.hit("publish.staged");
            Dataset<Row> good = read(context, publication.rows().schema(), folder);
            return new Staged(
                    good, good.limit(0), new Counts(ParquetFolder.rows(context.spark(), folder), 0, 0), Map.of());
        }
        Dataset<Row> rows = publication
                .rows()
                // The text is kept for rows that are stopped or warned of alone.
                .withColumn(Publication.RAW, when(expr("size(" + Publication.REASONS + ") > 0"), col(Publication.RAW)))
                .withColumn(
                        FATE,
                        when(expr(Publication.IS_STOPPED), STOPPED)
                                .when(col(Publication.REMOVED), REMOVED)
                                .otherwise(GOOD));
        rows.write().mode(SaveMode.Overwrite).partitionBy(FATE).parquet(folder);
        FaultPoint.hit("publish.staged");
        Counts counts = new Counts(
                counted(context, folder, GOOD), counted(context, folder, STOPPED), counted(context, folder, REMOVED));
        Dataset<Row> all = read(context, rows.schema(), folder);
        Dataset<Row> stopped = all.where(col(FATE).equalTo(STOPPED)).drop(FATE);
        Map<String, Long> rules = new TreeMap<>();
        if (counts.stopped() > 0) {
            stopped.select(explode(col(Publication.REASONS)).as("r"))
                    .groupBy("r.action", "r.rule")
                    .count()
                    .collectAsList()
                    .forEach(row -> rules.put(row.getString(0) + ":" + row.getString(1), row.getLong(2)));
        }
        Dataset<Row> good = all.where(col(FATE).equalTo(GOOD))
                .drop(
                        FATE,
                        Publication.REASONS,
                        Publication.RAW,
                        Publication.ORIGIN,
                        Publication.POSITION,
                        Publication.DATE,
                        Publication.REMOVED);
        return new Staged(good, stopped, counts, rules);
    }

    private static Dataset<Row> read(StepContext context, StructType columns, String folder) {
        return context.spark().read().schema(columns).parquet(folder);
    }

    private static long counted(StepContext context, String folder, String fate) {
        return ParquetFolder.rows(context.spark(), folder + "/" + FATE + "=" + fate);
    }

    /** Of this driver alone: one that lost its lease may be writing still. */
    private static String staging(StepContext context) {
        return stagings(context) + "/" + context.fence().epoch();
    }

    /** Of all drivers that tried. */
    private static String stagings(StepContext context) {
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
        long total = staged.counts().total();
        long stopped = staged.counts().stopped();
        double ratio = total == 0 ? 0 : (double) stopped / total;
        boolean tooMany = ratio > publication.limits().maxQuarantined()
                || stopped > publication.limits().maxRows().orElse(Long.MAX_VALUE);
        if (fatal.isEmpty() && !tooMany) {
            return;
        }
        // The attempt's rejects stay there to look at, under a key of this attempt alone.
        new QuarantineRows(publication, context)
                .commit(
                        staged.stopped(),
                        staged.counts().stopped(),
                        context.key().of("refused by " + context.runId()));
        context.storage().delete(stagings(context));
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
                        staged.rules()),
                look);
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
            context.storage().delete(stagings(context));
        }
        Verdicts.requireNoneFailed(
                publication.table(),
                results,
                "nothing was published; repair the source or the check, then run the same command again;"
                        + " all results are in the table _sluice.checks");
    }

    private static TableVersion commit(Publication publication, Staged staged, StepContext context) {
        context.fence().check();
        widen(publication, staged.good().schema(), context);
        Write write = publication.write();
        Dataset<Row> rows = staged.good();
        Commit.Mode mode = new Commit.Mode.Overwrite();
        boolean sameRows = true;
        if (write instanceof Write.ReplaceInterval replace) {
            mode = new Commit.Mode.ReplaceWhere(publication.dates(replace.by(), context.zone()));
        } else if (write instanceof Write.Append) {
            mode = new Commit.Mode.Append();
        } else if (write instanceof Write.Merge merge) {
            Commit.Mode.Merge byKey = new Commit.Mode.Merge(publication.key(), merge.orderBy());
            rows = lastOfEachKey(rows, byKey);
            mode = byKey;
            sameRows = false;
        } else if (write instanceof Write.Scd2 history) {
            rows = history(publication, history, rows, context);
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
        if (sameRows
                && !done.earlier()
                && done.rows() >= 0
                && done.rows() != staged.counts().good()) {
            throw lost(
                    publication.table(),
                    staged.counts().good() + " good rows, " + done.rows() + " committed as " + done.version());
        }
        return done.version();
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
