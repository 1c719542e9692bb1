package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of a registered model: the Spark ML pipeline in {@value #PIPELINE}, files beside it, and the manifest of both.
 * The manifest's own hash is kept where the files are not, as the tag {@value #TAG} of the version, so that a file that was
 * changed, added or taken away is seen before anything of it is loaded.
 */
public final class ModelDirectory {
    /** Folder of the Spark ML pipeline. */
    public static final String PIPELINE = "sparkml";

    /** File with the hash of each file. */
    public static final String MANIFEST = "manifest.json";

    /** File beside the pipeline: the profile of the rows it was trained on, with the probability it gives them. */
    public static final String PROFILE = "profile.txt";

    /** Tag of a version: hash of its manifest. */
    public static final String TAG = "sluice.manifest";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ModelDirectory() {}

    /**
     * Writes the manifest of a folder's pipeline and of files beside it.
     *
     * @param planHash hash of the feature plan
     * @return its hash
     */
    public static String seal(Path folder, List<String> beside, RunKey key, String planHash) {
        SortedMap<String, String> files = pipelineHashes(folder);
        try {
            for (String file : beside) {
                files.put(file, hash(folder.resolve(file)));
            }
            Map<String, Object> manifest = new LinkedHashMap<>();
            manifest.put("run_key", key.text());
            manifest.put("feature_plan", planHash);
            manifest.put("files", files);
            Files.writeString(folder.resolve(MANIFEST), JSON.writeValueAsString(manifest) + "\n");
            return hash(folder.resolve(MANIFEST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Passes when the folder holds what was sealed.
     *
     * @param version how messages name the model
     * @param tags of the version
     * @throws SluiceException MODEL_REFUSED naming the first file that differs
     */
    public static void verify(Path folder, String version, Map<String, String> tags) {
        String expected = tags.get(TAG);
        if (expected == null) {
            throw refused(version, "has no tag " + TAG + ", which every version that Sluice registers has");
        }
        try {
            Path manifest = folder.resolve(MANIFEST);
            if (!Files.isRegularFile(manifest) || !hash(manifest).equals(expected)) {
                throw refused(version, "has another " + MANIFEST + " than was registered");
            }
            JsonNode files = JSON.readTree(Files.readString(manifest)).path("files");
            List<String> listed = new ArrayList<>();
            files.fieldNames().forEachRemaining(listed::add);
            for (String file : listed) {
                Path path = folder.resolve(file);
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                        || !hash(path).equals(files.path(file).asText())) {
                    throw refused(version, "has another " + file + " than was registered");
                }
            }
            for (String file : pipelineHashes(folder).keySet()) {
                if (!files.has(file)) {
                    throw refused(version, "has a file that was not registered: " + file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hash of each file of the pipeline, by its path in the folder. */
    private static SortedMap<String, String> pipelineHashes(Path folder) {
        SortedMap<String, String> hashes = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder.resolve(PIPELINE))) {
            for (Path file : tree.filter(path -> !Files.isDirectory(path)).toList()) {
                hashes.put(folder.relativize(file).toString().replace('\\', '/'), hash(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hashes;
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = Hashes.newDigest();
        digest.update(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static SluiceException refused(String version, String why) {
        return new SluiceException(
                ErrorCode.MODEL_REFUSED,
                "model " + version + " " + why,
                "its files were changed after it was registered: use another version, and find out who changed them");
    }
}
