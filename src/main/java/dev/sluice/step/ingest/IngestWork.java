package dev.sluice.step.ingest;

import dev.sluice.config.Contract;
import dev.sluice.config.Ingest;
import dev.sluice.config.Source;
import dev.sluice.config.Step;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.pipeline.Failures;
import dev.sluice.pipeline.Publication;
import dev.sluice.pipeline.Publisher;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.ArrivingSource;
import dev.sluice.port.RowSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Makes one table from one source for an interval. */
public final class IngestWork implements Work {
    private final TableName table;
    private final Ingest ingest;
    private final Source source;
    private final RowSource rows;
    private final Optional<Contract> contract;

    /**
     * The work of one table.
     *
     * @param source the one that {@code ingest.from()} names
     * @param rows finds what the source declares
     */
    public IngestWork(TableName table, Ingest ingest, Source source, RowSource rows, Optional<Contract> contract) {
        this.table = table;
        this.ingest = ingest;
        this.source = source;
        this.rows = rows;
        this.contract = contract;
    }

    @Override
    public Step step() {
        return Step.INGEST;
    }

    @Override
    public String target() {
        return "ingest/" + table;
    }

    @Override
    public boolean adds() {
        return ingest.write() instanceof Write.Append;
    }

    /** The tables that its checks look into. */
    @Override
    public Set<TableName> reads() {
        return ingest.checks().values().stream()
                .flatMap(check -> check.tables().stream())
                .filter(other -> !other.equals(table))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(table);
    }

    @Override
    public String settings() {
        return ingest.withoutKeep() + "\n" + source + "\n" + contract;
    }

    @Override
    public StepResult run(StepContext context) {
        try {
            return ingest(context);
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.INPUT_MISSING) {
                throw e;
            }
            return absent(e, context);
        }
    }

    private StepResult ingest(StepContext context) {
        Interval covers = context.interval().extendedBack(lookback());
        RowSource.Request request =
                new RowSource.Request(context.spark(), ingest.from(), source, covers, context.zone());
        Optional<String> changed = new FilesRead(table, context).changed(rows.files(request));
        changed.ifPresent(what ->
                context.progress().say("warning: " + what + (source.read().newOnly() ? "; it is not read again" : "")));
        StepResult result = source.read().newOnly() ? arrivals(request, context) : all(request, context);
        return changed.map(what -> result.with("changed_files", what)).orElse(result);
    }

    /** All rows of the interval. */
    private StepResult all(RowSource.Request request, StepContext context) {
        RowSource.Found found = rows.read(request);
        Publisher.Published published = publish(request, found, false, context);
        StepResult result = new StepResult(
                ExitCode.OK,
                found.tables(),
                published.wrote(),
                published.rowsIn(),
                published.rowsOut(),
                published.quarantined(),
                found.facts());
        List<String> added = new DeclaredColumns(ingest.from(), source).added(found.rows());
        if (!added.isEmpty()) {
            result = result.with("added_columns", String.join(", ", added));
        }
        return published.removed() == 0 ? result : result.with("removed", Long.toString(published.removed()));
    }

    /** The rows that arrived since the last run. */
    private StepResult arrivals(RowSource.Request request, StepContext context) {
        if (!(rows instanceof ArrivingSource arriving)) {
            throw new IllegalStateException("source " + ingest.from() + " has no arrivals");
        }
        Arrivals.Sums sums = new Arrivals(table, arriving)
                .take(request, (found, batch) -> publish(request, found, true, batch), context);
        if (sums.in() < source.ready().minRows()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    sums.in() == 0
                            ? "nothing has arrived at source " + ingest.from()
                            : sums.in() + " rows have arrived at source " + ingest.from() + ", expected at least "
                                    + source.ready().minRows() + "; they are published",
                    "wait until more has arrived, or set the source's ready: {min_rows: 0}");
        }
        return new StepResult(
                ExitCode.OK,
                List.of(),
                context.tables().latest(table).stream().toList(),
                sums.in(),
                sums.out(),
                sums.quarantined(),
                Map.of("batches", Long.toString(sums.batches()), "removed", Long.toString(sums.removed())));
    }

    private Dataset<Row> declared(RowSource.Found found) {
        return new DeclaredColumns(ingest.from(), source).of(found.rows(), "source " + ingest.from());
    }

    private Publisher.Published publish(
            RowSource.Request request, RowSource.Found found, boolean arrivals, StepContext context) {
        try {
            Publisher.Published published = context.publisher()
                    .publish(
                            new Publication(
                                    table,
                                    new TypedRows(source, ingest, context.zone(), context.interval())
                                            .of(declared(found)),
                                    ingest.key(),
                                    ingest.write(),
                                    request.covers(),
                                    ingest.checks(),
                                    contract,
                                    new Publication.Limits(
                                            arrivals ? 0 : source.ready().minRows(),
                                            ingest.quarantine().maxRatio(),
                                            ingest.quarantine().maxRows()),
                                    source.evolve().type() == Source.OnType.WIDEN,
                                    arrivals ? Publication.Slice.KEY : Publication.Slice.of(ingest.write())),
                            context);
            new FilesRead(table, context).add(found.files());
            return published;
        } catch (SluiceException e) {
            throw e;
        } catch (Exception e) { // Spark throws checked ones that no signature names
            throw rows.blame(request, Optional.of(found), e).orElseGet(() -> Failures.classify(e));
        }
    }

    private Duration lookback() {
        return source.select().map(Source.Select::lookback).orElse(Duration.ZERO);
    }

    private StepResult absent(SluiceException missing, StepContext context) {
        switch (source.ready().otherwise()) {
            case SKIP -> {
                context.progress().say(target() + ": " + missing.getMessage() + "; skipped, as its source says");
                return new StepResult(
                        ExitCode.NOTHING, List.of(), List.of(), 0, 0, 0, Map.of("skipped", missing.getMessage()));
            }
            case WAIT ->
                throw new SluiceException(
                        ErrorCode.INPUT_NOT_READY,
                        missing.getMessage(),
                        "not ready yet: run the same command again later",
                        missing);
            case FAIL -> throw missing;
        }
        throw new IllegalStateException("a source is ready, or it waits, skips or fails");
    }
}
