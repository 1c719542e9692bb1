package dev.sluice.adapter.files;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Storage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects as files below a local folder. */
final class LocalStorage implements Storage {
    private final Path root;

    LocalStorage(Path root) {
        this.root = root;
    }

    @Override
    public void write(String path, byte[] content) {
        Path target = resolve(path);
        attempt("write", target, () -> {
            Path whole = temporary(target, content);
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return null;
        });
    }

    /** A hard link fails where there is a file and shows the whole content at once. */
    @Override
    public boolean create(String path, byte[] content) {
        Path target = resolve(path);
        return attempt("create", target, () -> {
            Path whole = temporary(target, content);
            try {
                Files.createLink(target, whole);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.delete(whole);
            }
        });
    }

    @Override
    public Optional<byte[]> read(String path) {
        Path file = resolve(path);
        return attempt("read", file, () -> {
            try {
                return Optional.of(Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<String> list(String folder) {
        Path dir = resolve(folder);
        return attempt("list", dir, () -> {
            try (Stream<Path> entries = Files.list(dir)) {
                return entries.map(entry -> entry.getFileName().toString())
                        .sorted()
                        .toList();
            } catch (NoSuchFileException e) {
                return List.of();
            }
        });
    }

    @Override
    public void delete(String path) {
        Path target = resolve(path);
        attempt("delete", target, () -> {
            try (Stream<Path> tree = Files.walk(target)) {
                for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(entry);
                }
            } catch (NoSuchFileException e) {
                return null;
            }
            return null;
        });
    }

    @Override
    public void upload(Path from, String to) {
        delete(to);
        copy(from, resolve(to));
    }

    @Override
    public void download(String from, Path to) {
        copy(resolve(from), to);
    }

    @Override
    public String location(String path) {
        return "file:" + resolve(path);
    }

    private void copy(Path from, Path to) {
        attempt("copy", from, () -> {
            try (Stream<Path> tree = Files.walk(from)) {
                for (Path entry : tree.toList()) {
                    Path target = to.resolve(from.relativize(entry).toString());
                    if (Files.isDirectory(entry)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(entry, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            return null;
        });
    }

    private Path resolve(String path) {
        Path resolved = root.resolve(path).normalize();
        if (!resolved.startsWith(root)) {
            throw new IllegalArgumentException("'" + path + "' leads out of " + root);
        }
        return resolved;
    }

    private static Path temporary(Path target, byte[] content) throws IOException {
        Files.createDirectories(target.getParent());
        Path whole = Files.createTempFile(target.getParent(), ".writing-", ".tmp");
        Files.write(whole, content);
        return whole;
    }

    private interface Attempt<T> {
        T run() throws IOException;
    }

    private static <T> T attempt(String what, Path path, Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (AccessDeniedException e) {
            throw new SluiceException(
                    ErrorCode.ACCESS_DENIED,
                    "no permission to " + what + " " + e.getFile(),
                    "give this user the right to read and write there, or set another root",
                    e);
        } catch (IOException e) {
            throw failure(what, path, e);
        }
    }

    /** Asking again helps against a full or lost disk, and not against a root where no folder can be. */
    private static SluiceException failure(String what, Path path, IOException e) {
        Path there = path;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        String message = "could not " + what + " " + path + ": ";
        if (!there.equals(path) && !Files.isDirectory(there)) {
            return new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    message + "expected a folder at " + there + ", found a file",
                    "set another root, or move the file away",
                    e);
        }
        if (isReadOnly(there)) {
            return new SluiceException(
                    ErrorCode.ACCESS_DENIED,
                    message + "the file system is read-only",
                    "set another root, or mount it for writing",
                    e);
        }
        return new SluiceException(
                ErrorCode.STORAGE_UNAVAILABLE,
                message + e.getMessage(),
                "check the disk, then run the same command again",
                e);
    }

    private static boolean isReadOnly(Path there) {
        try {
            return Files.getFileStore(there).isReadOnly();
        } catch (IOException unknown) {
            return false;
        }
    }
}
