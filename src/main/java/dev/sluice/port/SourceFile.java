package dev.sluice.port;

import java.time.Instant;
import java.util.Optional;

/**
 * A file of a source as it was when it was read.
 *
 * @param path its URI
 * @param size in bytes
 * @param modified when it was last changed, by its file system
 * @param etag what an object store calls its content; empty where there is no such thing
 */
public record SourceFile(String path, long size, Instant modified, Optional<String> etag) {}
