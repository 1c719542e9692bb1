package dev.sluice.adapter.delta;

import dev.sluice.core.FaultPoint;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Log entries on a local disk that exactly one of several processes can write. Delta's own stores rename a file with its
 * checksum beside it, where of two writers at once both may believe that they won, or one's checksum ends beside the other's
 * entry. A hard link fails where there is a file, and shows the whole content at once.
 */
public final class LinkLogStore extends HadoopFileSystemLogStore {
    /** Made by Delta, by name. */
    public LinkLogStore(Configuration hadoop) {
        super(hadoop);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop) throws IOException {
        java.nio.file.Path target = java.nio.file.Path.of(path.toUri().getPath());
        Files.createDirectories(target.getParent());
        java.nio.file.Path whole = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
            Files.write(whole, (Iterable<String>) () -> actions, StandardCharsets.UTF_8);
            FaultPoint.hit("log.before");
            if (overwrite) {
                // A checksum of another writer's content would make the new one unreadable.
                Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
                Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.createLink(target, whole);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    @Override
    public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
        return false;
    }
}
