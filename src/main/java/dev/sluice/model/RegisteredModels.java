package dev.sluice.model;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/**
 * Registered versions as this lake uses them: a version never changes, so its files are copied from the registry to the lake
 * once, where executors can read them too. Another registry's version of the same name and number has another source.
 */
public final class RegisteredModels {
    private static final String COMPLETE = "/COMPLETE";

    private final ModelRegistry registry;
    private final Storage storage;
    private final Map<String, PipelineModel> loaded = new ConcurrentHashMap<>();

    /** Versions of a registry, kept in a lake's storage. */
    public RegisteredModels(ModelRegistry registry, Storage storage) {
        this.registry = registry;
        this.storage = storage;
    }

    /**
     * The version that a text names.
     *
     * @param model {@code NAME@ALIAS} or {@code NAME/VERSION}
     * @throws SluiceException MODEL_MISSING when there is none
     */
    public ModelVersion resolve(String model) {
        return find(model)
                .orElseThrow(
                        () -> new SluiceException(
                                ErrorCode.MODEL_MISSING,
                                "there is no model " + model + " in the registry",
                                "train and register one first (run --steps train,evaluate,register), or name another: sluice model list"));
    }

    /**
     * The version that a text names; empty when there is none.
     *
     * @param model {@code NAME@ALIAS} or {@code NAME/VERSION}
     */
    public Optional<ModelVersion> find(String model) {
        int at = model.indexOf('@');
        int slash = model.indexOf('/');
        return at >= 0
                ? registry.at(model.substring(0, at), model.substring(at + 1))
                : registry.version(model.substring(0, slash), model.substring(slash + 1));
    }

    /**
     * The fitted pipeline of a version; loading takes some twenty jobs, so it is done once.
     *
     * @throws SluiceException MODEL_REFUSED when its files are not those that were registered
     */
    public PipelineModel load(SparkSession spark, ModelVersion version) {
        return loaded.computeIfAbsent(
                version.source(), source -> Models.load(spark, storage.location(folder(version) + "/sparkml")));
    }

    /**
     * The text of a file beside the model.
     *
     * @throws SluiceException MODEL_REFUSED when the version has no such file
     */
    public String text(ModelVersion version, String file) {
        return storage.read(folder(version) + "/" + file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.MODEL_REFUSED,
                        "version " + version + " has no file " + file + ", which every model that Sluice registers has",
                        "register a model that this pipeline trained"));
    }

    private String folder(ModelVersion version) {
        String folder = "_sluice/models/registered/" + version.name() + "/" + version.version();
        byte[] source = version.source().getBytes(StandardCharsets.UTF_8);
        if (storage.read(folder + COMPLETE)
                .filter(copied -> Arrays.equals(copied, source))
                .isPresent()) {
            return folder;
        }
        try {
            Path local = Files.createTempDirectory("sluice-model-");
            try {
                registry.download(version, local);
                ModelDirectory.verify(local, version.toString(), version.tags());
                storage.upload(local, folder);
            } finally {
                remove(local);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        storage.write(folder + COMPLETE, source);
        return folder;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
