package dev.sluice.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A registered model version.
 *
 * @param version its number, as the registry writes it
 * @param run id of the run it came from
 * @param source where its files are, as the registry writes it
 */
public record ModelVersion(
        String name,
        String version,
        String run,
        String source,
        Map<String, String> tags,
        List<String> aliases,
        Instant created) {
    public ModelVersion {
        tags = Map.copyOf(tags);
        aliases = List.copyOf(aliases);
    }

    /** {@code flights-delay/3}. */
    @Override
    public String toString() {
        return name + "/" + version;
    }
}
