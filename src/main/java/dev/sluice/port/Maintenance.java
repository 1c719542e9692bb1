package dev.sluice.port;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a table is looked after.
 *
 * @param targetBytes size of the files that smaller ones are joined to
 * @param zorder columns whose near values are brought together, by writing all files anew; when empty, small files are joined
 *     and the others stay
 * @param keep how long a file that is no longer part of the table stays for readers of earlier versions; when empty, files and
 *     log stay for ever
 * @param dryRun whether nothing is done, and what would be is estimated
 */
public record Maintenance(long targetBytes, List<String> zorder, Optional<Duration> keep, boolean dryRun) {
    /** A file may belong to a commit that is still being made, or to a version that is still being read, for so long. */
    public static final Duration SHORTEST_KEEP = Duration.ofDays(7);

    /** Small files are joined, and every version stays readable. */
    public static final Maintenance JOIN = new Maintenance(128L << 20, List.of(), Optional.empty(), false);

    public Maintenance {
        zorder = List.copyOf(zorder);
        Objects.requireNonNull(keep, "keep");
        if (targetBytes < 1) {
            throw new IllegalArgumentException("a file has at least one byte, found " + targetBytes);
        }
        if (keep.isPresent() && keep.get().compareTo(SHORTEST_KEEP) < 0) {
            throw new IllegalArgumentException(
                    "files are kept for at least " + SHORTEST_KEEP + ", found " + keep.get());
        }
    }
}
