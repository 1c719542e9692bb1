package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs and models on an MLflow 3 server.
 *
 * <p>Whatever is made carries the tag {@code sluice.run_key}. Before something is made it is looked for, and afterwards again: of
 * several with one key the oldest is kept, and whoever made another removes it.
 */
public final class MlflowRegistry implements ModelRegistry {
    private static final String KEY = "sluice.run_key";
    private static final String MLMODEL = "MLmodel";
    private static final int MOST_PARAMS = 100;
    private static final int MOST_METRICS = 1000;
    private static final int PAGE = 100;

    private final Server server;
    private final Artifacts artifacts;

    /**
     * A registry that has not been spoken to yet.
     *
     * @throws SluiceException CONFIG_INVALID when the connection's token would go unencrypted to another machine
     */
    public MlflowRegistry(Connection.Mlflow connection) {
        this(connection, Patience.of(connection.timeout()));
    }

    MlflowRegistry(Connection.Mlflow connection, Patience patience) {
        this.server = new Server(connection.uri(), connection.token(), patience);
        this.artifacts = new Artifacts(server);
    }

    @Override
    public String track(TrackedRun run) {
        String experiment = experiment(run.experiment());
        JsonNode info = once(
                        () -> runs(experiment, run.key()),
                        landed -> createRun(experiment, run, landed),
                        found -> found.path("info").path("run_id").asText(),
                        id -> server.post("runs/delete", Json.object().put("run_id", id)))
                .path("info");
        String id = info.path("run_id").asText();
        FaultPoint.hit("mlflow.run.created");
        if (!info.path("status").asText().equals("FINISHED")) {
            logValues(id, info.path("start_time").asLong(), run);
            logInputs(id, run.inputs());
            FaultPoint.hit("mlflow.run.logged");
            artifacts.upload(
                    Artifacts.files(run.artifacts()), info.path("artifact_uri").asText());
            FaultPoint.hit("mlflow.run.uploaded");
            server.post(
                    "runs/update",
                    Json.object()
                            .put("run_id", id)
                            .put("status", "FINISHED")
                            .put("end_time", Instant.now().toEpochMilli()));
        }
        return id;
    }

    @Override
    public ModelVersion register(ModelToRegister model) {
        if (server.find("registered-models/get", Map.of("name", model.name())).isEmpty()) {
            server.ensure("registered-models/create", Json.object().put("name", model.name()));
        }
        JsonNode version = once(
                () -> versionsOf(model.name(), model.key()),
                landed -> createVersion(model, upload(model), landed),
                found -> found.path("version").asText(),
                number -> server.delete(
                        "model-versions/delete",
                        Json.object().put("name", model.name()).put("version", number)));
        return ready(model.name(), version.path("version").asText());
    }

