package dev.sluice.step.push;

import dev.sluice.config.Features;
import dev.sluice.config.Push;
import dev.sluice.config.Step;
import dev.sluice.config.Write;
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
import java.util.List;
import java.util.Optional;
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
    private final Features features;
    private final OnlineStore store;

    /**
     * The work of one view.
     *
     * @param name of the view, one of {@code push}
     */
    public PushWork(String name, Push push, Features features, OnlineStore store) {
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
        return store + " " + push.project() + " " + view;
    }

    @Override
    public StepResult run(StepContext context) {
        TableVersion read = context.pin(features.table());
        Dataset<Row> table = context.tables().read(read);
        ViewRows rows = new ViewRows(push, name, table.schema());
        store.open(rows.view()).close(); // one that is not there is told before anything is computed
        context.fence().check();
        Tally tally = push(rows, slice(table, context), context);
        if (tally.differing() > 0) {
            throw new SluiceException(
                    ErrorCode.ONLINE_ROWS_DIFFER,
                    tally.differing() + " of " + tally.readBack() + " rows of view " + name
                            + " that were read back from " + store + " are not as they were pushed, in "
                            + String.join(", ", tally.features()),
                    "see that nothing but Feast and Sluice writes to this database, and that it evicts nothing"
                            + " (maxmemory-policy noeviction); then run the same command again");
        }
        return new StepResult(ExitCode.OK, List.of(read), List.of(), tally.rows(), tally.pushed(), 0, tally.facts());
    }

    private Tally push(ViewRows rows, Dataset<Row> table, StepContext context) {
        int cores = context.spark().sparkContext().defaultParallelism();
        // Tasks share the rate by parts that are fixed, so that together they never exceed it.
        int tasks = Math.min(cores, push.rowsPerSecond().orElse(cores));
        double rate = push.rowsPerSecond().map(all -> (double) all / tasks).orElse(Double.POSITIVE_INFINITY);
        return Tally.sum(rows.newest(table)
                .coalesce(tasks)
                .mapPartitions(new PushRows(store, rows.view(), rate), Encoders.row(Tally.SCHEMA))
                .collectAsList());
    }

    private Dataset<Row> slice(Dataset<Row> table, StepContext context) {
        Optional<String> by = features.write() instanceof Write.ReplaceInterval replace
                ? Optional.of(replace.by())
                : Optional.empty();
        return new Slice(by, context.interval(), context.zone()).of(table);
    }
}
