package dev.sluice.testing;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A registry that forgets everything at the end of the test; it passes the same tests as the real one. */
public final class InMemoryRegistry implements ModelRegistry {
    private final Map<RunKey, TrackedRun> runs = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Map<String, String>> aliases = new HashMap<>();

    private record Entry(RunKey key, ModelVersion version, Map<String, byte[]> files) {}

    /** All runs tracked so far, oldest first. */
    public synchronized List<TrackedRun> runs() {
        return List.copyOf(runs.values());
    }

    /** Does what an attacker, or a broken disk, does to a file of a version. */
    public synchronized void change(String name, String version, String file, String content) {
        entry(name, version).orElseThrow().files.put(file, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized String track(TrackedRun run) {
        runs.putIfAbsent(run.key(), run);
        return id(run.key());
    }

    @Override
    public synchronized ModelVersion register(ModelToRegister model) {
        Optional<Entry> before = entries.stream()
                .filter(entry -> entry.version.name().equals(model.name()) && entry.key.equals(model.key()))
                .findFirst();
        if (before.isPresent()) {
            return withAliases(before.get().version);
        }
        Map<String, String> tags = new TreeMap<>(model.tags());
        tags.put("sluice.run_key", model.key().text());
        String number = String.valueOf(versions(model.name()).size() + 1);
        ModelVersion version = new ModelVersion(
                model.name(), number, model.run(), "memory:" + UUID.randomUUID(), tags, List.of(), Instant.now());
        entries.add(new Entry(model.key(), version, content(model.directory())));
        return version;
    }

    @Override
    public synchronized Optional<ModelVersion> version(String name, String version) {
        return entry(name, version).map(entry -> withAliases(entry.version));
    }

    @Override
    public synchronized Optional<ModelVersion> at(String name, String alias) {
        return Optional.ofNullable(aliasesOf(name).get(alias)).flatMap(version -> version(name, version));
    }

    @Override
    public synchronized List<ModelVersion> versions(String name) {
        return entries.stream()
                .map(Entry::version)
                .filter(version -> version.name().equals(name))
                .map(this::withAliases)
                .sorted(Comparator.comparingInt((ModelVersion version) -> Integer.parseInt(version.version()))
                        .reversed())
                .toList();
    }

    @Override
    public synchronized void moveAlias(String name, String alias, Optional<String> expected, Optional<String> to) {
        Optional<String> now = Optional.ofNullable(aliasesOf(name).get(alias));
        if (now.equals(to)) {
            return;
        }
        if (!now.equals(expected)) {
            throw new SluiceException(
                    ErrorCode.ALIAS_MOVED,
                    "alias " + alias + " of " + name + " points to "
                            + now.map(v -> "version " + v).orElse("nothing") + ", expected "
                            + expected.map(v -> "version " + v).orElse("nothing") + ": somebody else has moved it",
                    "look at the versions of the model, then run the same command again");
        }
        to.ifPresentOrElse(version -> aliasesOf(name).put(alias, version), () -> aliasesOf(name)
                .remove(alias));
    }

    @Override
    public synchronized void download(ModelVersion version, Path folder) {
        entry(version.name(), version.version()).orElseThrow().files.forEach((name, bytes) -> {
            try {
                Path file = folder.resolve(name);
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public String address(ModelVersion version) {
        return "memory:/" + version;
    }

    private static String id(RunKey key) {
        return "run-" + key;
    }

    private Map<String, String> aliasesOf(String name) {
        return aliases.computeIfAbsent(name, n -> new TreeMap<>());
    }

    private Optional<Entry> entry(String name, String version) {
        return entries.stream()
                .filter(entry -> entry.version.name().equals(name)
                        && entry.version.version().equals(version))
                .findFirst();
    }

    private ModelVersion withAliases(ModelVersion version) {
        List<String> here = aliasesOf(version.name()).entrySet().stream()
                .filter(alias -> alias.getValue().equals(version.version()))
                .map(Map.Entry::getKey)
                .toList();
        return new ModelVersion(
                version.name(),
                version.version(),
                version.run(),
                version.source(),
                version.tags(),
                here,
                version.created());
    }

    private static Map<String, byte[]> content(Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
