package dev.sluice.adapter.files;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import dev.sluice.port.SourceFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.DataFrameReader;

/** Finds and opens the files of a source. */
final class RawFiles {
    private RawFiles() {}

    /** A reader that never leaves out what it cannot read, whatever the session is set to. */
    static DataFrameReader reader(RowSource.Request request) {
        return request.spark().read().option("ignoreCorruptFiles", false).option("ignoreMissingFiles", false);
    }

    static Configuration hadoop(RowSource.Request request) {
        return request.spark().sessionState().newHadoopConf();
    }

    static List<String> texts(List<Path> files) {
        return files.stream().map(Path::toString).toList();
    }

    /** Files of data that exist at any of the paths (globs), sorted by name. */
    static List<SourceFile> find(List<String> globs, Configuration hadoop) {
        Map<Path, FileStatus> found = new TreeMap<>();
        for (String glob : globs) {
            Path pattern = new Path(glob);
            try {
                FileStatus[] matches = pattern.getFileSystem(hadoop).globStatus(pattern);
                if (matches != null) {
                    Arrays.stream(matches)
                            .filter(file ->
                                    file.isFile() && isData(file.getPath().getName()))
                            .forEach(file -> found.put(file.getPath(), file));
                }
            } catch (IOException e) {
                throw unreadable(glob, e);
            }
        }
        return found.values().stream().map(RawFiles::described).toList();
    }

    /** Whether Spark reads a file with this name: of others it would say nothing, and give no rows. */
    private static boolean isData(String name) {
        return !name.startsWith(".") && !name.endsWith("._COPYING_") && (!name.startsWith("_") || name.contains("="));
    }

    /** These files as they are now. */
    static List<SourceFile> describe(List<Path> files, Configuration hadoop) {
        List<SourceFile> described = new ArrayList<>();
        for (Path file : files) {
            try {
                described.add(described(file.getFileSystem(hadoop).getFileStatus(file)));
            } catch (IOException e) {
                throw unreadable(file.toString(), e);
            }
        }
        return described;
    }

    private static SourceFile described(FileStatus file) {
        Optional<String> etag =
                file instanceof EtagSource source ? Optional.ofNullable(source.getEtag()) : Optional.empty();
        return new SourceFile(
                file.getPath().toString(), file.getLen(), Instant.ofEpochMilli(file.getModificationTime()), etag);
    }

    /** The content of a file, unpacked where its name says that it is packed. */
    static InputStream open(FileSystem files, Path file) throws IOException {
        CompressionCodec codec = new CompressionCodecFactory(files.getConf()).getCodec(file);
        InputStream raw = files.open(file);
        return codec == null ? raw : codec.createInputStream(raw);
    }

    /**
     * The file that explains why reading has failed, in the words for a user; empty when none does. Spark fails on a damaged
     * file without its name, or with a name in the middle of a long text.
     */
    static Optional<SluiceException> damaged(List<Path> files, Configuration hadoop, Exception failure) {
        CompressionCodecFactory codecs = new CompressionCodecFactory(hadoop);
        for (Path file : files) {
            if (codecs.getCodec(file) == null) {
                continue;
            }
            try (InputStream content = open(file.getFileSystem(hadoop), file)) {
                content.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                if (isDenied(e) || e instanceof FileNotFoundException) {
                    return Optional.of(unreadable(file.toString(), e));
                }
                return Optional.of(damaged(file.toString(), "cannot be unpacked: " + e.getMessage(), e));
            }
        }
        Throwable root = ExceptionUtils.getRootCause(failure);
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            for (Path file : files) {
                if (message.contains(file.getName())) {
                    return Optional.of(damaged(file.toString(), "cannot be read: " + root.getMessage(), failure));
                }
            }
        }
        return Optional.empty();
    }

    private static SluiceException damaged(String file, String how, Exception cause) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                file + " " + how,
                "the file is damaged or of another kind than its name says: replace it, then run the same"
                        + " command again",
                cause);
    }

    static boolean isDenied(IOException cause) {
        return cause instanceof AccessControlException
                || cause instanceof AccessDeniedException
                || String.valueOf(cause.getMessage()).contains("Permission denied");
    }

    /** Whether an object store answers, and has no such bucket. By its name: S3A need not be there. */
    static boolean isUnknownStore(IOException cause) {
        return cause.getClass().getSimpleName().equals("UnknownStoreException");
    }

    static SluiceException unknownStore(String file, IOException cause) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "the bucket of " + file + " does not exist: " + cause.getMessage(),
                "correct the path, or fs.s3a.endpoint where the bucket is in another store",
                cause);
    }

    static SluiceException unreadable(String file, IOException cause) {
        if (isUnknownStore(cause)) {
            return unknownStore(file, cause);
        }
        boolean denied = isDenied(cause);
        return new SluiceException(
                denied ? ErrorCode.ACCESS_DENIED : ErrorCode.STORAGE_UNAVAILABLE,
                "cannot read " + file + ": " + cause.getMessage(),
                denied ? "give this user the right to read it" : "check that the storage is reachable, then run again",
                cause);
    }
}
