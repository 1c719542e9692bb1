package dev.sluice.config;

import java.util.Locale;

/** The steps of a pipeline, in the order of the life cycle. */
public enum Step {
    INGEST,
    PROFILE,
    CHECK,
    FEATURES,
    PUSH,
    TRAIN,
    EVALUATE,
    REGISTER,
    SCORE,
    MONITOR;

    /** The one word for the step, in YAML, on the command line, in records and logs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
