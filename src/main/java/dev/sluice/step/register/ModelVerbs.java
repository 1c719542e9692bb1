package dev.sluice.step.register;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelVersion;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a person does with the versions of a pipeline's model. */
public final class ModelVerbs {
    private final ModelRegistry registry;
    private final String name;
    private final Champion champion;

    /**
     * Verbs of one model.
     *
     * @param name of the registered model
     */
    public ModelVerbs(ModelRegistry registry, String name) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.name = Objects.requireNonNull(name, "name");
        this.champion = new Champion(registry, name);
    }

    /**
     * A version and where to look at it.
     *
     * @param address of its page
     */
    public record Shown(ModelVersion version, String address) {}

    /**
     * What became of the alias {@code champion}: the version it pointed to, if any, and the one it points to.
     */
    public record Moved(Optional<String> from, ModelVersion to) {
        /** What the new champion's gates said, where that was not a pass. */
        public Optional<String> stopped() {
            return "pass".equals(to.tags().get("sluice.verdict"))
                    ? Optional.empty()
                    : Optional.ofNullable(to.tags().get("sluice.gates"));
        }
    }

    /** All versions, newest first. */
    public List<ModelVersion> list() {
        return registry.versions(name);
    }

    /**
     * One version.
     *
     * @param version its number, or an alias
     * @throws SluiceException MODEL_MISSING when there is none
     */
    public Shown show(String version) {
        ModelVersion found = registry.version(name, version)
                .or(() -> registry.at(name, version))
                .orElseThrow(() -> missing("version or alias " + version));
        return new Shown(found, registry.address(found));
    }

    /**
     * Makes a version the champion; the champion of now becomes the previous one.
     *
     * @param version its number
     * @throws SluiceException MODEL_MISSING when there is none; ALIAS_MOVED when somebody else promotes at the same moment
     */
    public Moved promote(String version) {
        ModelVersion promoted = registry.version(name, version).orElseThrow(() -> missing("version " + version));
        Optional<String> from = champion.version();
        champion.promote(version, from);
        return new Moved(from, promoted);
    }

    /**
     * Makes the previous version the champion again.
     *
     * @throws SluiceException MODEL_MISSING when there is no previous one
     */
    public Moved rollback() {
        String previous = champion.previous()
                .orElseThrow(
                        () -> new SluiceException(
                                ErrorCode.MODEL_MISSING,
                                "model " + name + " has no version with the alias " + Champion.PREVIOUS
                                        + " to go back to",
                                "choose one yourself: sluice model list shows what there is, sluice model promote VERSION makes it the champion"));
        Optional<String> from = champion.version();
        champion.restore(previous);
        return new Moved(from, registry.version(name, previous).orElseThrow(() -> missing("version " + previous)));
    }

    private SluiceException missing(String what) {
        return new SluiceException(
                ErrorCode.MODEL_MISSING, "model " + name + " has no " + what, "sluice model list shows what there is");
    }
}
