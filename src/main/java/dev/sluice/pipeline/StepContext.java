package dev.sluice.pipeline;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.time.ZoneId;
import org.apache.spark.sql.SparkSession;

/**
 * What a unit of work is given.
 *
 * @param pipeline the pipeline's name
 * @param runId the orchestrator's name for this run
 * @param key the key that every commit of this work carries, directly or by {@link RunKey#of(String)}
 * @param fence asked before every side effect outside of a commit
 * @param history records of work done, in this run and before
 */
public record StepContext(
        SparkSession spark,
        String pipeline,
        ZoneId zone,
        Interval interval,
        String runId,
        RunKey key,
        Fence fence,
        Tables tables,
        Storage storage,
        Publisher publisher,
        Ledger ledger,
        History history,
        Progress progress) {

    /** The same, for work of the pipeline whose outputs depend on neither interval nor settings: a name that is its alone. */
    public StepContext of(String work) {
        return new StepContext(
                spark,
                pipeline,
                zone,
                interval,
                runId,
                RunKey.of(pipeline, work),
                fence,
                tables,
                storage,
                publisher,
                ledger,
                history,
                progress);
    }

    /**
     * The newest version of a table that a step reads.
     *
     * @throws SluiceException INPUT_MISSING when there is no such table
     */
    public TableVersion pin(TableName table) {
        return tables.latest(table)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "table " + table + " does not exist at " + tables.location(table),
                        "run the step that makes it first, or check the name and the lake's root"));
    }
}
