package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.Lineage;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drop",
        description = {
            "Removes the rows of an old version of a feature set of the pipeline; the registry keeps what it was.",
            "Refused is what the file means now, and what another set, a feature table or an online view read when it was made"
                    + " last, or a registered model was made from."
        },
        mixinStandardHelpOptions = true)
final class FeatureDropVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Parameters(
            paramLabel = "NAME@VERSION",
            description = "Set and version, as feature list has them: riders@3f2a91c0.")
    private String name;

    @Option(names = "--force", description = "Drops it even where it is needed.")
    private boolean force;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        try (Wiring wiring = Wiring.of(loaded)) {
            List<RegisteredSets.Version> versions = versions(loaded, wiring);
            versions.forEach(version -> refuseDeclared(version, loaded));
            for (RegisteredSets.Version version : versions) {
                wiring.drop(Runs.newRunId()).drop(version.table(), version.span(), force);
                Console.result(name + " is dropped, and " + version.table() + " removed");
            }
            return ExitCode.OK.code();
        }
    }

    /** More than one where the set had another table before. */
    private List<RegisteredSets.Version> versions(Loader.Loaded loaded, Wiring wiring) {
        String pipeline = loaded.pipeline().name();
        List<RegisteredSets.Version> all = RegisteredSets.of(wiring.recordTables(), Lineage.of(wiring.recordTables()));
        List<RegisteredSets.Version> named =
                all.stream().filter(version -> named(version).equals(name)).toList();
        List<RegisteredSets.Version> own = named.stream()
                .filter(version -> version.pipeline().equals(pipeline))
                .toList();
        if (named.isEmpty()) {
            List<String> known =
                    all.stream().map(FeatureDropVerb::named).distinct().toList();
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected NAME@VERSION of a feature set that was materialised in this lake, found '" + name + "'"
                            + IntervalOptions.meant(name, known),
                    known.isEmpty() ? "there is none" : "versions: " + String.join(", ", known));
        }
        if (own.isEmpty()) {
            String maker = named.get(0).pipeline();
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected a version that pipeline " + pipeline + " makes, found " + name + " of " + maker,
                    "name the file of " + maker + ": nobody else may change its tables");
        }
        return own;
    }

    private static String named(RegisteredSets.Version version) {
        return version.set() + "@" + version.version();
    }

    private void refuseDeclared(RegisteredSets.Version version, Loader.Loaded loaded) {
        if (!force && FeatureSets.of(loaded).tables().containsValue(version.table())) {
            throw new SluiceException(
                    ErrorCode.SET_IN_USE,
                    "expected an old version, found " + name + ", which the file means now",
                    "change the definition first, or say --force: the next run makes it again");
        }
    }
}
