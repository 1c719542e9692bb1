package dev.sluice.pipeline;

import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.RecordTables;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.util.List;

/**
 * Drops tables that the pipeline's step features made, under its lease. First the records say that the rows are gone, then the
 * files go: killed in between, nobody counts on what is half removed, and the same command, or the work that makes the table anew,
 * removes the rest.
 */
public final class TableDrop {
    private final String pipeline;
    private final String runId;
    private final Tables tables;
    private final RecordTables records;
    private final Storage storage;
    private final String code;

    /**
     * Drops of one run.
     *
     * @param code version of Sluice, for the records
     */
    public TableDrop(String pipeline, String runId, Tables tables, RecordTables records, Storage storage, String code) {
        this.pipeline = pipeline;
        this.runId = runId;
        this.tables = tables;
        this.records = records;
        this.storage = storage;
        this.code = code;
    }

    /**
     * Drops a table; one that was dropped before is no error.
     *
     * @param span of data time that is known to be in it
     * @param force whether it goes even where it is needed
     * @throws SluiceException SET_IN_USE naming who needs it, LEASE_HELD while the pipeline runs
     */
    public void drop(TableName table, Interval span, boolean force) {
        try (Lease lease = Lease.take(storage, pipeline, runId, Lease.Timing.USUAL)) {
            List<String> needing = Lineage.of(records).needing(table);
            if (!force && !needing.isEmpty()) {
                throw new SluiceException(
                        ErrorCode.SET_IN_USE,
                        "expected a version that nobody needs, found " + table + " used by "
                                + String.join(", ", needing),
                        "drop or change these first, or say --force: what they hold can then not be made again");
            }
            new LakeRecords(records, pipeline, runId, lease).drop(Step.FEATURES.word() + "/" + table, span, code);
            FaultPoint.hit("drop.recorded");
            lease.check();
            tables.drop(table);
        }
    }
}
