package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ExitCode;
import dev.sluice.pipeline.Plan;
import dev.sluice.pipeline.Runner;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = "Says what a run would do, and why; writes nothing.",
        mixinStandardHelpOptions = true)
final class PlanVerb implements Callable<Integer> {
    @Mixin
    private PipelineOptions options;

    @Mixin
    private IntervalOptions what;

    @Option(names = "--exit-code", description = "Answer 2 when there is something to do.")
    private boolean exitCode;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Loader.Loaded loaded = options.load();
        ZoneId zone = loaded.pipeline().clock().zone();
        Runner.Request request =
                new Runner.Request(Runs.newRunId(), what.steps(loaded.pipeline()), List.of(what.interval(zone)), false);
        try (Wiring wiring = Wiring.of(loaded)) {
            Plan plan = wiring.runner().plan(request).get(0);
            Console.result(format.isJson() ? PlanText.json(plan) : text(plan, zone));
            return exitCode && !plan.done() ? ExitCode.WORK.code() : ExitCode.OK.code();
        }
    }

    private static String text(Plan plan, ZoneId zone) {
        StringBuilder text = new StringBuilder("interval " + plan.interval().text(zone));
        for (Plan.Item item : plan.items()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  %-6s %-30s %s",
                    item.decision().name().toLowerCase(Locale.ROOT),
                    item.work().target(),
                    item.reason()));
        }
        long work = plan.items().stream()
                .filter(item -> item.decision() != Plan.Decision.DONE)
                .count();
        String touched = PlanText.touches(plan).map(touch -> "\n  " + touch).collect(Collectors.joining());
        return text
                + (touched.isEmpty() ? "" : "\ntouches" + touched)
                + String.format(
                        Locale.ROOT, "%n%d to do, %d done", work, plan.items().size() - work);
    }
}
