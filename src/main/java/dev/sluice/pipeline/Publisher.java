package dev.sluice.pipeline;

import dev.sluice.core.TableVersion;
import dev.sluice.stats.TableProfile;

/** Stages rows, judges them before anyone can see them, and makes them visible by one commit. */
public interface Publisher {
    /**
     * Publishes, or throws and publishes nothing.
     *
     * @throws dev.sluice.core.SluiceException CHECK_FAILED, TOO_MANY_REJECTS, and what a commit throws
     */
    Published publish(Publication publication, StepContext context);

    /**
     * What was published.
     *
     * @param profile of the published rows
     */
    record Published(TableVersion version, long rowsIn, long rowsOut, long quarantined, TableProfile profile) {}
}
