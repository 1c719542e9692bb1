package dev.sluice.cli;

import dev.sluice.config.Check;
import dev.sluice.config.ChecksText;
import dev.sluice.config.Loader;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Interval;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.quality.CheckSuggestions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description =
                "Proposes checks of a table. (The step check, which decides those of a pipeline, is run by `sluice run`.)",
        subcommands = CheckVerb.Suggest.class,
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true)
final class CheckVerb {
    @Command(
            name = "suggest",
            description = {
                "Proposes checks that a table keeps, each with its evidence.",
                "They are written to be reviewed and pasted below the table in ingest. What the table's profile cannot decide is tried"
                        + " on its rows."
            },
            mixinStandardHelpOptions = true)
    static final class Suggest implements Callable<Integer> {
        /** Suggestions are about no time. */
        private static final Interval ANY = new Interval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));

        @Mixin
        private PipelineOptions options;

        @Mixin
        private TableOptions tables;

        @Override
        public Integer call() {
            Loader.Loaded loaded = options.load();
            tables.table(loaded);
            tables.refuseStored("suggestions are tried on the table's rows");
            try (Wiring wiring = Wiring.of(loaded)) {
                TableOptions.Profiled profiled = tables.profile(loaded, wiring);
                Set<String> sensitive = tables.sensitive(loaded);
                List<CheckSuggestions.Suggestion> made = CheckSuggestions.of(profiled.profile(), sensitive);
                Judged judged = new Judged(
                        wiring.tables().read(profiled.version()),
                        profiled.profile(),
                        List.of(),
                        sensitive,
                        ANY,
                        loaded.pipeline().clock().zone(),
                        other -> {
                            throw new IllegalStateException("no suggestion looks into " + other);
                        });
                List<CheckSuggestions.Suggestion> kept = kept(made, judged, wiring);
                Console.result(text(kept).stripTrailing());
                int left = made.size() - kept.size();
                Console.message(kept.size() + " checks that " + profiled.version() + " keeps"
                        + (left == 0
                                ? ""
                                : "; " + left + " more looked likely by its profile and are not true of its rows"));
                return ExitCode.OK.code();
            }
        }

        private static List<CheckSuggestions.Suggestion> kept(
                List<CheckSuggestions.Suggestion> made, Judged judged, Wiring wiring) {
            Map<String, Check> checks = new LinkedHashMap<>();
            made.forEach(suggestion -> checks.put(suggestion.name(), suggestion.check()));
            Set<String> kept = wiring.checks().evaluate(checks, judged).stream()
                    .filter(result -> result.status() == CheckResult.Status.PASS)
                    .map(CheckResult::check)
                    .collect(Collectors.toSet());
            return made.stream()
                    .filter(suggestion -> kept.contains(suggestion.name()))
                    .toList();
        }

        private static String text(List<CheckSuggestions.Suggestion> suggestions) {
            Map<String, Check> checks = new LinkedHashMap<>();
            Map<String, String> evidence = new LinkedHashMap<>();
            suggestions.forEach(suggestion -> {
                checks.put(suggestion.name(), suggestion.check());
                evidence.put(suggestion.name(), suggestion.evidence());
            });
            return ChecksText.text(checks, evidence);
        }
    }
}
