package dev.sluice.model;

import java.util.Locale;

/** What a row of the training table is for. */
public enum Part {
    /** Models are fitted on it. */
    TRAIN,
    /** Chooses among the fitted models. */
    VALIDATE,
    /** Gates judge on it; neither fitting nor choosing sees it. */
    TEST;

    /** Its name in the training table. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
