package dev.sluice.port;

import dev.sluice.core.TableName;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A table that was looked after.
 *
 * @param before the files of its newest version
 * @param after the same afterwards; an estimate after a dry run
 * @param removed files, and folders without any, that belonged to no version that is kept
 * @param wholeFrom the oldest version that the removal certainly left whole; empty when nothing was removed
 */
public record Maintained(TableName table, Size before, Size after, long removed, OptionalLong wholeFrom) {
    public Maintained {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(wholeFrom, "wholeFrom");
    }

    /** How large a version is. */
    public record Size(long files, long bytes) {}
}
