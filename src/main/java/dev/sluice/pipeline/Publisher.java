package dev.sluice.pipeline;

import dev.sluice.core.TableVersion;
import dev.sluice.stats.TableProfile;
import java.util.List;

/** Stages rows, judges them before anyone can see them, and makes them visible by one commit. */
public interface Publisher {
    /**
     * Publishes, or throws and publishes nothing.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MISSING with fewer rows than the limit, RULE_FAILED,
     *     TOO_MANY_REJECTS, CHECK_FAILED, and what a commit throws
     */
    Published publish(Publication publication, StepContext context);

    /**
     * What was published.
     *
     * @param wrote the table's version, and the quarantine's where it was written
     * @param removed good rows that a declared rule left out; in = out + quarantined + removed
     * @param profile of the published rows
     */
    record Published(
            List<TableVersion> wrote, long rowsIn, long rowsOut, long quarantined, long removed, TableProfile profile) {
        public Published {
            wrote = List.copyOf(wrote);
        }

        /** The version of the published table. */
        public TableVersion version() {
            return wrote.get(0);
        }
    }
}
