package dev.sluice.config;

import dev.sluice.core.Location;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The pipelines whose feature sets another one uses. What is wrong with them is told as what is wrong with itself. */
final class UsedSets {
    private final Loader loader;
    private final Map<String, Location> places;
    private final Problems problems;

    UsedSets(Loader loader, Map<String, Location> places, Problems problems) {
        this.loader = loader;
        this.places = places;
        this.problems = problems;
    }

    /**
     * Loads them, under the same overlay; vars and params of the command line are not theirs.
     *
     * @param above files that use this pipeline
     */
    List<Loader.Loaded> load(Pipeline pipeline, Loader.Request request, List<Path> above) {
        List<Path> users =
                Stream.concat(above.stream(), Stream.of(real(request.file()))).toList();
        List<Loader.Loaded> used = new ArrayList<>();
        for (int i = 0; i < pipeline.usesSets().size(); i++) {
            String path = "uses_sets/" + i;
            load(pipeline.usesSets().get(i), path, request, users)
                    .filter(other -> fits(other, pipeline, path))
                    .ifPresent(used::add);
        }
        return used;
    }

    /** The feature sets of these pipelines, by table. */
    static Map<TableName, FeatureSet> byTable(List<Loader.Loaded> used) {
        Map<TableName, FeatureSet> sets = new LinkedHashMap<>();
        used.forEach(one -> one.pipeline().featureSets().values().forEach(set -> sets.put(set.table(), set)));
        return sets;
    }

    private Optional<Loader.Loaded> load(String name, String path, Loader.Request request, List<Path> users) {
        try {
            Path file = Loader.folder(request).resolve(name).normalize();
            if (users.contains(real(file))) {
                problem(path, "expected a file that does not use this one, found " + Problem.quoted(name));
                return Optional.empty();
            }
            return Optional.of(loader.load(new Loader.Request(file, request.overlay(), Map.of(), Map.of()), users));
        } catch (InvalidConfig e) {
            e.problems().forEach(problem -> problems.add(problem.at(), problem.path(), problem.message()));
            problem(path, "expected a file without problems, found those of " + Problem.quoted(name));
            return Optional.empty();
        } catch (InvalidPathException | SluiceException e) {
            problem(
                    path,
                    "expected a pipeline file that can be read, found none at " + Problem.quoted(name)
                            + ", relative to this file");
            return Optional.empty();
        }
    }

    private boolean fits(Loader.Loaded other, Pipeline pipeline, String path) {
        if (other.pipeline().featureSets().isEmpty()) {
            problem(path, "expected a file with the section feature_sets, found none in it");
            return false;
        }
        String root = other.pipeline().lake().root();
        lake(pipeline)
                .filter(own -> !own.equals(root))
                .ifPresent(own -> problem(
                        path, "expected a pipeline whose tables are in the same lake, " + own + ", found " + root));
        return true;
    }

    private static Optional<String> lake(Pipeline pipeline) {
        return pipeline.connections().values().stream()
                .filter(Connection.Delta.class::isInstance)
                .map(connection -> ((Connection.Delta) connection).root())
                .findFirst();
    }

    private static Path real(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private void problem(String path, String message) {
        problems.add(places.get(path), path, message);
    }
}
