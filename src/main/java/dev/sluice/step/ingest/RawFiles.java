package dev.sluice.step.ingest;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    /**
     * The first packed file that cannot be unpacked to its end, in the words for a user; empty when there is none. Spark fails
     * on such a file without its name.
     */
    static Optional<SluiceException> damaged(List<Path> files, Configuration hadoop) {
        CompressionCodecFactory codecs = new CompressionCodecFactory(hadoop);
        for (Path file : files) {
            if (codecs.getCodec(file) == null) {
                continue;
            }
            try (InputStream content = open(file.getFileSystem(hadoop), file)) {
                content.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                return Optional.of(new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        file + " cannot be unpacked: " + e.getMessage(),
                        "the file is damaged or of another kind than its name says: replace it, then run the same"
                                + " command again",
                        e));
            }
        }
        return Optional.empty();
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