    @Override
    public Optional<ModelVersion> version(String name, String version) {
        if (!version.matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return server.find("model-versions/get", Map.of("name", name, "version", version))
                .map(answer -> answer.path("model_version"))
                .map(found -> version(found, strings(found.path("aliases"))));
    }

    @Override
    public Optional<ModelVersion> at(String name, String alias) {
        return pointsTo(name, alias).flatMap(version -> version(name, version));
    }

    @Override
    public List<ModelVersion> versions(String name) {
        Optional<JsonNode> model = server.find("registered-models/get", Map.of("name", name));
        if (model.isEmpty()) {
            return List.of();
        }
        Map<String, String> aliases = aliases(model.get());
        return search("name = '" + name + "'").stream()
                .map(found -> version(
                        found,
                        aliases.entrySet().stream()
                                .filter(e -> e.getValue()
                                        .equals(found.path("version").asText()))
                                .map(Map.Entry::getKey)
                                .toList()))
                .sorted(Comparator.comparingLong((ModelVersion v) -> Long.parseLong(v.version()))
                        .reversed())
                .toList();
    }

    @Override
    public void moveAlias(String name, String alias, Optional<String> expected, Optional<String> to) {
        Optional<String> now = pointsTo(name, alias);
        if (now.equals(to)) {
            return;
        }
        if (!now.equals(expected)) {
            throw moved(name, alias, expected, now);
        }
        ObjectNode body = Json.object().put("name", name).put("alias", alias);
        if (to.isPresent()) {
            server.post("registered-models/alias", body.put("version", to.get()));
        } else {
            server.delete("registered-models/alias", body);
        }
        Optional<String> then = pointsTo(name, alias);
        if (!then.equals(to)) {
            throw moved(name, alias, to, then);
        }
    }

    @Override
    public void download(ModelVersion version, Path folder) {
        JsonNode answer = server.get(
                "model-versions/get-download-uri", Map.of("name", version.name(), "version", version.version()));
        artifacts.download(answer.path("artifact_uri").asText(), folder);
    }

    @Override
    public String address(ModelVersion version) {
        String name = URLEncoder.encode(version.name(), StandardCharsets.UTF_8).replace("+", "%20");
        return server.base() + "/#/models/" + name + "/versions/" + version.version();
    }

    private String experiment(String name) {
        Map<String, String> query = Map.of("experiment_name", name);
        return server.find("experiments/get-by-name", query)
                .orElseGet(() -> {
                    server.ensure("experiments/create", Json.object().put("name", name));
                    return server.get("experiments/get-by-name", query);
                })
                .path("experiment")
                .path("experiment_id")
                .asText();
    }

    private List<JsonNode> runs(String experiment, RunKey key) {
        ObjectNode query = Json.object().put("filter", tagged(key)).put("max_results", PAGE);
        query.putArray("experiment_ids").add(experiment);
        return oldestFirst(server.post("runs/search", query).path("runs"), "start_time");
    }

    private JsonNode createRun(String experiment, TrackedRun run, Supplier<Optional<JsonNode>> landed) {
        ObjectNode body = Json.object()
                .put("experiment_id", experiment)
                .put("run_name", run.name())
                .put("start_time", Instant.now().toEpochMilli());
        body.set("tags", Json.pairs(Map.of(KEY, run.key().text())));
        return server.create("runs/create", body, "run", landed);
    }

    /** All metrics carry the run's start as their time, so that logging them again changes nothing. */
    private void logValues(String id, long time, TrackedRun run) {
        ArrayNode metrics = Json.array();
        Values.metrics(run.metrics()).forEach((name, value) -> metrics.addObject()
                .put("key", name)
                .put("value", value)
                .put("timestamp", time)
                .put("step", 0));
        SortedMap<String, String> tags = new TreeMap<>(Values.tags(run.tags()));
        tags.putAll(Values.metricTags(run.metrics()));
        tags.put("mlflow.source.type", "JOB");
        tags.put("mlflow.source.name", "sluice");
        logBatches(id, "params", Json.pairs(Values.params(run.params())), MOST_PARAMS);
        logBatches(id, "tags", Json.pairs(tags), MOST_PARAMS);
        logBatches(id, "metrics", metrics, MOST_METRICS);
    }

    private void logBatches(String id, String kind, ArrayNode all, int most) {
        List<JsonNode> items = new ArrayList<>();
        all.forEach(items::add);
        for (List<JsonNode> batch : Values.batches(items, most)) {
            ObjectNode body = Json.object().put("run_id", id);
            body.putArray(kind).addAll(batch);
            server.post("runs/log-batch", body);
        }
    }

    private void logInputs(String id, List<TrackedRun.Input> inputs) {
        ObjectNode body = Json.object().put("run_id", id);
        ArrayNode datasets = body.putArray("datasets");
        inputs.forEach(input -> datasets.add(Values.dataset(input)));
        if (!inputs.isEmpty()) {
            server.post("runs/log-inputs", body);
        }
    }

    private List<JsonNode> versionsOf(String name, RunKey key) {
        return search("name = '" + name + "' and " + tagged(key)).stream()
                .sorted(Comparator.comparingLong(v -> v.path("version").asLong()))
                .toList();
    }

    private List<JsonNode> search(String filter) {
        List<JsonNode> versions = new ArrayList<>();
        String token = "";
        do {
            Map<String, String> query = new TreeMap<>(Map.of("filter", filter, "max_results", String.valueOf(PAGE)));
            if (!token.isEmpty()) {
                query.put("page_token", token);
            }
            JsonNode page = server.get("model-versions/search", query);
            page.path("model_versions").forEach(versions::add);
            token = page.path("next_page_token").asText();
        } while (!token.isEmpty());
        return versions;
    }

    /** The files, as a logged model that is an output of the run: what MLflow's pages show beside the run's inputs. */
    private String upload(ModelToRegister model) {
        String experiment = run(model.run()).path("info").path("experiment_id").asText();
        JsonNode logged = once(
                        () -> loggedModels(experiment, model.key()),
                        landed -> createLoggedModel(experiment, model, landed),
                        found -> found.path("info").path("model_id").asText(),
                        id -> server.delete("logged-models/" + id, Json.object()))
                .path("info");
        FaultPoint.hit("mlflow.model.created");
        String id = logged.path("model_id").asText();
        String uri = logged.path("artifact_uri").asText();
        SortedMap<String, BodyPublisher> files = Artifacts.files(model.directory());
        files.put(MLMODEL, BodyPublishers.ofString(placed(model, id, uri)));
        if (logged.path("status").asText().equals("LOGGED_MODEL_READY")) {
            artifacts.verify(files, uri);
        } else {
            artifacts.upload(files, uri);
            FaultPoint.hit("mlflow.model.uploaded");
            server.patch(
                    "logged-models/" + id, Json.object().put("model_id", id).put("status", "LOGGED_MODEL_READY"));
        }
        link(model.run(), id);
        FaultPoint.hit("mlflow.model.ready");
        return id;
    }

    private List<JsonNode> loggedModels(String experiment, RunKey key) {
        ObjectNode query = Json.object().put("filter", tagged(key)).put("max_results", PAGE);
        query.putArray("experiment_ids").add(experiment);
        return oldestFirst(server.post("logged-models/search", query).path("models"), "creation_timestamp_ms");
    }

    private JsonNode createLoggedModel(String experiment, ModelToRegister model, Supplier<Optional<JsonNode>> landed) {
        ObjectNode body = Json.object()
                .put("experiment_id", experiment)
                .put("name", "model")
                .put("model_type", "spark")
                .put("source_run_id", model.run());
        body.set("tags", Json.pairs(Map.of(KEY, model.key().text())));
        return server.create("logged-models", body, "model", landed);
    }

    /** The MLmodel file of a directory, with where it has come to. */
    private static String placed(ModelToRegister model, String id, String uri) {
        try {
            return Files.readString(model.directory().resolve(MLMODEL)) + "artifact_path: " + uri + "\nmodel_id: " + id
                    + "\nrun_id: " + model.run() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the model an output of its run, and the run's metrics the model's. */
    private void link(String run, String model) {
        JsonNode found = run(run);
        if (isOutput(found, model)) {
            return;
        }
        ArrayNode metrics = Json.array();
        for (JsonNode metric : found.path("data").path("metrics")) {
            ObjectNode copy = metric.deepCopy();
            metrics.add(copy.put("model_id", model));
        }
        logBatches(run, "metrics", metrics, MOST_METRICS);
        ObjectNode body = Json.object().put("run_id", run);
        body.putArray("models").addObject().put("model_id", model).put("step", 0);
        try {
            server.ensure("runs/outputs", body);
        } catch (SluiceException e) {
            // MLflow refuses an output that is there already, be it by a lost answer or by another driver.
            if (!isOutput(run(run), model)) {
                throw e;
            }
        }
    }

    private JsonNode run(String id) {
        return server.get("runs/get", Map.of("run_id", id)).path("run");
    }

    private static boolean isOutput(JsonNode run, String model) {
        for (JsonNode output : run.path("outputs").path("model_outputs")) {
            if (output.path("model_id").asText().equals(model)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode createVersion(ModelToRegister model, String logged, Supplier<Optional<JsonNode>> landed) {
        Map<String, String> tags = new TreeMap<>(Values.tags(model.tags()));
        tags.put(KEY, model.key().text());
        ObjectNode body = Json.object()
                .put("name", model.name())
                .put("source", "models:/" + logged)
                .put("run_id", model.run())
                .put("model_id", logged)
                .put("description", model.description());
        body.set("tags", Json.pairs(tags));
        return server.create("model-versions/create", body, "model_version", landed);
    }

    /** Waits until MLflow says that the version can be used. */
    private ModelVersion ready(String name, String version) {
        long end = System.nanoTime() + server.patience().request().toNanos();
        while (true) {
            JsonNode found = server.get("model-versions/get", Map.of("name", name, "version", version))
                    .path("model_version");
            String status = found.path("status").asText();
            if (status.equals("READY")) {
                return version(found, strings(found.path("aliases")));
            }
            if (!status.equals("PENDING_REGISTRATION")) {
                throw new SluiceException(
                        ErrorCode.REGISTRY_REFUSED,
                        "version " + version + " of " + name + " has the status " + status
                                + " in MLflow, expected READY: "
                                + found.path("status_message").asText(),
                        "delete that version in MLflow, then run the same command again");
            }
            if (System.nanoTime() > end) {
                throw new SluiceException(
                        ErrorCode.REGISTRY_UNAVAILABLE,
                        "version " + version + " of " + name + " is still " + status + " in MLflow, expected READY",
                        "run the same command again when the server is less busy");
            }
            server.rest();
        }
    }

    /** The version an alias points to. */
    private Optional<String> pointsTo(String name, String alias) {
        return server.find("registered-models/get", Map.of("name", name))
                .map(answer -> aliases(answer).get(alias));
    }

    /** Version by alias. */
    private static Map<String, String> aliases(JsonNode model) {
        Map<String, String> aliases = new TreeMap<>();
        model.path("registered_model")
                .path("aliases")
                .forEach(alias -> aliases.put(
                        alias.path("alias").asText(), alias.path("version").asText()));
        return aliases;
    }

    private static ModelVersion version(JsonNode found, List<String> aliases) {
        return new ModelVersion(
                found.path("name").asText(),
                found.path("version").asText(),
                found.path("run_id").asText(),
                found.path("source").asText(),
                Json.map(found.path("tags")),
                aliases,
                Instant.ofEpochMilli(found.path("creation_timestamp").asLong()));
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(node -> strings.add(node.asText()));
        return strings;
    }

    private static SluiceException moved(String name, String alias, Optional<String> expected, Optional<String> found) {
        return new SluiceException(
                ErrorCode.ALIAS_MOVED,
                "alias " + alias + " of " + name + " points to "
                        + found.map(v -> "version " + v).orElse("nothing")
                        + ", expected " + expected.map(v -> "version " + v).orElse("nothing")
                        + ": somebody else has moved it",
                "look at the versions of the model, then run the same command again");
    }

    private static String tagged(RunKey key) {
        return "tags.`" + KEY + "` = '" + key + "'";
    }

    private static List<JsonNode> oldestFirst(JsonNode found, String time) {
        List<JsonNode> all = new ArrayList<>();
        found.forEach(all::add);
        all.sort(Comparator.comparingLong(node -> node.path("info").path(time).asLong()));
        return all;
    }

    /**
     * What there is with a run key, made if need be.
     *
     * @param find all there are, oldest first
     * @param create makes one, given how to find out whether a failed request has made it
     */
    private static JsonNode once(
            Supplier<List<JsonNode>> find,
            Function<Supplier<Optional<JsonNode>>, JsonNode> create,
            Function<JsonNode, String> id,
            Consumer<String> remove) {
        Supplier<Optional<JsonNode>> oldest = () -> find.get().stream().findFirst();
        Optional<JsonNode> before = oldest.get();
        if (before.isPresent()) {
            return before.get();
        }
        JsonNode made = create.apply(oldest);
        JsonNode kept = oldest.get().orElse(made);
        if (!id.apply(made).equals(id.apply(kept))) {
            remove.accept(id.apply(made));
        }
        return kept;
    }
}
