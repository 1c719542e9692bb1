package dev.sluice.step.register;

import dev.sluice.model.Evaluation;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelVersion;
import java.util.Optional;

/** The champion of one model: the version that alias {@code champion} points to; the one before it is {@code previous}. */
final class Champion {
    static final String ALIAS = Evaluation.CHAMPION;
    static final String PREVIOUS = "previous";

    private final ModelRegistry registry;
    private final String name;

    Champion(ModelRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
    }

    /** Its number; empty when there is none. */
    Optional<String> version() {
        return number(ALIAS);
    }

    Optional<String> previous() {
        return number(PREVIOUS);
    }

    /**
     * Makes a version the champion and the expected one the previous, in the order that leaves a way back at any moment. A version
     * that is champion already stays.
     *
     * @throws dev.sluice.core.SluiceException ALIAS_MOVED when another version is champion than expected; nothing has moved
     */
    void promote(String version, Optional<String> expected) {
        Optional<String> now = version();
        if (now.equals(Optional.of(version))) {
            return;
        }
        if (now.isPresent() && now.equals(expected)) {
            registry.moveAlias(name, PREVIOUS, previous(), expected);
        }
        registry.moveAlias(name, ALIAS, expected, Optional.of(version));
    }

    /** Makes the previous version the champion; then there is no previous one. */
    void restore(String previous) {
        registry.moveAlias(name, ALIAS, version(), Optional.of(previous));
        registry.moveAlias(name, PREVIOUS, Optional.of(previous), Optional.empty());
    }

    private Optional<String> number(String alias) {
        return registry.at(name, alias).map(ModelVersion::version);
    }
}
