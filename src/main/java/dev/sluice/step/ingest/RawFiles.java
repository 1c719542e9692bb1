package dev.sluice.step.ingest;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Finds and opens the files of a source. */
final class RawFiles {
    private RawFiles() {}

    /** Files that exist at any of the paths (globs), sorted by name. */
    static List<Path> find(List<String> globs, Configuration hadoop) {
        List<Path> found = new ArrayList<>();
        for (String glob : globs) {
            Path pattern = new Path(glob);
            try {
                FileSystem files = pattern.getFileSystem(hadoop);
                FileStatus[] matches = files.globStatus(pattern);
                if (matches != null) {
                    Arrays.stream(matches)
                            .filter(FileStatus::isFile)
                            .map(FileStatus::getPath)
                            .forEach(found::add);
                }
            } catch (IOException e) {
                throw unreadable(glob, e);
            }
        }
        return found.stream().distinct().sorted().toList();
    }

    /** The content of a file, unpacked where its name says that it is packed. */
    static InputStream open(FileSystem files, Path file) throws IOException {
        CompressionCodec codec = new CompressionCodecFactory(files.getConf()).getCodec(file);
        InputStream raw = files.open(file);
        return codec == null ? raw : codec.createInputStream(raw);
    }

    static SluiceException unreadable(String file, IOException cause) {
        boolean denied = cause instanceof org.apache.hadoop.security.AccessControlException
                || cause instanceof java.nio.file.AccessDeniedException
                || String.valueOf(cause.getMessage()).contains("Permission denied");
        return new SluiceException(
                denied ? ErrorCode.ACCESS_DENIED : ErrorCode.STORAGE_UNAVAILABLE,
                "cannot read " + file + ": " + cause.getMessage(),
                denied ? "give this user the right to read it" : "check that the storage is reachable, then run again",
                cause);
    }
}
