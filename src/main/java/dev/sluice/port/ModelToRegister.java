package dev.sluice.port;

import dev.sluice.core.RunKey;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model on its way into the registry.
 *
 * @param run id of the tracked run it came from
 * @param directory local MLmodel directory
 */
public record ModelToRegister(
        RunKey key, String name, String run, Path directory, String description, Map<String, String> tags) {
    public ModelToRegister {
        tags = Map.copyOf(tags);
    }
}
