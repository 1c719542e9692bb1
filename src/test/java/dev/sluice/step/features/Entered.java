package dev.sluice.step.features;

import dev.sluice.core.RunKey;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.Ledger;
import dev.sluice.pipeline.StepResult;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** A version in the registry of feature sets, as the work of a set enters it. */
public final class Entered {
    private Entered() {}

    /** Enters a version that a result was about. */
    public static void into(
            Ledger ledger, FeatureSets.Version version, String owner, StepResult result, StructType columns) {
        ledger.append(
                SetRegistry.KIND,
                SetRegistry.COLUMNS,
                SetRegistry.rows(version, Optional.of(owner), result, columns),
                RunKey.of("test", result.wrote().toString()));
    }
}
