package dev.sluice.adapter.files;

import dev.sluice.port.Storage;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Chooses the storage for a root. */
public final class Storages {
    private Storages() {}

    /** Storage below a folder: {@code file:} and plain paths on the local disk, other schemes through Hadoop. */
    public static Storage of(String root, Configuration hadoop) {
        return isLocal(root) ? new LocalStorage(local(root)) : new HadoopStorage(root, hadoop);
    }

    /** The root as every reader opens it: an absolute {@code file:} URI for a local folder, others unchanged. */
    public static String absolute(String root) {
        if (!isLocal(root)) {
            return root;
        }
        String uri = local(root).toUri().toString();
        return "file:" + URI.create(uri).getPath().replaceAll("/+$", "");
    }

    private static boolean isLocal(String root) {
        return root.startsWith("file:") || !root.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
    }

    private static Path local(String root) {
        String path =
                root.startsWith("file:") ? root.substring("file:".length()).replaceFirst("^//+", "/") : root;
        return Path.of(path).toAbsolutePath().normalize();
    }
}
