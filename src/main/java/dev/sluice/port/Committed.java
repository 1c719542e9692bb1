package dev.sluice.port;

import dev.sluice.core.TableVersion;
import java.util.Objects;

/**
 * A commit that is in its table.
 *
 * @param rows rows that it wrote
 * @param earlier whether it had landed before it was asked for
 */
public record Committed(TableVersion version, long rows, boolean earlier) {
    public Committed {
        Objects.requireNonNull(version, "version");
    }
}
