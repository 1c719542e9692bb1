package dev.sluice.adapter.files;

import dev.sluice.port.Storage;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Chooses the storage for a root. */
public final class Storages {
    private static final String S3A_SETTING = "fs.s3a.impl";
    private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";

    /** How often S3A tries, by default for many minutes; and how often a run may wait for it before somebody is told. */
    private static final Map<String, String> PATIENCE =
            Map.of("fs.s3a.attempts.maximum", "20", "fs.s3a.retry.limit", "7");

    private static final String TRIES = "3";

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

    /**
     * Settings of Hadoop where ours are better than its own and nobody has set them: {@link #exact}, and S3A tries three times
     * each, so that a store that cannot be reached is told of soon.
     */
    public static Map<String, String> settings(Configuration hadoop) {
        Map<String, String> settings = new HashMap<>(exact(hadoop));
        PATIENCE.forEach((name, usual) -> {
            if (usual.equals(hadoop.get(name))) {
                settings.put(name, TRIES);
            }
        });
        return settings;
    }

    /**
     * Settings of Hadoop that make creating a file exact where that is not its default and can be had here: empty without S3A
     * of Hadoop 3.3, and where an implementation of {@code s3a://} was chosen.
     */
    static Map<String, String> exact(Configuration hadoop) {
        return S3A.equals(hadoop.get(S3A_SETTING)) && isThere(S3A) && isThere("com.amazonaws.services.s3.AmazonS3")
                ? Map.of(S3A_SETTING, "dev.sluice.adapter.files.ExactS3AFileSystem")
                : Map.of();
    }

    /** Whether two drivers that write below this root at once may both believe that they came first. */
    public static boolean isRacy(String root, Configuration hadoop) {
        return root.startsWith("s3a:") && S3A.equals(hadoop.get(S3A_SETTING));
    }

    private static boolean isThere(String type) {
        return Storages.class.getClassLoader().getResource(type.replace('.', '/') + ".class") != null;
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
