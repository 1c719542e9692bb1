package dev.sluice.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.core.Redactor;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code status.json} of a run: what orchestrators read, since a process exit code does not survive every way of
 * starting a driver. Written whole at the start, after each unit of work and at the end.
 */
public final class RunStatus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Storage storage;
    private final String pipeline;
    private final String runId;
    private final List<Line> lines = new ArrayList<>();
    private Interval interval;

    /** One unit of work in this run. */
    record Line(String target, Interval interval, String outcome, StepResult result, double seconds) {}

    RunStatus(Storage storage, String pipeline, String runId, Interval interval) {
        this.storage = storage;
        this.pipeline = pipeline;
        this.runId = runId;
        this.interval = interval;
    }

    /** Where the status of a run is, below the lake's root. */
    public static String path(String pipeline, String runId) {
        return "_sluice/runs/" + pipeline + "/" + runId.replaceAll("[^A-Za-z0-9._+-]", "_") + "/status.json";
    }

    /** The status as it was written; empty where the run is unknown. */
    public static Optional<JsonNode> read(Storage storage, String pipeline, String runId) {
        return storage.read(path(pipeline, runId)).map(bytes -> {
            try {
                return JSON.readTree(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    void running() {
        write(node("RUNNING", null, Optional.empty()));
    }

    void add(Line line) {
        lines.add(line);
    }

    /** Writes and gives the final status. */
    JsonNode end(ExitCode exit, Optional<SluiceException> failure, Optional<String> at) {
        ObjectNode node = node(exit == ExitCode.OK || failure.isEmpty() ? "DONE" : "FAILED", exit, failure);
        at.ifPresent(target -> node.put("at", target));
        write(node);
        return node;
    }

    private ObjectNode node(String outcome, ExitCode exit, Optional<SluiceException> failure) {
        ObjectNode node = JSON.createObjectNode();
        node.put("v", 1);
        node.put("run_id", runId);
        node.put("pipeline", pipeline);
        node.putArray("interval")
                .add(interval.from().toString())
                .add(interval.to().toString());
        node.put("outcome", outcome);
        if (exit != null) {
            node.put("code", exit.code());
            node.put("name", exit.name());
            node.put("retryable", exit.retryable());
        }
        failure.ifPresent(f -> {
            ErrorCode code = f.code();
            node.put("reason", code.name());
            node.put("message", Redactor.global().redact(f.getMessage()));
            node.put("hint", Redactor.global().redact(f.hint()));
            f.where().ifPresent(where -> node.put("config", where.toString()));
        });
        ArrayNode steps = node.putArray("steps");
        for (Line line : lines) {
            ObjectNode step = steps.addObject();
            step.put("step", line.target());
            step.putArray("interval")
                    .add(line.interval().from().toString())
                    .add(line.interval().to().toString());
            step.put("outcome", line.outcome());
            step.put("rows_in", line.result().rowsIn());
            step.put("rows_out", line.result().rowsOut());
            step.put("quarantined", line.result().quarantined());
            step.put("seconds", Math.round(line.seconds() * 10) / 10.0);
        }
        return node;
    }

    private void write(JsonNode node) {
        try {
            storage.write(
                    path(pipeline, runId),
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(node)
                            .getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
