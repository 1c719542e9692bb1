package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.config.Loader;
import dev.sluice.config.Pipeline;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.pipeline.RunStatus;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.port.Storage;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "What was done: the newest records, one run's status.json, or a summary of all.",
        mixinStandardHelpOptions = true)
final class StatusVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Option(names = "--run-id", paramLabel = "ID", description = "Prints the status.json of this run.")
    private String runId;

    @Option(
            names = "--summary",
            description = "Tables, checks, candidates, gates, model, scores, monitor on one screen.")
    private boolean summary;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many records are shown (default: ${DEFAULT-VALUE}).")
    private int last;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        Pipeline pipeline = loaded.pipeline();
        try (Wiring wiring = Wiring.of(loaded)) {
            if (runId != null) {
                Console.result(statusOf(pipeline, wiring.storage()).toPrettyString());
                return ExitCode.OK.code();
            }
            List<StepRecord> records = wiring.history().all();
            if (summary) {
                Console.result(new Summary(pipeline, wiring).text());
            } else {
                List<StepRecord> shown = records.stream().limit(last).toList();
                Console.result(
                        format.isJson()
                                ? json(shown)
                                : text(shown, pipeline.clock().zone(), records.size()));
            }
        }
        return ExitCode.OK.code();
    }

    private JsonNode statusOf(Pipeline pipeline, Storage storage) {
        return RunStatus.read(storage, pipeline.name(), runId)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.USAGE,
                        "there is no run '" + runId + "' of pipeline " + pipeline.name() + " in this lake",
                        "sluice status -p " + pipeline.name() + " names the runs"));
    }

    private static String text(List<StepRecord> records, ZoneId zone, int all) {
        if (records.isEmpty()) {
            return "nothing was run yet";
        }
        TextTable table =
                new TextTable("interval", "target", "answer", "rows in", "rows out", "quarantined", "seconds", "run");
        records.forEach(record -> table.row(
                record.interval().text(zone),
                record.target(),
                record.result().exit(),
                String.format(Locale.ROOT, "%,d", record.result().rowsIn()),
                String.format(Locale.ROOT, "%,d", record.result().rowsOut()),
                String.format(Locale.ROOT, "%,d", record.result().quarantined()),
                String.format(Locale.ROOT, "%.1f", record.seconds()),
                record.runId()));
        return table.text("") + records.size() + " of " + all + " records, newest first";
    }

    private static String json(List<StepRecord> records) {
        ArrayNode all = new ObjectMapper().createArrayNode();
        for (StepRecord record : records) {
            var node = all.addObject()
                    .put("run_key", record.key().text())
                    .put("run_id", record.runId())
                    .put("target", record.target())
                    .put("interval_from", record.interval().from().toString())
                    .put("interval_to", record.interval().to().toString())
                    .put("exit", record.result().exit().name())
                    .put("rows_in", record.result().rowsIn())
                    .put("rows_out", record.result().rowsOut())
                    .put("quarantined", record.result().quarantined())
                    .put("seconds", record.seconds());
            record.result().read().forEach(version -> node.withArray("read").add(version.toString()));
            record.result().wrote().forEach(version -> node.withArray("wrote").add(version.toString()));
            var facts = node.putObject("facts");
            record.result().facts().forEach(facts::put);
        }
        return all.toPrettyString();
    }
}
