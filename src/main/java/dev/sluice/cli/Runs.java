package dev.sluice.cli;

import dev.sluice.config.Loader;
import dev.sluice.core.ExitCode;
import dev.sluice.pipeline.Runner;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Starts runs and says how they ended. */
final class Runs {
    private Runs() {}

    static ExitCode run(Loader.Loaded loaded, Runner.Request request) {
        try (Wiring wiring = Wiring.of(loaded)) {
            return run(wiring, wiring.runner(), request);
        }
    }

    /** Runs, and says how it ended. */
    static ExitCode run(Wiring wiring, Runner runner, Runner.Request request) {
        try (Farewell farewell = new Farewell(wiring::silence)) {
            Runner.Outcome outcome = runner.run(request);
            outcome.failure().filter(failure -> !farewell.isSaid()).ifPresent(Console::failure);
            if (outcome.status() != null) {
                Console.result(outcome.status().toString());
            }
            return outcome.exit();
        }
    }

    /** A name for a run that nobody named: the one use of the clock, and part of nothing that is computed. */
    static String newRunId() {
        return "manual__"
                + DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS")
                        .withZone(ZoneOffset.UTC)
                        .format(Instant.now());
    }
}
