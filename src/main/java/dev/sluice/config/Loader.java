package dev.sluice.config;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.Location;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes a pipeline of its file, an environment overlay and the command line. Starts nothing and writes nothing. */
public final class Loader {
    private final ExpressionCheck expressions;
    private final Function<String, String> environment;

    /**
     * A loader.
     *
     * @param environment answers null for an unset variable, as {@link System#getenv(String)} does
     */
    public Loader(ExpressionCheck expressions, Function<String, String> environment) {
        this.expressions = expressions;
        this.environment = environment;
    }

    /**
     * What to load.
     *
     * @param overlay the environment's file
     * @param vars values of {@code --var}, over the file's and the overlay's
     * @param params values of {@code --param}
     */
    public record Request(Path file, Optional<Path> overlay, Map<String, String> vars, Map<String, String> params) {
        public Request {
            vars = Ordered.copy(vars);
            params = Ordered.copy(params);
        }

        /** The file alone. */
        public static Request of(Path file) {
            return new Request(file, Optional.empty(), Map.of(), Map.of());
        }
    }

    /**
     * A pipeline and where it came from.
     *
     * @param used the pipelines whose feature sets this one uses, in declared order
     * @param contracts the contract files that ingest names, by table
     * @param places place of each key, by path: {@code ingest/bronze.flights/rows/has_key}
     * @param settings every final value with its origin
     * @param warnings what is allowed but looks wrong
     */
    public record Loaded(
            Pipeline pipeline,
            List<Loaded> used,
            Map<TableName, Contract> contracts,
            Map<String, Location> places,
            List<Setting> settings,
            List<Problem> warnings) {
        public Loaded {
            used = List.copyOf(used);
            contracts = Ordered.copy(contracts);
            places = Ordered.copy(places);
            settings = List.copyOf(settings);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Loads a pipeline.
     *
     * @throws InvalidConfig with every problem that the files have
     * @throws SluiceException USAGE when a file cannot be read
     */
    public Loaded load(Request request) {
        return load(request, List.of());
    }

    /**
     * Loads a pipeline for others.
     *
     * @param above files that use this one, by whatever way
     */
    Loaded load(Request request, List<Path> above) {
        Problems problems = new Problems();
        Node.Keys tree = Constants.override(tree(request, problems), request.vars(), problems);
        Constants constants = Constants.of(tree, request.params(), problems);
        References references = new References(constants, environment, folder(request));
        ExpressionCheck once = once();
        Binder binder = new Binder(references, once, problems);
        Optional<Pipeline> pipeline = binder.bind(Pipeline.class, tree);
        Map<TableName, Contract> contracts = new LinkedHashMap<>();
        List<Loaded> used = new ArrayList<>();
        pipeline.or(() -> draft(tree, references, once)).ifPresent(whole -> {
            contracts.putAll(contracts(whole, request, binder.places(), problems));
            used.addAll(new UsedSets(this, binder.places(), problems).load(whole, request, above));
            new CrossCheck(whole, contracts, UsedSets.byTable(used), once, binder, problems).run();
        });
        problems.refuse();
        return new Loaded(
                pipeline.orElseThrow(), used, contracts, binder.places(), binder.settings(), unused(tree, references));
    }

    /** What can be checked of a pipeline whose head alone is wrong. */
    private static Optional<Pipeline> draft(Node.Keys tree, References references, ExpressionCheck expressions) {
        Node.Keys head = (Node.Keys) YamlReader.fallback("{format: 1, pipeline: draft, clock: {}}");
        Node.Keys repaired = tree;
        for (var entry : head.entries().entrySet()) {
            repaired = repaired.with(entry.getKey(), entry.getValue());
        }
        return new Binder(references, expressions, new Problems()).bind(Pipeline.class, repaired);
    }

    /** Each text is read once, however often it is asked about. */
    private ExpressionCheck once() {
        Map<String, ExpressionCheck.Reading> readings = new HashMap<>();
        return sql -> readings.computeIfAbsent(sql, expressions::read);
    }

    /** The file with the overlay over it. */
    private static Node.Keys tree(Request request, Problems problems) {
        Node file = document(request.file(), problems);
        if (!(file instanceof Node.Keys keys)) {
            problems.add(file.at(), "", "expected a mapping, found " + Place.kind(file));
            throw new InvalidConfig(problems.sorted());
        }
        return request.overlay()
                .map(path -> Layers.over(keys, document(path, problems), problems))
                .orElse(keys);
    }

    private static Node document(Path file, Problems problems) {
        Optional<Node> node;
        try {
            node = YamlReader.read(file, file.toString(), problems);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected a YAML file at " + file + ", found none that can be read (" + e + ")",
                    "check the path and the rights of the file",
                    e);
        }
        return node.orElseThrow(() -> new InvalidConfig(problems.sorted()));
    }

    private static Map<TableName, Contract> contracts(
            Pipeline pipeline, Request request, Map<String, Location> places, Problems problems) {
        Map<TableName, Contract> contracts = new LinkedHashMap<>();
        pipeline.ingest().forEach((table, ingest) -> ingest.contract().ifPresent(name -> {
            String path = "ingest/" + table + "/contract";
            try {
                Path file = folder(request).resolve(name).normalize();
                ContractFile.read(file, problems).ifPresent(contract -> contracts.put(table, contract));
            } catch (IOException | InvalidPathException e) {
                problems.add(
                        places.get(path),
                        path,
                        "expected a contract file that can be read, found none at " + Problem.quoted(name)
                                + ", relative to the pipeline file");
            }
        }));
        return contracts;
    }

    private static List<Problem> unused(Node.Keys tree, References references) {
        List<Problem> warnings = new ArrayList<>();
        if (tree.entries().containsKey("vars") && tree.entries().get("vars").value() instanceof Node.Keys vars) {
            vars.entries().forEach((name, entry) -> {
                if (!references.used().contains(name)) {
                    warnings.add(new Problem(
                            entry.at(), "vars/" + name, "never used: no ${var:" + name + "} in the pipeline"));
                }
            });
        }
        return warnings;
    }

    static Path folder(Request request) {
        Path parent = request.file().getParent();
        return parent == null ? Path.of("") : parent;
    }
}
