package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.lit;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Looks after a pipeline's tables between its runs: none can begin meanwhile. */
public final class Maintainer {
    private final String pipeline;
    private final Tables tables;
    private final Storage storage;

    /** The one who looks after the tables of a pipeline. */
    public Maintainer(String pipeline, Tables tables, Storage storage) {
        this.pipeline = pipeline;
        this.tables = tables;
        this.storage = storage;
    }

    /**
     * Looks after the tables, one after the other, and removes what runs that died left in staging. Of states of profiles those go
     * that are of no newest version.
     *
     * @param done told of each table when it is done
     * @return the staging folders that were removed
     * @throws dev.sluice.core.SluiceException LEASE_HELD while a run goes on, and what {@link Tables#maintain} throws
     */
    public List<String> maintain(String runId, Map<TableName, Maintenance> how, Consumer<Maintained> done) {
        try (Lease lease = Lease.take(storage, pipeline, runId, Lease.Timing.USUAL)) {
            // Under the lease no run is alive that could own one.
            List<String> abandoned = staged();
            abandoned.forEach(folder -> {
                lease.check();
                storage.delete(folder);
            });
            // States last, since files that were joined are others than those that states were made of.
            for (boolean ofStates : new boolean[] {false, true}) {
                how.forEach((table, maintenance) -> {
                    if (TableProfiler.isOfStates(table) == ofStates) {
                        lease.check();
                        if (ofStates) {
                            forgetSuperseded(table, lease.epoch());
                        }
                        done.accept(tables.maintain(table, maintenance));
                    }
                });
            }
            return abandoned;
        }
    }

    /** Removes the states that are not of the newest version of their table: what they say can be read again. */
    private void forgetSuperseded(TableName states, long epoch) {
        Optional<TableVersion> newest = tables.latest(states);
        if (newest.isEmpty()) {
            return;
        }
        Dataset<Row> rows = tables.read(newest.get());
        String kept = rows.select("table_name").distinct().collectAsList().stream()
                .map(row -> new TableName(row.getString(0)))
                .flatMap(table -> tables.latest(table).stream())
                .flatMap(version ->
                        PartitionGroups.of(tables.partitions(version), PartitionGroups.MOST_STATES)
                                .marks()
                                .values()
                                .stream())
                .sorted()
                .collect(Collectors.joining("', '", "'", "'"));
        String superseded = "files NOT IN (" + kept + ")";
        if (!rows.where(superseded).isEmpty()) {
            tables.commit(new Commit(
                    states,
                    rows.where(lit(false)),
                    new Commit.Mode.ReplaceWhere(superseded),
                    RunKey.of(pipeline, "superseded in " + newest.get()),
                    epoch,
                    List.of()));
        }
    }

    /** Staging folders of runs that died, and of one that goes on. */
    public List<String> staged() {
        return Staging.of(pipeline, storage);
    }
}
