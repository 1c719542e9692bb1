package dev.sluice.cli;

import dev.sluice.config.Pipeline;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** What is run, and for when. */
final class IntervalOptions {
    @Option(names = "--job", paramLabel = "NAME", description = "A job of the pipeline: its steps.")
    private String job;

    @Option(
            names = "--steps",
            paramLabel = "STEP",
            split = ",",
            description =
                    "Steps, instead of a job: ingest, profile, check, features, push, train, evaluate, register, score, monitor.")
    private List<String> steps;

    @Option(
            names = "--interval",
            required = true,
            paramLabel = "FROM/TO",
            description = "Span of data time, half open: 2013-01-01/2013-01-02 is one local day.")
    private String interval;

    Interval interval(ZoneId zone) {
        return parse(interval, zone);
    }

    Set<Step> steps(Pipeline pipeline) {
        return steps(pipeline, job, steps);
    }

    static Interval parse(String text, ZoneId zone) {
        try {
            return Interval.parse(text, zone);
        } catch (IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.USAGE, e.getMessage(), "an interval is FROM/TO, such as 2013-01-01/2013-01-02", e);
        }
    }

    static Set<Step> steps(Pipeline pipeline, String job, List<String> words) {
        if ((job == null) == (words == null)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected either --job or --steps, found " + (job == null ? "neither" : "both"),
                    jobs(pipeline));
        }
        if (job != null) {
            Pipeline.Job known = pipeline.jobs().get(job);
            if (known == null) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "pipeline " + pipeline.name() + " has no job '" + job + "'"
                                + meant(job, pipeline.jobs().keySet()),
                        jobs(pipeline));
            }
            return EnumSet.copyOf(known.steps());
        }
        Set<Step> chosen = EnumSet.noneOf(Step.class);
        List<String> all = Arrays.stream(Step.values()).map(Step::word).toList();
        for (String word : words) {
            if (!all.contains(word)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "there is no step '" + word + "'" + meant(word, all),
                        "steps are " + String.join(", ", all));
            }
            chosen.add(Step.valueOf(word.toUpperCase(Locale.ROOT)));
        }
        return chosen;
    }

    /** The nearest known word, as a question at the end of a message. */
    static String meant(String word, Collection<String> known) {
        return Nearest.of(word, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    private static String jobs(Pipeline pipeline) {
        return pipeline.jobs().isEmpty()
                ? "the pipeline declares no jobs: name --steps"
                : "jobs of the pipeline: " + String.join(", ", pipeline.jobs().keySet());
    }
}
