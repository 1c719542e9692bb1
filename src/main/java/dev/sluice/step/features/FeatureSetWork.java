package dev.sluice.step.features;

import dev.sluice.config.FeatureSet;
import dev.sluice.config.Step;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * Computes and publishes one interval of a version of a feature set, as {@link FeaturesWork} does, and enters it in the registry
 * of sets. The work of a version is never stale by what else is said of the set.
 */
public final class FeatureSetWork implements Work {
    private final FeatureSets.Version version;
    private final Optional<String> owner;
    private final FeaturesWork work;

    /**
     * The work of a version.
     *
     * @param owner of the pipeline, who answers for a set that names nobody
     */
    public FeatureSetWork(FeatureSets.Version version, Optional<String> owner) {
        this.version = version;
        this.owner = version.set().owner().or(() -> owner);
        this.work = new FeaturesWork(version.set());
    }

    @Override
    public Step step() {
        return work.step();
    }

    @Override
    public String target() {
        return work.target();
    }

    @Override
    public Set<TableName> reads() {
        return work.reads();
    }

    @Override
    public Set<TableName> writes() {
        return work.writes();
    }

    /** The table's name holds the version, which is all that rows depend on; checks decide whether they are published. */
    @Override
    public String settings() {
        FeatureSet set = version.set();
        return set.table() + " " + set.checks() + " " + set.write();
    }

    @Override
    public StepResult run(StepContext context) {
        finishDrop(context);
        StepResult result = work.run(context);
        TableVersion wrote = result.wrote().get(0);
        StructType columns = context.tables().read(wrote).schema();
        context.ledger()
                .append(
                        SetRegistry.KIND,
                        SetRegistry.COLUMNS,
                        SetRegistry.rows(version, owner, result, columns),
                        context.key());
        return result;
    }

    /** A version that was dropped begins anew where nothing is left of it, also when who dropped it was killed half-way. */
    private void finishDrop(StepContext context) {
        boolean dropped = context.history().all().stream()
                .filter(record -> record.target().equals(target()))
                .findFirst()
                .map(StepRecord::isDrop)
                .orElse(false);
        if (dropped) {
            context.fence().check();
            context.tables().drop(version.set().table());
        }
    }
}
