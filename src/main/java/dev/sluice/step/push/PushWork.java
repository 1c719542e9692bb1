package dev.sluice.step.push;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Push;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.Slice;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Pushes the feature rows of an interval to one view of the online store: the newest row of each entity, unless the store has a
 * younger one. Tasks write, and the driver gets their counts. Row by row and not at once: a push that ends half-way leaves
 * some entities with their new row and the others with the one they had, and the next run pushes all of them.
 */
public final class PushWork implements Work {
    private final String name;
    private final Push push;
    private final Push.View view;
    private final FeatureTable features;
    private final OnlineStore store;

    /**
     * The work of one view.
     *
     * @param name of the view, one of {@code push}
     * @param features the table that it comes from
     */
    public PushWork(String name, Push push, FeatureTable features, OnlineStore store) {
        this.name = name;
        this.push = push;
        this.view = push.views().get(name);
        this.features = features;
        this.store = store;
    }

    @Override
    public Step step() {
        return Step.PUSH;
    }

    @Override
    public String target() {
        return step().word() + "/" + name;
    }

    @Override
    public Set<TableName> reads() {
        return Set.of(features.table());
    }

    @Override
    public Set<TableName> writes() {
        return Set.of();
    }

    @Override
    public Set<String> changes() {
        return Set.of("online " + push.project() + "/" + name + " by " + String.join(", ", view.entity()));
    }

    @Override
    public String settings() {
        return store + " " + push.project() + " " + view + " of " + features.table();
    }

    @Override
    public StepResult run(StepContext context) {
        TableVersion read = context.pin(features.table());
        Dataset<Row> table = context.tables().read(read);
        ViewRows rows = new ViewRows(push, name, table.schema());
        context.fence().check();
        Before before = before(rows.view()); // a store that is not there is told before anything is computed
        Tally tally = push(rows, slice(table, context), context);
        requireLife(before.life(), rows.view());
        Matches matches = tally.readBack();
        boolean isWrong = matches.wrong() > 0;
        context.ledger()
                .append(
                        Matches.KIND,
                        Matches.COLUMNS,
                        matches.rows(rows.view(), features.table().text(), read.version()),
                        isWrong ? context.key().of("refused by " + context.runId()) : context.key());
        if (isWrong) {
            throw new SluiceException(
                    ErrorCode.ONLINE_ROWS_DIFFER,
                    matches.wrong() + " of " + matches.rows() + " rows of view " + name
                            + " that were read back from " + store + " are not as they were pushed, in "
                            + String.join(", ", matches.wrongFeatures(rows.view())),
                    "see that nothing but Feast and Sluice writes to this database, and that it evicts nothing"
                            + " (maxmemory-policy noeviction); then run the same command again");
        }
        return new StepResult(ExitCode.OK, List.of(read), List.of(), tally.rows(), tally.pushed(), 0, tally.facts())
                .with("entities_forgotten", Integer.toString(before.forgotten()));
    }

    /** What is asked of the store before tasks write. */
    private record Before(String life, int forgotten) {}

    private Before before(OnlineView view) {
        try (OnlineStore.Session session = store.open(view)) {
            return new Before(session.life(), session.forget(System.currentTimeMillis()));
        }
    }

    /** Tasks wait for a store that restarts, and cannot tell which of their rows it still has. */
    private void requireLife(String before, OnlineView view) {
        try (OnlineStore.Session session = store.open(view)) {
            if (!session.life().equals(before)) {
                throw new SluiceException(
                        ErrorCode.ONLINE_STORE_UNAVAILABLE,
                        store + " was restarted, or replaced by another server, while view " + name
                                + " was pushed: rows that it had taken before may be gone",
                        "run the same command again, which pushes the whole interval");
            }
        }
    }

    private Tally push(ViewRows rows, Dataset<Row> table, StepContext context) {
        int cores = context.spark().sparkContext().defaultParallelism();
        // Tasks share the rate by parts that are fixed, so that together they never exceed it.
        int tasks = Math.min(cores, push.rowsPerSecond().orElse(cores));
        double rate = push.rowsPerSecond().map(all -> (double) all / tasks).orElse(Double.POSITIVE_INFINITY);
        List<Row> tallies = rows.newest(table, context.interval())
                .coalesce(tasks)
                .mapPartitions(new PushRows(store, rows.view(), rate, push.readBack()), Encoders.row(Tally.SCHEMA))
                .collectAsList();
        return Tally.sum(tallies, rows.view().features().size());
    }

    private Dataset<Row> slice(Dataset<Row> table, StepContext context) {
        return new Slice(features.write().datedBy(), context.interval(), context.zone()).of(table);
    }
}
