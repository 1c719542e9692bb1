package dev.sluice.adapter.files;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Objects as files of a Hadoop file system. An object appears when its stream is closed (object stores) or by a rename
 * (others). {@link #create} is exact where the file system's own create-unless-there is: HDFS is, S3A without conditional
 * writes is not.
 */
final class HadoopStorage implements Storage {
    private final Path root;
    private final Configuration conf;

    HadoopStorage(String root, Configuration conf) {
        this.root = new Path(root);
        this.conf = conf;
    }

    @Override
    public void write(String path, byte[] content) {
        Path target = resolve(path);
        attempt("write", target, files -> {
            Path whole =
                    new Path(target.getParent(), "." + target.getName() + "." + Long.toHexString(System.nanoTime()));
            put(files, whole, content, true);
            files.delete(target, false);
            if (!files.rename(whole, target)) {
                throw new IOException("rename of " + whole + " was refused");
            }
            return null;
        });
    }

    @Override
    public boolean create(String path, byte[] content) {
        Path target = resolve(path);
        return attempt("create", target, files -> {
            try {
                put(files, target, content, false);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        });
    }

    @Override
    public Optional<byte[]> read(String path) {
        Path file = resolve(path);
        return attempt("read", file, files -> {
            try (FSDataInputStream in = files.open(file)) {
                return Optional.of(in.readAllBytes());
            } catch (FileNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<String> list(String folder) {
        Path dir = resolve(folder);
        return attempt("list", dir, files -> {
            try {
                return Arrays.stream(files.listStatus(dir))
                        .map(status -> status.getPath().getName())
                        .sorted()
                        .toList();
            } catch (FileNotFoundException e) {
                return List.of();
            }
        });
    }

    @Override
    public void delete(String path) {
        Path target = resolve(path);
        attempt("delete", target, files -> files.delete(target, true));
    }

    @Override
    public void upload(java.nio.file.Path from, String to) {
        Path target = resolve(to);
        attempt("write", target, files -> {
            files.delete(target, true);
            files.mkdirs(target.getParent());
            files.copyFromLocalFile(false, true, new Path(from.toUri()), target);
            return null;
        });
    }

    @Override
    public void download(String from, java.nio.file.Path to) {
        Path source = resolve(from);
        attempt("read", source, files -> {
            files.copyToLocalFile(false, source, new Path(to.toUri()), true);
            return null;
        });
    }

    @Override
    public String location(String path) {
        return resolve(path).toString();
    }

    private Path resolve(String path) {
        return new Path(root, path);
    }

    private static void put(FileSystem files, Path target, byte[] content, boolean overwrite) throws IOException {
        try (FSDataOutputStream out = files.create(target, overwrite)) {
            out.write(content);
        }
    }

    private interface Attempt<T> {
        T run(FileSystem files) throws IOException;
    }

    private <T> T attempt(String what, Path path, Attempt<T> attempt) {
        try {
            return attempt.run(path.getFileSystem(conf));
        } catch (IOException e) {
            if (RawFiles.isDenied(e)) {
                throw new SluiceException(
                        ErrorCode.ACCESS_DENIED,
                        "no permission to " + what + " " + path + ": " + e.getMessage(),
                        "give this user the right to read and write there, or set another root",
                        e);
            }
            if (RawFiles.isUnknownStore(e)) {
                throw RawFiles.unknownStore(path.toString(), e);
            }
            throw new SluiceException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "could not " + what + " " + path + ": " + e.getMessage(),
                    "check that the storage is reachable, then run the same command again",
                    e);
        }
    }
}
