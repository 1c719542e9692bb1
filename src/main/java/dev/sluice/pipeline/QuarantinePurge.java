package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.lit;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.RecordTables;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Removes old rows from a quarantine, under the pipeline's lease. */
public final class QuarantinePurge {
    private final String pipeline;
    private final String runId;
    private final Tables tables;
    private final RecordTables records;
    private final Storage storage;

    /** Purges of one run. */
    public QuarantinePurge(String pipeline, String runId, Tables tables, RecordTables records, Storage storage) {
        this.pipeline = pipeline;
        this.runId = runId;
        this.tables = tables;
        this.records = records;
        this.storage = storage;
    }

    /** How many rows of a table's quarantine were first stopped before an instant. */
    public long count(TableName table, Instant before) {
        long[] old = new long[1];
        records.scan(table.quarantine(), row -> {
            old[0] += row.<Timestamp>getAs("first_seen").toInstant().isBefore(before) ? 1 : 0;
            return true;
        });
        return old[0];
    }

    /**
     * Removes these rows.
     *
     * @return how many there were
     * @throws dev.sluice.core.SluiceException LEASE_HELD while the pipeline runs, and what a commit throws
     */
    public long remove(TableName table, Instant before) {
        try (Lease lease = Lease.take(storage, pipeline, runId, Lease.Timing.USUAL)) {
            long old = count(table, before);
            Optional<TableVersion> newest = tables.latest(table.quarantine());
            if (old > 0 && newest.isPresent()) {
                tables.commit(new Commit(
                        table.quarantine(),
                        tables.read(newest.get()).where(lit(false)),
                        new Commit.Mode.ReplaceWhere("first_seen < TIMESTAMP '" + before + "'"),
                        RunKey.of(pipeline, "purge/" + table + "/" + before),
                        lease.epoch(),
                        List.of()));
            }
            return old;
        }
    }
}
