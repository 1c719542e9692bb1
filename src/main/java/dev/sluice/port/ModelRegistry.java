package dev.sluice.port;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where runs are tracked and models are registered. Every call ends within its deadline; creates are idempotent by run
 * key: asked twice, also by two drivers, there is one.
 *
 * <p>All methods throw {@code SluiceException}: REGISTRY_UNAVAILABLE when the registry cannot be reached or does not
 * answer in time, REGISTRY_REFUSED when it answers that the request is wrong, ACCESS_DENIED when it refuses the credential.
 */
public interface ModelRegistry {
    /** Tracks a finished run: parameters, metrics, tags, dataset inputs, artifacts. Gives the run's id. */
    String track(TrackedRun run);

    /** Registers a model directory as a new version, or finds the one with its run key. */
    ModelVersion register(ModelToRegister model);

    /** A version by its number. */
    Optional<ModelVersion> version(String name, String version);

    /** The version an alias points to. */
    Optional<ModelVersion> at(String name, String alias);

    /** All versions, newest first; empty where the model is unknown. */
    List<ModelVersion> versions(String name);

    /**
     * Moves an alias by compare-and-set: only from the expected version (empty: the alias is not set), to the new one
     * (empty: remove it). Moving it where it already is does nothing.
     *
     * @throws dev.sluice.core.SluiceException ALIAS_MOVED when it points elsewhere
     */
    void moveAlias(String name, String alias, Optional<String> expected, Optional<String> to);

    /** Copies the model directory of a version to a local folder. */
    void download(ModelVersion version, Path folder);

    /** Where a person looks at the version. */
    String address(ModelVersion version);
}
