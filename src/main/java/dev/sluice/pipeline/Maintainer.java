package dev.sluice.pipeline;

import dev.sluice.core.TableName;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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
     * Looks after the tables, one after the other, and removes what runs that died left in staging.
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
            how.forEach((table, maintenance) -> {
                lease.check();
                done.accept(tables.maintain(table, maintenance));
            });
            return abandoned;
        }
    }

    /** Staging folders of runs that died, and of one that goes on. */
    public List<String> staged() {
        return Staging.of(pipeline, storage);
    }
}
