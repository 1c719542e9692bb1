package dev.sluice.core;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What makes a commit idempotent: the hash of pipeline, target, interval and the settings that the output depends on. The
 * same key always means the same output, so a commit that carries a key which has landed is not made again.
 */
public record RunKey(String text) {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}");

    public RunKey {
        Objects.requireNonNull(text, "text");
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("a run key is 32 hex digits, found '" + text + "'");
        }
    }

    /**
     * The key of one step's work for one interval.
     *
     * @param pipeline the pipeline's name
     * @param target the step's target, such as {@code ingest/bronze.flights}
     * @param settings hash of the settings that the output depends on, versions of its inputs included
     */
    public static RunKey of(String pipeline, String target, Interval interval, String settings) {
        return new RunKey(Hashes.id(pipeline, target, interval.toString(), settings));
    }

    /** The key of work that is the same whatever the interval and the settings. */
    public static RunKey of(String pipeline, String work) {
        return new RunKey(Hashes.id(pipeline, work));
    }

    /** The key of a second output of the same work, such as its quarantine. */
    public RunKey of(String part) {
        return new RunKey(Hashes.id(text, part));
    }

    @Override
    public String toString() {
        return text;
    }
}
