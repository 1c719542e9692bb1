package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files of runs and models, through the server's artifact proxy. */
final class Artifacts {
    private static final String SCHEME = "mlflow-artifacts:/";

    /** Deeper folders than any model has. */
    private static final int DEEPEST = 32;

    private final Server server;

    Artifacts(Server server) {
        this.server = server;
    }

    /** The files of a local folder, by their path in it. */
    static SortedMap<String, BodyPublisher> files(Path folder) {
        SortedMap<String, BodyPublisher> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                files.put(name, BodyPublishers.ofFile(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Uploads files below an artifact URI and proves that they are there with their sizes. */
    void upload(SortedMap<String, BodyPublisher> files, String uri) {
        String root = root(uri);
        files.forEach((name, content) -> server.putArtifact(root + "/" + name, content));
        verify(files, uri);
    }

    /**
     * Proves that files are there with their sizes.
     *
     * @throws SluiceException REGISTRY_UNAVAILABLE naming one that is not
     */
    void verify(SortedMap<String, BodyPublisher> files, String uri) {
        SortedMap<String, Long> there = sizes(root(uri));
        files.forEach((name, content) -> {
            Long size = there.get(name);
            if (size == null || size != content.contentLength()) {
                throw new SluiceException(
                        ErrorCode.REGISTRY_UNAVAILABLE,
                        "MLflow at " + server.base() + " holds " + (size == null ? "nothing" : size + " bytes") + " as "
                                + name + " below " + uri + ", expected " + content.contentLength() + " bytes",
                        "check the disk of the server's artifact store, then run the same command again");
            }
        });
    }

    /** Copies everything below an artifact URI into a local folder. */
    void download(String uri, Path folder) {
        String root = root(uri);
        SortedMap<String, Long> files = sizes(root);
        if (files.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.MODEL_MISSING,
                    "MLflow at " + server.base() + " holds no files below " + uri,
                    "check the server's artifact store: the files of this model were removed");
        }
        files.forEach((name, size) -> {
            Path file = folder.resolve(name);
            try {
                Files.createDirectories(file.getParent());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.fetchArtifact(root + "/" + name, size, file);
        });
    }

    /** All files below a root, by their path, with their sizes. */
    private SortedMap<String, Long> sizes(String root) {
        SortedMap<String, Long> sizes = new TreeMap<>();
        addSizes(root, "", 0, sizes);
        return sizes;
    }

    private void addSizes(String root, String folder, int depth, SortedMap<String, Long> sizes) {
        for (JsonNode entry : server.listArtifacts(root + folder).path("files")) {
            String name = entry.path("path").asText();
            if (!isPlain(name) || depth > DEEPEST) {
                throw new SluiceException(
                        ErrorCode.MODEL_REFUSED,
                        "MLflow at " + server.base() + " lists an artifact named '" + name + "' in " + root + folder
                                + ", expected the plain name of a file or folder",
                        "do not use this model: its files would be written outside of its folder");
            }
            String path = folder + "/" + name;
            if (entry.path("is_dir").asBoolean()) {
                addSizes(root, path, depth + 1, sizes);
            } else {
                sizes.put(path.substring(1), entry.path("file_size").asLong());
            }
        }
    }

    private static boolean isPlain(String name) {
        return !name.isBlank()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
    }

    /** Where the proxy keeps what an artifact URI names. */
    private String root(String uri) {
        if (!uri.startsWith(SCHEME) || uri.startsWith(SCHEME + "/")) {
            throw new SluiceException(
                    ErrorCode.REGISTRY_REFUSED,
                    "MLflow at " + server.base() + " keeps files at " + uri + ", expected " + SCHEME + "…",
                    "start the server with --serve-artifacts, so that files go through it");
        }
        return uri.substring(SCHEME.length());
    }
}
