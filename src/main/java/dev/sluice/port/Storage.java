package dev.sluice.port;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Small objects beside the tables: leases, {@code status.json}, reports, model directories. Paths are relative to the
 * lake's root.
 */
public interface Storage {
    /** Writes an object whole or not at all, replacing what is there. */
    void write(String path, byte[] content);

    /** Writes an object unless there is one: of several writers exactly one gets true. */
    boolean create(String path, byte[] content);

    /** The content; empty where there is no such object. */
    Optional<byte[]> read(String path);

    /** Names of the objects and folders directly in a folder, sorted; empty where there is no such folder. */
    List<String> list(String folder);

    /** Removes an object, or a folder with all in it; nothing happens where there is none. */
    void delete(String path);

    /** Copies a local folder to a folder here, which then holds exactly that. */
    void upload(Path from, String to);

    /** Copies a folder to a local one. */
    void download(String from, Path to);

    /** The absolute location, as Spark opens it. */
    String location(String path);
}
