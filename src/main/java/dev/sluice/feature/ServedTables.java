package dev.sluice.feature;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Loader;
import dev.sluice.config.Push;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.util.stream.Stream;

/** The tables whose features a pipeline serves online. */
public final class ServedTables {
    private ServedTables() {}

    /**
     * The table that a view comes from: of a feature set, of this pipeline or one that it uses, at the version that is meant now; or
     * the feature table.
     *
     * @throws SluiceException PLAN_INVALID as {@link FeatureSets#of} does
     */
    public static FeatureTable of(Loader.Loaded loaded, Push.View view) {
        FeatureSets sets = FeatureSets.of(loaded);
        if (view.from().isPresent()) {
            return set(loaded, sets, view.from().get());
        }
        return sets.resolved(loaded.pipeline().features().orElseThrow());
    }

    private static FeatureTable set(Loader.Loaded loaded, FeatureSets sets, TableName declared) {
        return Stream.concat(
                        sets.own().stream(),
                        loaded.used().stream().flatMap(other -> FeatureSets.of(other).own().stream()))
                .filter(version -> version.declared().equals(declared))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "no feature set makes the table " + declared + ", which push takes",
                        "declare it under feature_sets, or name its file under uses_sets"))
                .set();
    }
}
